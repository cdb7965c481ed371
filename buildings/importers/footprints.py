"""Where the rows of a building file stand: a point each, and a footprint when the file draws one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.geometry import to_shapely
from gisserver.common.geo.millimetres import polygons_of, round_to_millimetres
from gisserver.common.geo.validity import invalid_reason
from gisserver.common.imports.command import Rejects
from gisserver.common.reading import Table, place_rows
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Places:
    """By row: the point that stands for the building, and its footprint (both survey CRS, whole millimetres)."""

    points: Geometries
    footprints: Geometries
    mended: int


def places(table: Table, rejects: Rejects, *, repair: bool, all_placeless: bool = False) -> Places:
    """Return where each row stands; rows without a place, or with a footprint that crosses itself, are rejected.

    With ``repair`` such a footprint is made valid instead, and counted. A file without any coordinates raises
    Invalid ``no_geometry``, unless ``all_placeless`` lets each of its rows be one without a place.
    """
    if table.geometry is None and all_placeless:
        placed = np.full(len(table), None, dtype=object)
    else:
        placed, problems = place_rows(table, survey_srid=settings.SURVEY_SRID)
        rejects.update(problems)
    points = np.full(len(table), None, dtype=object)
    footprints = np.full(len(table), None, dtype=object)
    mended = 0
    for index, geometry in enumerate(placed):
        if geometry is None or shapely.is_empty(geometry):
            rejects.add(index, "no_geometry", "The row has no place.")
            continue
        rounded = round_to_millimetres(geometry)
        land = _land(rounded)
        if land is None:
            points[index] = round_to_millimetres(shapely.centroid(rounded))
            continue
        if not shapely.is_valid(land):
            if not repair:
                told = Sentence("The footprint has a {reason}; --repair mends it.", reason=invalid_reason(land))
                rejects.add(index, "invalid_footprint", told)
                continue
            land, mended = _mend(land), mended + 1
        footprints[index] = land
        points[index] = round_to_millimetres(shapely.point_on_surface(land))
    return Places(points, footprints, mended)


class Communities:
    """Which community a place lies in, as of a moment: the lowest code where borders meet."""

    def __init__(self, moment: datetime) -> None:
        versions = DivisionVersion.objects.at(moment).filter(level=DivisionLevel.COMMUNITY).order_by("code")
        self.by_code: Mapping[str, int] = {version.code: version.division_id for version in versions}
        drawn = [version for version in versions if version.geom is not None]
        self._ids = [version.division_id for version in drawn]
        self._tree = shapely.STRtree([to_shapely(version.geom) for version in drawn])

    def named(self, table: Table, column: str | None) -> list[int | None]:
        """Return the id of the community whose code stands in ``column``, by row; None where there is none."""
        return [self.by_code.get(code) for code in table.text(column)] if column else []

    def of(self, points: Geometries) -> list[int | None]:
        """Return the id of the community of each point, None outside all of them."""
        found: list[int | None] = [None] * len(points)
        present = np.flatnonzero(~shapely.is_missing(points))
        asked, trees = self._tree.query(points[present], predicate="intersects")
        # Trees are numbered in the order of the codes: the lowest is written last.
        for row, tree in sorted(zip(present[asked].tolist(), trees.tolist(), strict=True), reverse=True):
            found[row] = self._ids[tree]
        return found


def _land(geometry: BaseGeometry) -> BaseGeometry | None:
    parts = polygons_of(geometry)
    return shapely.multipolygons(parts) if len(parts) else None


def _mend(land: BaseGeometry) -> BaseGeometry:
    valid = land
    for _ in range(3):  # rounding the mended one may, rarely, cross it again
        valid = round_to_millimetres(shapely.make_valid(valid, method="structure", keep_collapsed=False))
        if shapely.is_valid(valid):
            break
    return _land(valid) or shapely.multipolygons(polygons_of(shapely.envelope(land)))
