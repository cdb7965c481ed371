"""A plan: the owner of each basic unit, and which single moves keep every grid connected."""

from collections.abc import Callable, Sequence

import numpy as np

from grids.balancing.borders import OUTSIDE
from grids.balancing.compactness import polsby_popper
from grids.balancing.problem import Problem


class Plan:
    """An assignment of units to grids that is changed one unit at a time.

    `load`, `moved` (load that leaves its present grid), `excess` (load outside the limits) and `price` (of borders and
    of area that moves, weighted metres) are updated with each change.
    """

    def __init__(self, problem: Problem, owner: Sequence[int] | None = None) -> None:
        self.problem = problem
        self.owner = list(problem.home if owner is None else owner)
        self.load = [0] * len(problem.free)
        self.native = [0] * len(problem.free)
        self.area_price = problem.area_price or (0.0,) * len(self.owner)
        self.moved = 0
        self.price = 0.0
        for unit, grid in enumerate(self.owner):
            self.load[grid] += problem.weights[unit]
            stays = grid == problem.home[unit]
            self.native[grid] += stays
            self.moved += 0 if stays else problem.weights[unit]
            self.price += 0 if stays else self.area_price[unit]
            own = problem.borders.neighbours[unit].items()
            self.price += sum(cost for other, cost in own if other > unit and self.owner[other] != grid)
        self.excess = sum(problem.excess(grid, load) for grid, load in enumerate(self.load))
        self.area, self.perimeter = _measured(problem, self.owner)

    def change(self, unit: int, to: int) -> tuple[int, int, float]:
        """Return by how much `excess`, `moved` and `price` would grow if a unit went to another grid."""
        problem, owner = self.problem, self.owner
        weight, home, source = problem.weights[unit], problem.home[unit], owner[unit]
        area_price = self.area_price[unit]
        excess = moved = 0
        if weight:
            excess = self._excess_change(source, -weight) + self._excess_change(to, weight)
        price = 0.0
        if source == home:
            moved, price = weight, area_price
        elif to == home:
            moved, price = -weight, -area_price
        for other, cost in problem.borders.neighbours[unit].items():
            holder = owner[other]
            if holder == source:
                price += cost
            elif holder == to:
                price -= cost
        return excess, moved, price

    def ways(self) -> list[tuple[int, int]]:
        """Return the pairs of units beside each other that different free grids hold, both ways round."""
        beside, owner = self.problem.beside, np.array(self.owner)
        held = owner[beside]
        free = np.array(self.problem.free)[held].all(axis=1)
        return [(a, b) for a, b in beside[free & (held[:, 0] != held[:, 1])].tolist()]

    def may_move(self, unit: int, to: int) -> bool:
        """Say whether a unit beside ``to`` may go there: no grid falls apart, touches itself, or ends."""
        problem, source = self.problem, self.owner[unit]
        if not (problem.free[source] and problem.free[to]):
            return False
        if problem.home[unit] == source and self.native[source] < 2:
            return False
        return self._stays_apart(unit, to) and self._holds_together(unit, source)

    def stays_compact(self, unit: int, to: int) -> bool:
        """Say whether both grids would be as compact as they must be if a unit went to another grid."""
        forms, source = self.problem.forms, self.owner[unit]
        if forms is None:
            return True
        area, less, more = self._reshaped(unit, to)
        left = forms.plans(source, self.area[source] - area, self.perimeter[source] + less)
        return left and forms.plans(to, self.area[to] + area, self.perimeter[to] + more)

    @property
    def is_compact(self) -> bool:
        """Whether every grid is as compact as it must be."""
        forms = self.problem.forms
        return forms is None or all(forms.keeps(grid, self.compactness(grid)) for grid in range(len(self.area)))

    def compactness(self, grid: int) -> float:
        """Return how compact a grid is, where shapes matter."""
        return polsby_popper(self.area[grid], self.perimeter[grid])

    def move(self, unit: int, to: int) -> None:
        """Give a unit to another grid."""
        source, weight, home = self.owner[unit], self.problem.weights[unit], self.problem.home[unit]
        excess, moved, price = self.change(unit, to)
        if self.problem.forms is not None:
            area, less, more = self._reshaped(unit, to)
            self.area[source] -= area
            self.area[to] += area
            self.perimeter[source] += less
            self.perimeter[to] += more
        self.excess += excess
        self.moved += moved
        self.price += price
        self.load[source] -= weight
        self.load[to] += weight
        self.native[source] -= source == home
        self.native[to] += to == home
        self.owner[unit] = to

    def beside(self, unit: int) -> set[int]:
        """Return the other grids that border on a unit."""
        own = self.owner[unit]
        return {self.owner[other] for other in self.problem.borders.neighbours[unit]} - {own}

    def _reshaped(self, unit: int, to: int) -> tuple[float, float, float]:
        """Return a unit's area, and by how much the perimeters of its grid and of another grow if it goes there."""
        forms, owner, source = self.problem.forms, self.owner, self.owner[unit]
        if forms is None:
            return 0.0, 0.0, 0.0
        whole, here, there = forms.perimeters[unit], 0.0, 0.0
        for other, length in self.problem.borders.lengths[unit].items():
            holder = owner[other]
            if holder == source:
                here += length
            elif holder == to:
                there += length
        return forms.areas[unit], 2 * here - whole, whole - 2 * there

    def _excess_change(self, grid: int, weight: int) -> int:
        """Return by how much a grid's excess would grow with its load."""
        problem, load = self.problem, self.load[grid]
        if not problem.free[grid]:
            return 0
        low, high, after = problem.low, problem.high, load + weight
        before = load - high if load > high else low - load if load < low else 0
        return (after - high if after > high else low - after if after < low else 0) - before

    def _holds_together(self, unit: int, source: int) -> bool:
        """Say whether what lies around a unit in its grid stays connected without it."""
        neighbours, owner = self.problem.borders.neighbours, self.owner
        around = {other for other in neighbours[unit] if owner[other] == source}
        if len(around) < 2:
            return True
        start = around.pop()
        near = self._left(around, start, around.__contains__)
        return not near or not self._left(near, start, lambda each: owner[each] == source and each != unit)

    def _left(self, wanted: set[int], start: int, may: Callable[[int], bool]) -> set[int]:
        """Return what of ``wanted`` can't be reached from ``start`` through units that may be passed."""
        neighbours = self.problem.borders.neighbours
        left, seen, waiting = set(wanted), {start}, [start]
        while waiting and left:
            for other in neighbours[waiting.pop()]:
                if other not in seen and may(other):
                    seen.add(other)
                    left.discard(other)
                    waiting.append(other)
        return left

    def _stays_apart(self, unit: int, to: int) -> bool:
        """Say whether at every corner of a unit both grids would still lie on one side, or not at all."""
        source, owner = self.owner[unit], self.owner
        for ring in self.problem.borders.corners[unit]:
            place = ring.index(unit)
            holders = [owner[each] if each >= 0 else OUTSIDE for each in ring]
            before, after = holders[place - 1], holders[place + 1 - len(ring)]
            if before == source == after and holders.count(source) < len(ring):
                return False
            if before != to != after and to in holders:
                return False
        return True


def _measured(problem: Problem, owner: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return the areas and perimeters of the grids (m², m); empty where shapes don't matter."""
    forms, grids = problem.forms, len(problem.free)
    if forms is None:
        return [], []
    area, perimeter = [0.0] * grids, [0.0] * grids
    for unit, grid in enumerate(owner):
        area[grid] += forms.areas[unit]
        within = sum(length for other, length in problem.borders.lengths[unit].items() if owner[other] == grid)
        perimeter[grid] += forms.perimeters[unit] - within
    return area, perimeter
