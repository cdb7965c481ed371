"""The area around some buildings of a grid: what a transfer "of these buildings" takes along.

Between two buildings the border runs halfway, so it cuts neither.
"""

from collections.abc import Collection, Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.refusals import Code, EditRefused

# Outlines are followed in steps of this length, which is the finest that a border can tell.
STEP_M = 1.0
# The zigzag between the steps goes; a border stays clear of walls that are a metre apart.
SMOOTH_M = 0.25


def area_around(grid: BaseGeometry, buildings: Mapping[str, BaseGeometry], chosen: Collection[str]) -> BaseGeometry:
    """Return the part of ``grid`` nearer to the chosen buildings than to its others (survey CRS, metres).

    ``buildings`` are all that stand in the grid, as footprints or points. The answer is the area of a transfer;
    with all buildings chosen it is the whole grid. Refused as `MALFORMED`: buildings that are not there, or none.
    """
    strangers = sorted(set(chosen) - set(buildings))
    if strangers or not chosen:
        raise EditRefused(Code.MALFORMED, grid, buildings=strangers)
    if len(set(chosen)) == len(buildings):
        return grid
    names = list(buildings)
    outlines = shapely.segmentize(np.array(list(buildings.values()), dtype=object), STEP_M)
    xy, owner = shapely.get_coordinates(outlines, return_index=True)
    xy, first = np.unique(np.round(xy, 3), axis=0, return_index=True)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=grid, ordered=True))
    ours = np.isin(owner[first], [names.index(name) for name in chosen])
    sides = np.array([shapely.coverage_union_all(cells[ours]), shapely.coverage_union_all(cells[~ours])])
    near, _ = shapely.coverage_simplify(sides, SMOOTH_M)
    return _polygons(shapely.intersection(near, grid))


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
