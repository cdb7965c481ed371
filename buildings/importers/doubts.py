"""Do a file's positions fall on the buildings that are known, and in the communities that its rows name?"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray

from gisserver.common.db import sql
from gisserver.common.geo.crs import XY
from gisserver.common.geo.crs_doubt import Verdict, verdict
from gisserver.common.reading import Table
from grids.models import DivisionVersion

SQL = Path(__file__).parent / "sql"
_SHOWN = 20


def crs_verdicts(table: Table, communities: Sequence[int | None] = ()) -> list[Verdict]:
    """Return what the known buildings, and the communities named by row, say of the table's declared CRS.

    ``communities`` are ids by row, None where a row names none. Ask before the rows are written: they would
    vouch for themselves.
    """
    if table.geometry is None or table.crs is None:
        return []
    present = np.flatnonzero(~shapely.is_missing(table.geometry) & ~shapely.is_empty(table.geometry))
    places = shapely.get_coordinates(shapely.centroid(table.geometry[present]))
    named: NDArray[np.object_] = np.full(len(table), None, dtype=object)
    named[: len(communities)] = list(communities)
    named = named[present]
    told = np.flatnonzero(named != None)  # noqa: E711 -- elementwise
    asked = [
        verdict(places, table.crs, settings.SURVEY_SRID, lambda xy, _rows: _near_buildings(xy)),
        verdict(places[told], table.crs, settings.SURVEY_SRID, lambda xy, rows: _inside(xy, named[told][rows])),
    ]
    return [said for said in asked if said is not None]


def crs_notes(table: Table, communities: Sequence[int | None] = ()) -> list[str]:
    """Return a warning for the report when the declared CRS does not fit, else nothing."""
    return [
        f"WARNING crs_does_not_fit: declared {table.crs.name}, but {said.sentence}. "
        f"If it is {said.better}, take this import back and declare that."
        for said in crs_verdicts(table, communities)
        if said.better is not None and table.crs is not None
    ][:1]


def community_notes(named: Sequence[int | None], around: Sequence[int | None], loaded: Collection[int]) -> list[str]:
    """Return a warning for the report when rows name another community than the one around their place.

    Both are ids by row; ``loaded`` are the indexes of the rows that are loaded. The ground decides, and who named it
    should know: so many rows, the first of them by their numbers.
    """
    apart = [
        index + 1
        for index, (name, place) in enumerate(zip(named, around, strict=False))
        if index in loaded and None not in (name, place) and name != place
    ]
    if not apart:
        return []
    first = ", ".join(map(str, apart[:_SHOWN])) + (", …" if len(apart) > _SHOWN else "")
    sentence = f"{len(apart)} rows name another community than the one that their place is in, which counts"
    return [f"WARNING community_disagrees: {sentence}: rows {first}"]


def _near_buildings(xy: XY) -> NDArray[np.bool_]:
    """Return which places (survey CRS, metres) stand on a known building, or next to one known by a point."""
    found = sql.rows(SQL / "near_buildings.sql", x=xy[:, 0].tolist(), y=xy[:, 1].tolist(), srid=settings.SURVEY_SRID)
    return np.array([row["near"] for row in found], dtype=bool)


def _inside(xy: XY, communities: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which places lie in the community named beside them."""
    versions = DivisionVersion.objects.at().filter(division_id__in=set(communities.tolist()), geom__isnull=False)
    ground = {version.division_id: shapely.from_wkb(bytes(version.geom.wkb)) for version in versions}
    polygons = np.array([ground.get(community) for community in communities], dtype=object)
    inside: NDArray[np.bool_] = shapely.intersects(polygons, shapely.points(xy))
    return inside
