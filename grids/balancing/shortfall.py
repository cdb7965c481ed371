"""Shortfall: why a grid is not within its limits after all."""

from collections import Counter
from collections.abc import Sequence

from grids.balancing.problem import Problem


def why_short(problem: Problem, owner: Sequence[int]) -> dict[int, str]:
    """Return for each grid outside its limits ``one_building``, ``cut_off`` or ``not_found``."""
    load: Counter[int] = Counter()
    for atom, grid in enumerate(owner):
        load[grid] += problem.weights[atom]
    heaviest = heaviest_in(problem, owner)
    apart = _apart(problem)
    return {
        grid: "one_building" if heaviest[grid] > problem.high else "cut_off" if grid in apart else "not_found"
        for grid in range(len(problem.free))
        if problem.excess(grid, load[grid])
    }


def heaviest_in(problem: Problem, owner: Sequence[int]) -> Counter[int]:
    """Return for each grid the load of its heaviest atom: whoever holds that can't carry less."""
    heaviest: Counter[int] = Counter()
    for atom, grid in enumerate(owner):
        heaviest[grid] = max(heaviest[grid], problem.weights[atom])
    return heaviest


def _apart(problem: Problem) -> set[int]:
    """Return the free grids of a region that borders on no other and has too much or too little for its grids."""
    apart: set[int] = set()
    left = {grid for grid, free in enumerate(problem.free) if free}
    beside: dict[int, set[int]] = {grid: set() for grid in left}
    for atom, own in enumerate(problem.borders.neighbours):
        if problem.home[atom] in beside:
            beside[problem.home[atom]] |= {problem.home[other] for other in own} & left
    while left:
        region, waiting = set(), [min(left)]
        while waiting:
            grid = waiting.pop()
            if grid not in region:
                region.add(grid)
                waiting.extend(beside[grid])
        total = sum(problem.loads[grid] for grid in region)
        if not problem.low * len(region) <= total <= problem.high * len(region):
            apart |= region
        left -= region
    return apart
