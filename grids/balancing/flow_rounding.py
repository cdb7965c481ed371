"""Flow rounding: a flow is carried out unit by unit from the border, until the plan is within its limits or stuck."""

from collections import Counter

import numpy as np

from grids.balancing.flows import Way, least_flow
from grids.balancing.plan import Plan

# Metres of border that every moved unit costs in addition, so that light units are not preferred.
_STEP_M = 5.0
# A way that was blocked costs more from then on.
_BLOCKED = 5.0
_ROUNDS = 12


def round_flows(plan: Plan) -> None:
    """Bring a plan within its limits, or nearer: repeatedly carry out all flows, the largest first."""
    blocked: Counter[Way] = Counter()
    problem = plan.problem
    for _ in range(_ROUNDS):
        if not plan.excess:
            return
        ways = {way: 1.0 + _BLOCKED * blocked[way] for way in _ways(plan)}
        flows = least_flow(plan.load, problem.free, ways, problem.low, problem.high)

        for way in sorted(flows, key=lambda each: (-flows[each], each)):
            if not _carry(plan, way, min(flows[way], max(_available(plan, way, flows[way]), 1.0))):
                blocked[way] += 1
        if not flows:
            return


def _available(plan: Plan, way: Way, flow: float) -> float:
    """Return how much of a flow its source has now; the rest must flow to it first."""
    return min(flow, float(plan.load[way[0]] - plan.problem.low))


def _ways(plan: Plan) -> set[Way]:
    """Return the pairs of adjacent free grids."""
    free, held = plan.problem.free, np.array(plan.owner)[plan.problem.beside]
    pairs = np.unique(held[held[:, 0] != held[:, 1]], axis=0).tolist()
    return {(a, b) for a, b in pairs if free[a] and free[b]}


def _carry(plan: Plan, way: Way, wanted: float) -> bool:
    """Move units across one border, as near to the wanted load as possible; return whether any load moved."""
    source, target = way
    weights = plan.problem.weights
    at_border = {
        unit
        for unit, holder in enumerate(plan.owner)
        if holder == source and any(plan.owner[other] == target for other in plan.problem.borders.neighbours[unit])
    }
    left, any_moved = wanted, False
    while at_border and left > 0:
        fitting = [unit for unit in at_border if abs(left - weights[unit]) < left or not weights[unit]]
        ranked = sorted(fitting, key=lambda unit: (_score(plan, unit, target), unit))
        unit = next((each for each in ranked if plan.may_move(each, target) and plan.stays_compact(each, target)), None)
        if unit is None:
            break
        plan.move(unit, target)
        left -= weights[unit]
        any_moved = any_moved or weights[unit] > 0
        at_border.discard(unit)
        at_border |= {other for other in plan.problem.borders.neighbours[unit] if plan.owner[other] == source}
    return any_moved


def _score(plan: Plan, unit: int, target: int) -> float:
    weight = plan.problem.weights[unit]
    return (plan.change(unit, target)[2] + _STEP_M) / max(weight, 0.5)
