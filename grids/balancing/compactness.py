"""Compactness (Polsby and Popper 1991): 4π · area / perimeter²: 1 for a circle, 0.79 for a square, 0 for a line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import pi

import shapely

from grids.balancing.dividing import Objects

# No proposal makes a grid less compact than this, unless asked to.
FLOOR = 0.35
# A plan stays above the floor by this factor: where a border meets the frame between its vertices, rounding leaves a
# hairline there, which makes the outline of a grid longer than planned.
_MARGIN = 1.03
_SAME = 1e-9
_MM_PER_M = 1000


def polsby_popper(area: float, perimeter: float) -> float:
    """Return the compactness of a shape from its area and perimeter, in units that go together."""
    return 4 * pi * area / perimeter**2 if perimeter else 0.0


@dataclass(frozen=True, slots=True)
class Forms:
    """The units' areas (m²) and perimeters (m), the compactness each grid must keep and is planned with."""

    areas: tuple[float, ...]
    perimeters: tuple[float, ...]
    floors: tuple[float, ...]
    planned: tuple[float, ...]

    def plans(self, grid: int, area: float, perimeter: float) -> bool:
        """Return whether a plan may give a grid this area and perimeter."""
        return polsby_popper(area, perimeter) >= self.planned[grid] - _SAME

    def keeps(self, grid: int, compactness: float) -> bool:
        """Return whether a grid is as compact as it must be."""
        return compactness >= self.floors[grid] - _SAME


def forms_of(polygons: Objects, home: Sequence[int], grids: int, floor: float) -> Forms:
    """Return the forms of units (local millimetres); a grid now below the floor must not get less compact."""
    areas = shapely.area(polygons) / _MM_PER_M**2
    perimeters = shapely.length(polygons) / _MM_PER_M
    members: list[list[int]] = [[] for _ in range(grids)]
    for unit, grid in enumerate(home):
        members[grid].append(unit)
    today = [_together(polygons, own) for own in members]
    floors = tuple(min(floor, each) for each in today)
    planned = tuple(min(floor * _MARGIN, each) for each in today)
    return Forms(tuple(areas.tolist()), tuple(perimeters.tolist()), floors, planned)


def _together(polygons: Objects, members: Collection[int]) -> float:
    if not members:
        return 0.0
    shape = shapely.coverage_union_all(polygons[list(members)])
    return polsby_popper(float(shapely.area(shape)), float(shapely.length(shape)))
