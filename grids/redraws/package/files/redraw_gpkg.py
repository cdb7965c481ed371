"""The machine file: a GeoPackage with the grids before and after, the areas that change hands, what moves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from grids.redraws.impact.outcome import Outcome
from grids.redraws.package.dossier import LEAST_M2, Dossier, Plate, Polygons
from grids.redraws.package.package_file import Contents, PackageFile, register

Columns = dict[str, Any]
"""Values by column: a list of texts, or an array."""


def write(path: Path, contents: Contents) -> None:
    """Write the layers grids_before, grids_after, changes and buildings_moved (survey CRS, declared)."""
    dossier, srid = contents.dossier, settings.SURVEY_SRID
    buildings = list(contents.moved(only="building"))
    for layer, side in (("grids_before", "before"), ("grids_after", "after")):
        shapes, columns = _grids(dossier, contents.outcome, side)
        _layer(path, layer, shapes, columns, "MultiPolygon", srid)
    pieces = [piece for plate in dossier.plates for piece in changed_areas(plate)]
    columns = {
        "community": [piece[0] for piece in pieces],
        "from_grid": [piece[1] for piece in pieces],
        "to_grid": [piece[2] for piece in pieces],
        "area_m2": np.array([shapely.area(piece[3]) for piece in pieces], dtype=np.float64),
    }
    _layer(path, "changes", [piece[3] for piece in pieces], columns, "MultiPolygon", srid)
    columns = {
        "id": np.array([line.id for line in buildings], dtype=np.int64),
        "code": [line.code for line in buildings],
        "name": [line.name for line in buildings],
        "from_grid": [line.source or "" for line in buildings],
        "to_grid": [line.target or "" for line in buildings],
    }
    places = shapely.points(np.array([line.xy for line in buildings], dtype=np.float64).reshape(-1, 2))
    _layer(path, "buildings_moved", list(places), columns, "Point", srid)


register(PackageFile("redraw.gpkg", write))


def _grids(dossier: Dossier, outcome: Outcome, side: str) -> tuple[list[BaseGeometry], Columns]:
    rows_by_code = {(row.community, row.code): row for row in dossier.rows}
    shapes: list[BaseGeometry] = []
    rows: list[dict[str, Any]] = []
    for plate, change in zip(dossier.plates, outcome.found, strict=True):
        polygons: Polygons = getattr(plate, side)
        attributes = (change.before if side == "before" else change.after).attributes
        for code, polygon in polygons.items():
            row = rows_by_code.get((plate.code, code))
            counts = {} if row is None else getattr(row, side)
            grid = {
                "community": plate.code,
                "code": code,
                "name": attributes[code].name,
                "kind": attributes[code].kind,
            }
            rows.append({**grid, "changed": row is not None, "area_m2": shapely.area(polygon), "counts": counts})
            shapes.append(polygon)
    columns: Columns = {name: [row[name] for row in rows] for name in ("community", "code", "name", "kind")}
    columns["changed"] = np.array([row["changed"] for row in rows], dtype=bool)
    columns["area_m2"] = np.array([row["area_m2"] for row in rows], dtype=np.float64)
    for name in dossier.names:  # of grids that stay as they are nothing was counted
        counts = [row["counts"].get(name) for row in rows]
        columns[name] = np.array([np.nan if count is None else count for count in counts], dtype=np.float64)
    return shapes, columns


def changed_areas(plate: Plate) -> list[tuple[str, str, str, BaseGeometry]]:
    """Return the areas that change hands in a community: its code, from which grid, to which, the polygon."""
    old = [(code, polygon) for code, polygon in plate.before.items() if code in plate.changed]
    new = [(code, polygon) for code, polygon in plate.after.items() if code in plate.changed]
    tree = shapely.STRtree([polygon for _, polygon in old])
    pieces = []
    for code, polygon in new:
        for place in tree.query(polygon, predicate="intersects").tolist():
            source, before = old[place]
            shared = shapely.intersection(before, polygon) if source != code else shapely.Polygon()
            if shapely.area(shared) > LEAST_M2:
                pieces.append((plate.code, source, code, shared))
    return sorted(pieces, key=lambda piece: piece[:3])


def _layer(path: Path, layer: str, shapes: Sequence[BaseGeometry], columns: Columns, geometry: str, srid: int) -> None:
    made = [_polygons(shape) for shape in shapes] if geometry == "MultiPolygon" else list(shapes)
    values = [np.asarray(value, dtype=object) if isinstance(value, list) else value for value in columns.values()]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(made, dtype=object)) if made else np.array([], dtype=object),
        field_data=values,
        fields=list(columns),
        layer=layer,
        driver="GPKG",
        geometry_type=geometry,
        crs=f"EPSG:{srid}",
    )


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a geometry: two grids share borders too, which an intersection brings along."""
    return shapely.multipolygons([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
