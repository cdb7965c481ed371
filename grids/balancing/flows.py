"""Flows: how much load must cross which border so that every grid is within its limits (a linear program)."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array

Way = tuple[int, int]
# The cost of a unit of load outside the limits, against 1 for one that crosses a border: more than any way costs.
UNMET = 1000.0
_TRACE = 1e-6


def least_flow(
    loads: Sequence[int], free: Sequence[bool], ways: Mapping[Way, float], low: int, high: int
) -> dict[Way, float]:
    """Return for each way (from grid, to grid) the load that should cross it; only ways with some.

    ``ways`` is the cost of a unit of load on each way. As much of the load outside the limits is moved as the ways
    allow, and no more than needed.
    """
    places = {grid: row for row, grid in enumerate(grid for grid, may in enumerate(free) if may)}
    order = sorted(ways)
    if not order:
        return {}
    count, width = len(places), len(order)
    # Each grid's row: what comes in, less what goes out, less what stays too much, plus what stays missing.
    ends = [[places[a], places[b]] for a, b in order]
    rows = np.concatenate([np.ravel(ends), np.arange(count), np.arange(count)])
    columns = np.concatenate([np.repeat(np.arange(width), 2), np.arange(width, width + 2 * count)])
    signs = np.concatenate([np.tile([-1.0, 1.0], width), np.full(count, -1.0), np.ones(count)])
    own = np.array([loads[grid] for grid in places], dtype=np.float64)
    solved = milp(
        np.concatenate([[ways[way] for way in order], np.full(2 * count, UNMET)]),
        constraints=LinearConstraint(csr_array((signs, (rows, columns))), low - own, high - own),
    )
    return {way: float(flow) for way, flow in zip(order, solved.x, strict=False) if flow > _TRACE}
