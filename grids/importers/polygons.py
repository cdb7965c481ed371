"""The polygons of a file's rows, in the survey CRS, each fit to be a boundary, or its row rejected."""

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.geo.millimetres import polygons_of, round_to_millimetres
from gisserver.common.imports.command import Rejects
from gisserver.common.reading import Table, place_rows

Polygons = NDArray[np.object_]
# Rounding alone may close a strip this narrow: such a polygon holds no land.
_NARROWEST_M = 0.003
# Metres and square metres: below what millimetres can say, above what sums of floats lose.
_SAME = 1e-6
_AREAL = (
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
    shapely.GeometryType.GEOMETRYCOLLECTION,
)


def boundaries(table: Table, rejects: Rejects, *, required: bool) -> Polygons:
    """Return a Polygon or MultiPolygon a row, in whole millimetres of the survey CRS, or None.

    Rows with other geometries, with land nowhere wider than 3 mm, or with none at all where that is
    ``required``, are rejected.
    """
    if table.geometry is None:
        if required:
            raise Invalid("no_geometry", "The file has no polygons.")
        return np.full(len(table), None, dtype=object)
    placed, problems = place_rows(table, survey_srid=settings.SURVEY_SRID)
    rejects.update(problems)
    result = np.full(len(table), None, dtype=object)
    for index, geometry in enumerate(placed):
        if geometry is None or shapely.is_empty(geometry):
            if required:
                rejects.add(index, "no_geometry", "The row has no polygon.")
        elif shapely.get_type_id(geometry) not in _AREAL:
            rejects.add(index, "not_a_polygon", f"A boundary is a polygon, not a {geometry.geom_type}.")
        else:
            result[index] = _as_land(geometry)
            if _is_degenerate(result[index]):
                rejects.add(index, "degenerate_polygon", "The polygon is nowhere wider than 3 mm: it holds no land.")
    return result


def _as_land(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = polygons_of(round_to_millimetres(geometry))
    land = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return land if shapely.is_valid(land) else _otherwise_written(land)


def _otherwise_written(land: shapely.Geometry) -> shapely.Geometry:
    """Return a ring that touches itself in points as ISO 19107 requires, with holes or parts; else ``land`` itself.

    Some programs write a hole that touches the outline as a part of the outline (an inverted shell). The land and its
    border are the same, which is proved here; a ring that crosses itself stays the defect that it is.
    """
    valid = shapely.make_valid(land, method="structure", keep_collapsed=False)
    same_land = abs(shapely.area(valid) - shapely.area(land)) < _SAME
    same_border = abs(shapely.length(valid) - shapely.length(land)) < _SAME
    return valid if same_land and same_border else land


def _is_degenerate(polygon: shapely.Geometry) -> bool:
    if shapely.area(polygon) > 1.0:
        return False
    valid = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    return bool(shapely.is_empty(shapely.buffer(valid, -_NARROWEST_M / 2)))
