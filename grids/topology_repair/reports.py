"""Defects and changes as GeoJSON: geometry in longitude and latitude, survey coordinates beside it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.crs import WGS84, geometries_from_survey
from grids.topology_repair.defects import Defect
from grids.topology_repair.repair import Change, Trouble, TroubleKind

_TROUBLES = {
    TroubleKind.LOST: "Mending would erase this polygon.",
    TroubleKind.SPLIT: "Mending would break these pieces off their polygon.",
    TroubleKind.CHANGED: "Mending would move this land: more than the limits allow.",
}


def write_defects(path: Path, defects: Sequence[Defect], *, survey_srid: int) -> Path:
    """Write one feature a defect: kind, sentence, area_m2, the two neighbours, survey coordinates as WKT."""
    features = [
        _feature(
            defect.place,
            {
                "kind": defect.kind.value,
                "sentence": defect.sentence,
                "area_m2": round(defect.area_m2, 6),
                "neighbours": list(defect.between),
                "community": defect.community,
                "survey_srid": survey_srid,
                "survey_wkt": shapely.to_wkt(defect.place, rounding_precision=3),
            },
            survey_srid,
        )
        for defect in defects
    ]
    return _write(path, features)


def write_troubles(path: Path, troubles: Sequence[Trouble], *, survey_srid: int) -> Path:
    """Write one feature a polygon that can't be mended: kind, sentence, code, area, survey coordinates as WKT."""
    features = [
        _feature(
            trouble.place,
            {
                "kind": trouble.kind.value,
                "sentence": _TROUBLES[trouble.kind],
                "code": trouble.code,
                "area_m2": round(trouble.area_m2, 6),
                "survey_srid": survey_srid,
                "survey_wkt": shapely.to_wkt(trouble.place, rounding_precision=3),
            },
            survey_srid,
        )
        for trouble in troubles
    ]
    return _write(path, features)


def write_changes(path: Path, changes: Sequence[Change], polygons: NDArray[np.object_], *, survey_srid: int) -> Path:
    """Write one feature a polygon that mending touched: its new boundary, its areas before and after."""
    features = [
        _feature(
            polygon,
            {
                "code": change.code,
                "before_m2": round(change.before_m2, 3),
                "after_m2": round(change.after_m2, 3),
                "change_m2": round(change.after_m2 - change.before_m2, 3),
                "moved_m2": round(change.moved_m2, 3),
                "moved_share": round(change.share, 9),
            },
            survey_srid,
        )
        for change, polygon in zip(changes, polygons, strict=True)
    ]
    return _write(path, features)


def _feature(place: BaseGeometry, properties: dict[str, Any], survey_srid: int) -> dict[str, Any]:
    lonlat = geometries_from_survey(place, WGS84, survey_srid)
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(lonlat))}


def _write(path: Path, features: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path
