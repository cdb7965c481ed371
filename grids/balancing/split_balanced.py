"""Dividing one grid into parts of about equal load, each connected, along block edges where there are any."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import ceil, cos, floor, pi, sin

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grids.balancing.anneal import Cooling, Prices, anneal
from grids.balancing.basic_units import BasicUnits
from grids.balancing.borders import OUTSIDE, Borders
from grids.balancing.dividing import Floats
from grids.balancing.exact import pieces_of
from grids.balancing.plan import Plan
from grids.balancing.problem import Problem
from grids.balancing.to_commands import Rim
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.split import Split

TOLERANCE = 0.05
_DIRECTIONS = 8
_VARIANTS = 6
# Metres of border against a unit of load that a part has too many.
_BORDER = 0.05


def cuts(
    coverage: Coverage, grid: str, units: BasicUnits, weights: Sequence[int], parts: int, rules: Rules = DEFAULT
) -> list[BaseGeometry]:
    """Return areas (survey CRS, metres) which, split off one after the other, leave a grid in so many parts.

    At least so many units of the grid must carry a load. Raises `EditRefused` when none
    of several ways to divide it is accepted.
    """
    home = units.keys.index(grid)
    members = [unit for unit, own in enumerate(units.home.tolist()) if own == home]
    rim, refusal = Rim(coverage), EditRefused(Code.WOULD_SPLIT_IN_TWO, grid=grid)
    for variant in range(_VARIANTS):
        _kept, *others = parted(units, weights, members, parts, variant)
        areas = [rim.reached(units.area_of(sorted(own))) for own in reversed(others)]
        try:
            return _accepted(coverage, grid, areas, rules)
        except EditRefused as error:
            refusal = error
    raise refusal


def _accepted(coverage: Coverage, grid: str, areas: list[BaseGeometry], rules: Rules) -> list[BaseGeometry]:
    """Return the areas in an order in which the engine takes them; raises `EditRefused`."""
    waiting, done = list(areas), list[BaseGeometry]()
    while waiting:
        refusals = []
        for area in waiting:
            try:
                coverage = Split(grid, f"{grid}/{len(done)}", area=area).step(coverage, rules).coverage
            except EditRefused as error:
                refusals.append(error)
                continue
            done.append(area)
            break
        if len(refusals) == len(waiting):
            raise refusals[0]
        waiting.remove(done[-1])
    return done


def parted(
    units: BasicUnits, weights: Sequence[int], members: Sequence[int], parts: int, variant: int = 0
) -> list[set[int]]:
    """Return the members (units of one grid) in parts; the heaviest part first, each next one beside those before.

    Another ``variant`` sweeps from other directions. Raises `EditRefused` where the members are not connected.
    """
    problem = _within(units, weights, members)
    if len(pieces_of(problem, list(range(len(members))))) > 1:
        raise EditRefused(Code.WOULD_SPLIT_IN_TWO)
    places = shapely.get_coordinates(shapely.centroid(units.polygons[list(members)]))
    turned = places @ _rotation(variant * pi / _DIRECTIONS / _VARIANTS)
    owner = [0] * len(members)
    _divide(problem, turned, owner, set(range(len(members))), range(parts))
    mean = sum(problem.weights) / parts
    low, high = ceil(mean * (1 - TOLERANCE)), floor(mean * (1 + TOLERANCE))
    start = Problem(problem.weights, tuple(owner), problem.borders, (True,) * parts, low, high)
    cooling = Cooling(40 * len(members) + 20_000, max(mean / 20, 2.0), 0.3)
    best = anneal(Plan(start), Prices(moved=0.0, border=_BORDER), cooling, seed=variant)
    return _in_order(problem, best, parts, list(members))


def _rotation(turn: float) -> Floats:
    return np.array([[cos(turn), -sin(turn)], [sin(turn), cos(turn)]])


def _within(units: BasicUnits, weights: Sequence[int], members: Sequence[int]) -> Problem:
    """Return the problem of the members alone, all in one grid."""
    number = {unit: index for index, unit in enumerate(members)}
    neighbours = tuple(
        {number[other]: cost for other, cost in units.borders.neighbours[unit].items() if other in number}
        for unit in members
    )
    corners = tuple(
        tuple(tuple(number.get(each, OUTSIDE) for each in ring) for ring in units.borders.corners[unit])
        for unit in members
    )
    own = tuple(weights[unit] for unit in members)
    return Problem(own, (0,) * len(own), Borders(neighbours, corners), (True,), 0, sum(own))


def _divide(problem: Problem, places: Floats, owner: list[int], remaining: set[int], parts: range) -> None:
    """Cut the remaining units in two for so many parts each, and recursively, until each set is one part."""
    if len(parts) < 2:
        for unit in remaining:
            owner[unit] = parts[0]
        return
    some = len(parts) // 2
    share = sum(problem.weights[unit] for unit in remaining) * some / len(parts)
    cuts = [_swept(problem, places, remaining, turn * 2 * pi / _DIRECTIONS, share) for turn in range(_DIRECTIONS)]
    first = min(cuts, key=lambda cut: (_badness(problem, remaining, cut, share), sorted(cut)))
    _divide(problem, places, owner, first, parts[:some])
    _divide(problem, places, owner, remaining - first, parts[some:])


def _swept(problem: Problem, places: Floats, remaining: set[int], turn: float, share: float) -> set[int]:
    """Return connected units from one side that carry about ``share``, with what they would cut off."""
    along = places @ np.array([cos(turn), sin(turn)])
    heap = [(float(along[unit]), unit) for unit in [min(remaining, key=lambda each: (float(along[each]), each))]]
    heapify(heap)
    taken: set[int] = set()
    load = 0.0
    while heap and len(taken) < len(remaining) - 1:
        _far, unit = heappop(heap)
        weight = problem.weights[unit]
        if unit in taken or (taken and load + weight / 2 > share):
            continue
        taken.add(unit)
        load += weight
        for other in problem.borders.neighbours[unit].keys() & remaining - taken:
            heappush(heap, (float(along[other]), other))
    rest = pieces_of(problem, sorted(remaining - taken))
    kept = max(rest, key=lambda piece: (sum(problem.weights[unit] for unit in piece), len(piece), -min(piece)))
    return taken.union(*(piece for piece in rest if piece is not kept))


def _badness(problem: Problem, remaining: set[int], cut: set[int], share: float) -> float:
    border = sum(
        cost
        for unit in cut
        for other, cost in problem.borders.neighbours[unit].items()
        if other in remaining and other not in cut
    )
    return abs(sum(problem.weights[unit] for unit in cut) - share) + _BORDER * border


def _in_order(problem: Problem, plan: Plan, parts: int, members: list[int]) -> list[set[int]]:
    """Return the parts, the heaviest first, each next one beside those before: taken off from the end, none is cut."""
    own: list[set[int]] = [set() for _ in range(parts)]
    for unit, part in enumerate(plan.owner):
        own[part].add(unit)
    order = [max(range(parts), key=lambda part: (plan.load[part], -part))]
    while len(order) < parts:
        near = {plan.owner[other] for part in order for unit in own[part] for other in problem.borders.neighbours[unit]}
        order.append(min(near - set(order)))
    return [{members[unit] for unit in own[part]} for part in order]
