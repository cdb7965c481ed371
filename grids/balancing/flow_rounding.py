"""Growing: carrying a flow out, atom by atom from the border, until the plan is within its limits or stuck."""

from collections import Counter

import numpy as np

from grids.balancing.flows import Way, least_flow
from grids.balancing.plan import Plan

# Metres of border that every atom taken costs on top, so that light atoms don't come first.
_STEP_M = 5.0
# A way that could not be taken is dearer from then on.
_BLOCKED = 5.0
_ROUNDS = 12


def grow(plan: Plan) -> None:
    """Bring a plan within its limits, or nearer: again and again all flows, the largest first, as far as they go."""
    blocked: Counter[Way] = Counter()
    problem = plan.problem
    for _ in range(_ROUNDS):
        if not plan.excess:
            return
        ways = {way: 1.0 + _BLOCKED * blocked[way] for way in _ways(plan)}
        flows = least_flow(plan.load, problem.free, ways, problem.low, problem.high)

        for way in sorted(flows, key=lambda each: (-flows[each], each)):
            if not _carry(plan, way, min(flows[way], max(_at_hand(plan, way, flows[way]), 1.0))):
                blocked[way] += 1
        if not flows:
            return


def _at_hand(plan: Plan, way: Way, flow: float) -> float:
    """Return how much of a flow its source can give now; the rest must reach it first."""
    return min(flow, float(plan.load[way[0]] - plan.problem.low))


def _ways(plan: Plan) -> set[Way]:
    """Return the pairs of free grids that lie beside each other."""
    free, held = plan.problem.free, np.array(plan.owner)[plan.problem.beside]
    pairs = np.unique(held[held[:, 0] != held[:, 1]], axis=0).tolist()
    return {(a, b) for a, b in pairs if free[a] and free[b]}


def _carry(plan: Plan, way: Way, wanted: float) -> bool:
    """Move atoms across one border until as near as can be to what is wanted; say whether any moved."""
    source, target = way
    weights = plan.problem.weights
    at_border = {
        atom
        for atom, holder in enumerate(plan.owner)
        if holder == source and any(plan.owner[other] == target for other in plan.problem.borders.neighbours[atom])
    }
    left, any_moved = wanted, False
    while at_border and left > 0:
        fitting = [atom for atom in at_border if abs(left - weights[atom]) < left or not weights[atom]]
        ranked = sorted(fitting, key=lambda atom: (_score(plan, atom, target), atom))
        atom = next((each for each in ranked if plan.may_move(each, target) and plan.stays_compact(each, target)), None)
        if atom is None:
            break
        plan.move(atom, target)
        left -= weights[atom]
        any_moved = any_moved or weights[atom] > 0
        at_border.discard(atom)
        at_border |= {other for other in plan.problem.borders.neighbours[atom] if plan.owner[other] == source}
    return any_moved


def _score(plan: Plan, atom: int, target: int) -> float:
    weight = plan.problem.weights[atom]
    return (plan.change(atom, target)[2] + _STEP_M) / max(weight, 0.5)
