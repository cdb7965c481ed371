"""A plan being made: who holds each atom, and which single moves keep every grid in one piece."""

from collections.abc import Callable, Sequence

import numpy as np

from grids.balancing.borders import OUTSIDE
from grids.balancing.compactness import polsby_popper
from grids.balancing.problem import Problem


class Plan:
    """An assignment of atoms to grids that changes one atom at a time.

    `load`, `moved` (what does not stay where it is today), `excess` (what lies outside the limits) and `price`
    (of borders and of ground that moves, weighted metres) are kept as it changes.
    """

    def __init__(self, problem: Problem, owner: Sequence[int] | None = None) -> None:
        self.problem = problem
        self.owner = list(problem.home if owner is None else owner)
        self.load = [0] * len(problem.free)
        self.native = [0] * len(problem.free)
        self.ground = problem.ground or (0.0,) * len(self.owner)
        self.moved = 0
        self.price = 0.0
        for atom, grid in enumerate(self.owner):
            self.load[grid] += problem.weights[atom]
            stays = grid == problem.home[atom]
            self.native[grid] += stays
            self.moved += 0 if stays else problem.weights[atom]
            self.price += 0 if stays else self.ground[atom]
            own = problem.borders.neighbours[atom].items()
            self.price += sum(cost for other, cost in own if other > atom and self.owner[other] != grid)
        self.excess = sum(problem.excess(grid, load) for grid, load in enumerate(self.load))
        self.area, self.perimeter = _measured(problem, self.owner)

    def change(self, atom: int, to: int) -> tuple[int, int, float]:
        """Return by how much `excess`, `moved` and `price` would grow if an atom went to another grid."""
        problem, owner = self.problem, self.owner
        weight, home, source = problem.weights[atom], problem.home[atom], owner[atom]
        ground = self.ground[atom]
        excess = moved = 0
        if weight:
            excess = self._excess_change(source, -weight) + self._excess_change(to, weight)
        price = 0.0
        if source == home:
            moved, price = weight, ground
        elif to == home:
            moved, price = -weight, -ground
        for other, cost in problem.borders.neighbours[atom].items():
            holder = owner[other]
            if holder == source:
                price += cost
            elif holder == to:
                price -= cost
        return excess, moved, price

    def ways(self) -> list[tuple[int, int]]:
        """Return the pairs of atoms beside each other that different free grids hold, both ways round."""
        beside, owner = self.problem.beside, np.array(self.owner)
        held = owner[beside]
        free = np.array(self.problem.free)[held].all(axis=1)
        return [(a, b) for a, b in beside[free & (held[:, 0] != held[:, 1])].tolist()]

    def may_move(self, atom: int, to: int) -> bool:
        """Say whether an atom beside ``to`` may go there: no grid falls apart, touches itself, or ends."""
        problem, source = self.problem, self.owner[atom]
        if not (problem.free[source] and problem.free[to]):
            return False
        if problem.home[atom] == source and self.native[source] < 2:
            return False
        return self._stays_apart(atom, to) and self._holds_together(atom, source)

    def stays_compact(self, atom: int, to: int) -> bool:
        """Say whether both grids would be as compact as they must be if an atom went to another grid."""
        forms, source = self.problem.forms, self.owner[atom]
        if forms is None:
            return True
        area, less, more = self._reshaped(atom, to)
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

    def move(self, atom: int, to: int) -> None:
        """Give an atom to another grid."""
        source, weight, home = self.owner[atom], self.problem.weights[atom], self.problem.home[atom]
        excess, moved, price = self.change(atom, to)
        if self.problem.forms is not None:
            area, less, more = self._reshaped(atom, to)
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
        self.owner[atom] = to

    def beside(self, atom: int) -> set[int]:
        """Return the other grids that border on an atom."""
        own = self.owner[atom]
        return {self.owner[other] for other in self.problem.borders.neighbours[atom]} - {own}

    def _reshaped(self, atom: int, to: int) -> tuple[float, float, float]:
        """Return an atom's area, and by how much the perimeters of its grid and of another grow if it goes there."""
        forms, owner, source = self.problem.forms, self.owner, self.owner[atom]
        if forms is None:
            return 0.0, 0.0, 0.0
        whole, here, there = forms.perimeters[atom], 0.0, 0.0
        for other, length in self.problem.borders.lengths[atom].items():
            holder = owner[other]
            if holder == source:
                here += length
            elif holder == to:
                there += length
        return forms.areas[atom], 2 * here - whole, whole - 2 * there

    def _excess_change(self, grid: int, weight: int) -> int:
        """Return by how much a grid's excess would grow with its load."""
        problem, load = self.problem, self.load[grid]
        if not problem.free[grid]:
            return 0
        low, high, after = problem.low, problem.high, load + weight
        before = load - high if load > high else low - load if load < low else 0
        return (after - high if after > high else low - after if after < low else 0) - before

    def _holds_together(self, atom: int, source: int) -> bool:
        """Say whether what lies around an atom in its grid stays connected without it."""
        neighbours, owner = self.problem.borders.neighbours, self.owner
        around = {other for other in neighbours[atom] if owner[other] == source}
        if len(around) < 2:
            return True
        start = around.pop()
        near = self._left(around, start, around.__contains__)
        return not near or not self._left(near, start, lambda each: owner[each] == source and each != atom)

    def _left(self, wanted: set[int], start: int, may: Callable[[int], bool]) -> set[int]:
        """Return what of ``wanted`` can't be reached from ``start`` through atoms that may be passed."""
        neighbours = self.problem.borders.neighbours
        left, seen, waiting = set(wanted), {start}, [start]
        while waiting and left:
            for other in neighbours[waiting.pop()]:
                if other not in seen and may(other):
                    seen.add(other)
                    left.discard(other)
                    waiting.append(other)
        return left

    def _stays_apart(self, atom: int, to: int) -> bool:
        """Say whether at every corner of an atom both grids would still lie on one side, or not at all."""
        source, owner = self.owner[atom], self.owner
        for ring in self.problem.borders.corners[atom]:
            place = ring.index(atom)
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
    for atom, grid in enumerate(owner):
        area[grid] += forms.areas[atom]
        within = sum(length for other, length in problem.borders.lengths[atom].items() if owner[other] == grid)
        perimeter[grid] += forms.perimeters[atom] - within
    return area, perimeter
