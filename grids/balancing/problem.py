"""The problem in numbers: units with their loads and adjacency, the cost of borders, the limits of each grid."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.balancing.basic_units import BasicUnits
from grids.balancing.borders import MM_PER_M, Borders
from grids.balancing.compactness import Forms, forms_of

# Area that goes to another grid has a cost even when empty: so many square metres cost as much as a metre of border.
AREA_M2_PER_M = 150.0


@dataclass(frozen=True)
class Problem:
    """Numbered basic units with their loads (whole numbers) and ``home``, the numbers of their present grids.

    Grids that are not ``free`` do not change. A free grid may carry ``low`` to ``high``, the whole numbers in ``span``
    (what the tolerance allows before rounding). ``area_price`` is the cost of moving a unit's area, in metres of
    border; nothing if empty. ``forms`` says how compact grids must stay.
    """

    weights: tuple[int, ...]
    home: tuple[int, ...]
    borders: Borders
    free: tuple[bool, ...]
    low: int
    high: int
    area_price: tuple[float, ...] = ()
    forms: Forms | None = None
    span: tuple[float, float] | None = None

    @cached_property
    def loads(self) -> tuple[int, ...]:
        """What each grid carries today."""
        loads = [0] * len(self.free)
        for unit, grid in enumerate(self.home):
            loads[grid] += self.weights[unit]
        return tuple(loads)

    @cached_property
    def beside(self) -> NDArray[np.intp]:
        """The pairs of units that lie beside each other, both ways round, as rows."""
        pairs = [(unit, other) for unit, own in enumerate(self.borders.neighbours) for other in own]
        return np.array(pairs, dtype=np.intp).reshape(-1, 2)

    def excess(self, grid: int, load: int) -> int:
        """Return how far a load lies outside what the grid may carry; 0 for one that is not free."""
        if self.low <= load <= self.high or not self.free[grid]:
            return 0
        return load - self.high if load > self.high else self.low - load

    @property
    def violation(self) -> int:
        """The sum of what lies outside the limits today."""
        return self.violation_of(self.home)

    def violation_of(self, owner: Sequence[int]) -> int:
        """Return the sum of what lies outside the limits when these grids hold the units."""
        loads = np.bincount(owner, weights=self.weights, minlength=len(self.free)) if len(owner) else np.zeros(0)
        return sum(self.excess(grid, round(load)) for grid, load in enumerate(loads.tolist()))

    @property
    def lower_bound(self) -> int:
        """What must move at least, whatever the borders: all that is too much, or all that is missing."""
        own = [load for load, free in zip(self.loads, self.free, strict=True) if free]
        return max(sum(max(load - self.high, 0) for load in own), sum(max(self.low - load, 0) for load in own))

    @property
    def total(self) -> int:
        """What the free grids carry together."""
        return sum(load for load, free in zip(self.loads, self.free, strict=True) if free)

    def attainable(self, tolerance: float) -> "Problem":
        """Return the problem with limits that the free grids can share: around their own mean if these can't be met.

        Where they carry together too much or too little for their limits, the nearest to it is that all are equal.
        """
        count = sum(self.free)
        if self.low * count <= self.total <= self.high * count:
            return self
        low, high = limits(self.total / max(count, 1), tolerance)
        return replace(self, low=low, high=high)


def limits(mean: float, tolerance: float) -> tuple[int, int]:
    """Return the least and the most that lie within a tolerance of a mean; the least above the most if nothing does."""
    return ceil(mean * (1 - tolerance) - 1e-9), floor(mean * (1 + tolerance) + 1e-9)


def problem_of(
    units: BasicUnits,
    weights: Sequence[int],
    *,
    free: Collection[str],
    tolerance: float,
    mean: float | None = None,
    compactness: float = 0.0,
) -> Problem:
    """Return the problem of bringing the ``free`` grids (codes) to within a tolerance (0.1: ±10 %) of a mean.

    The mean is theirs unless given. No grid gets less compact than ``compactness``, or than it is.
    """
    wanted = tuple(key in free for key in units.keys)
    home = tuple(units.home.tolist())
    total = sum(weight for weight, grid in zip(weights, home, strict=True) if wanted[grid])
    aim = total / max(sum(wanted), 1) if mean is None else mean
    low, high = limits(aim, tolerance)
    area_price = tuple((shapely.area(units.polygons) / MM_PER_M**2 / AREA_M2_PER_M).tolist())
    forms = forms_of(units.polygons, home, len(wanted), compactness) if compactness else None
    span = (aim * (1 - tolerance), aim * (1 + tolerance))
    return Problem(tuple(weights), home, units.borders, wanted, low, high, area_price, forms, span)
