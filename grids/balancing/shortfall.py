"""Shortfall: why a grid is not within its limits. All reasons but `NOT_FOUND` are proved."""

from collections import Counter
from collections.abc import Iterator, Sequence

from grids.balancing.problem import Problem

NO_WHOLE_NUMBER = "no_whole_number"
ONE_BUILDING = "one_building"
CUT_OFF = "cut_off"
NOT_COMPACT = "not_compact"
NOT_FOUND = "not_found"


def why_short(problem: Problem, owner: Sequence[int], unbound: Sequence[int] | None = None) -> dict[int, str]:
    """Return for each grid outside its limits the reason.

    ``unbound`` is who would hold each unit in a plan without regard to compactness, where one was made: a grid that is
    within its limits there fails here by its floor.
    """
    load, heaviest = _loads(problem, owner), heaviest_in(problem, owner)
    loose = None if unbound is None else _loads(problem, unbound)
    apart = {grid: _of_region(problem, region) for region in regions_of(problem) for grid in region}

    def why(grid: int) -> str:
        if problem.low > problem.high:
            return NO_WHOLE_NUMBER
        if heaviest[grid] > problem.high:
            return ONE_BUILDING
        if apart[grid]:
            return apart[grid]
        return NOT_COMPACT if loose is not None and not problem.excess(grid, loose[grid]) else NOT_FOUND

    return {grid: why(grid) for grid in range(len(problem.free)) if problem.excess(grid, load[grid])}


def heaviest_in(problem: Problem, owner: Sequence[int]) -> Counter[int]:
    """Return for each grid the load of its heaviest unit, a lower bound for the grid that holds it."""
    heaviest: Counter[int] = Counter()
    for unit, grid in enumerate(owner):
        heaviest[grid] = max(heaviest[grid], problem.weights[unit])
    return heaviest


def regions_of(problem: Problem) -> Iterator[set[int]]:
    """Yield the sets of free grids between which load can go, over other free grids."""
    beside = _beside(problem)
    left = {grid for grid, free in enumerate(problem.free) if free}
    while left:
        region, waiting = set(), [min(left)]
        while waiting:
            grid = waiting.pop()
            if grid not in region:
                region.add(grid)
                waiting.extend(other for other in beside[grid] if problem.free[other])
        yield region
        left -= region


def barriers_of(problem: Problem, grid: int) -> set[int]:
    """Return the grids that are not free and border on a free grid's region: they cut it off, besides the frame."""
    beside = _beside(problem)
    region = next(region for region in regions_of(problem) if grid in region)
    return {other for own in region for other in beside[own] if not problem.free[other]}


def _of_region(problem: Problem, region: set[int]) -> str:
    """Return why what a region carries can't be shared within the limits; empty if it can, as far as sums tell."""
    total, count = sum(problem.loads[grid] for grid in region), len(region)
    if problem.low * count <= total <= problem.high * count:
        return ""
    low, high = problem.span or (problem.low, problem.high)
    return NO_WHOLE_NUMBER if low * count <= total <= high * count else CUT_OFF


def _beside(problem: Problem) -> list[set[int]]:
    """Return for each grid those that it borders on today."""
    beside: list[set[int]] = [set() for _ in problem.free]
    for unit, own in enumerate(problem.borders.neighbours):
        beside[problem.home[unit]] |= {problem.home[other] for other in own} - {problem.home[unit]}
    return beside


def _loads(problem: Problem, owner: Sequence[int]) -> Counter[int]:
    load: Counter[int] = Counter()
    for unit, grid in enumerate(owner):
        load[grid] += problem.weights[unit]
    return load
