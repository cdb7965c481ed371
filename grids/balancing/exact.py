"""The exact optimum of small problems, by integer programming (HiGHS): the reference for tests and benchmarks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from grids.balancing.problem import Problem

Row = dict[int, float]
_TIE = 0.4


@dataclass(frozen=True, slots=True)
class Optimum:
    """The least load that must move, the owner of each unit then, and whether it is proved to be the least.

    If not proved, ``moved`` is a lower bound without a plan, and ``owner`` is empty.
    """

    moved: int
    owner: tuple[int, ...]
    proved: bool


def optimum(problem: Problem, *, seconds: float = 60.0, rounds: int = 200) -> Optimum | None:
    """Return the least disturbance, None when no plan is within the limits.

    Contiguity is enforced by cuts: whenever a grid of the best plan so far lies in pieces, a constraint is added by
    which each piece must be connected to the rest by a unit beside it.
    """
    units, grids = len(problem.home), len(problem.free)
    rows, lows, highs = _once_each(problem) + _limits(problem), [1.0] * units, [1.0] * units
    lows += [float(problem.low)] * sum(problem.free)
    highs += [float(problem.high)] * sum(problem.free)
    beside = _beside(problem)
    rows, lows, highs = rows + beside, lows + [-np.inf] * len(beside), highs + [0.0] * len(beside)
    price = _prices(problem)
    may = np.array([(problem.free[g] and problem.free[h]) or g == h for h in problem.home for g in range(grids)])
    bound = 0
    for _ in range(rounds):
        solved = milp(
            price,
            constraints=LinearConstraint(_matrix(rows, units * grids), lows, highs),
            integrality=np.ones(units * grids),
            bounds=Bounds(0, may.astype(float)),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if solved.status == 2:
            return None
        if solved.x is None or solved.status != 0:
            return Optimum(bound, (), proved=False)
        bound = int(solved.fun + _TIE / 2)
        owner = tuple(np.argmax(solved.x.reshape(units, grids), axis=1).tolist())
        cuts = _cuts(problem, owner)
        if not cuts:
            return Optimum(bound, owner, proved=True)
        rows += cuts
        lows += [-np.inf] * len(cuts)
        highs += [1.0] * len(cuts)
    return Optimum(bound, (), proved=False)


def _prices(problem: Problem) -> NDArray[np.float64]:
    """Return what x[a, g] costs: the load, and of equals those near the grid first, in all less than one unit."""
    away = np.array([_steps_from(problem, grid) for grid in range(len(problem.free))], dtype=np.float64).T
    weights = np.array(problem.weights, dtype=np.float64)[:, None]
    price = np.where(away > 0, weights, 0.0) + away * _TIE / max(float(away.max(axis=1).sum()), 1.0)
    return price.ravel()


def _steps_from(problem: Problem, grid: int) -> list[int]:
    """Return for each unit how many borders lie between it and a grid of today."""
    steps = [0 if home == grid else len(problem.home) for home in problem.home]
    ring = [unit for unit, step in enumerate(steps) if not step]
    while ring:
        beyond = sorted({b for a in ring for b in problem.borders.neighbours[a] if steps[b] > steps[a] + 1})
        for unit in beyond:
            steps[unit] = 1 + min(steps[b] for b in problem.borders.neighbours[unit])
        ring = beyond
    return steps


def _once_each(problem: Problem) -> list[Row]:
    grids = len(problem.free)
    return [{unit * grids + grid: 1.0 for grid in range(grids)} for unit in range(len(problem.home))]


def _limits(problem: Problem) -> list[Row]:
    grids = len(problem.free)
    return [
        {unit * grids + grid: float(weight) for unit, weight in enumerate(problem.weights)}
        for grid in range(grids)
        if problem.free[grid]
    ]


def _matrix(rows: list[Row], width: int) -> csr_array:
    return vstack([csr_array((list(row.values()), ([0] * len(row), list(row))), shape=(1, width)) for row in rows])


def _cuts(problem: Problem, owner: tuple[int, ...]) -> list[Row]:
    """Return x[a] + x[b] − Σ x[around a's piece] ≤ 1 for every piece a lies in, b in the largest one."""
    cuts: list[Row] = []
    grids = len(problem.free)
    for grid in range(grids):
        pieces = sorted(pieces_of(problem, [a for a, own in enumerate(owner) if own == grid]), key=len)
        if not problem.free[grid] or len(pieces) < 2:
            continue
        main = _middle(problem, grid, pieces[-1])
        for piece in pieces[:-1]:
            around = _between(problem, piece, main)
            for unit in piece:
                row = {unit * grids + grid: 1.0, main * grids + grid: 1.0}
                cuts.append(row | {each * grids + grid: -1.0 for each in around})
    return cuts


def _beside(problem: Problem) -> list[Row]:
    """Return x[a, g] ≤ Σ x[beside a, g] for every unit that is not g's today."""
    grids = len(problem.free)
    return [
        {unit * grids + grid: 1.0} | {each * grids + grid: -1.0 for each in problem.borders.neighbours[unit]}
        for unit, home in enumerate(problem.home)
        for grid in range(grids)
        if grid != home and problem.free[grid] and problem.free[home]
    ]


def _middle(problem: Problem, grid: int, piece: set[int]) -> int:
    """Return the unit of a piece that is least likely to leave the grid: a heavy one among others of the grid."""

    def inside(unit: int) -> int:
        return sum(problem.home[each] == grid for each in problem.borders.neighbours[unit])

    return max(piece, key=lambda unit: (problem.home[unit] == grid, problem.weights[unit], inside(unit), -unit))


def _between(problem: Problem, piece: set[int], main: int) -> set[int]:
    """Return the units beside a piece that can be reached from ``main`` without passing another such."""
    around = {b for a in piece for b in problem.borders.neighbours[a]} - piece
    seen, waiting = {main}, [main]
    while waiting:
        unit = waiting.pop()
        fresh = problem.borders.neighbours[unit].keys() - seen
        seen |= fresh
        waiting.extend(fresh - around)
    return around & seen


def pieces_of(problem: Problem, members: list[int]) -> list[set[int]]:
    """Return the connected pieces of some units."""
    left, pieces = set(members), []
    while left:
        waiting = [left.pop()]
        piece = set(waiting)
        while waiting:
            fresh = left & problem.borders.neighbours[waiting.pop()].keys()
            left -= fresh
            piece |= fresh
            waiting.extend(fresh)
        pieces.append(piece)
    return pieces
