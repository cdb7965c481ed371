"""Balance: the plan with the least disturbance that brings the free grids within their limits, and its commands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grids.balancing.anneal import Cooling, Prices, anneal
from grids.balancing.basic_units import BasicUnits
from grids.balancing.flow_rounding import round_flows
from grids.balancing.plan import Plan
from grids.balancing.problem import Problem
from grids.balancing.to_commands import transfers
from grids.editing.coverage.coverage import Coverage
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.transfer import Transfer

# How much more load may move for the sake of borders that follow roads and block edges.
FOR_BORDERS = 1.04
_ROUNDS = 3
# Moves that are tried for each unit.
_TRIES = 30
_FEWEST = 6_000
_LEAST = Prices(border=0.002)
# Small problems are annealed longer and several times, each from the present state and from a plan of rounded flows,
# until the lower bound is reached; large ones once.
_START_UNITS = 400
_LONG = 4
_MOST_SEEDS = 5


@dataclass(frozen=True, slots=True)
class Balanced:
    """Commands that balance a coverage, and the owner of each unit after them."""

    commands: tuple[Transfer, ...]
    owner: tuple[int, ...]


def balance(coverage: Coverage, units: BasicUnits, problem: Problem, rules: Rules = DEFAULT) -> Balanced:
    """Return the transfers that balance a coverage as nearly as was found; the same input gives the same.

    What the engine accepts in no order is planned again from the state reached.
    """
    commands: list[Transfer] = []
    held = problem.home
    for _ in range(_ROUNDS):
        plan = balanced(problem, held)
        if plan.excess >= Plan(problem, held).excess:
            break
        carried = transfers(coverage, units, Plan(problem, held), plan.owner, rules)
        coverage, held = carried.coverage, carried.owner
        commands += carried.commands
        if not carried.commands or held == tuple(plan.owner):
            break
    return Balanced(tuple(commands), held)


def without_floors(problem: Problem) -> tuple[int, ...] | None:
    """Return the owner of each unit in a plan without floors of compactness; None where the problem has none."""
    return None if problem.forms is None else tuple(balanced(replace(problem, forms=None)).owner)


def balanced(problem: Problem, held: Sequence[int] | None = None) -> Plan:
    """Return the best plan found: first nearest the limits, then least moved, then with the best borders.

    ``held`` is the owner of each unit at the start; the present owners by default.
    """
    tries = max(_TRIES * len(problem.weights), _FEWEST)
    plan = _least(problem, held, tries)
    prices = Prices(excess=1000.0, moved=0.05, border=0.2, cap=FOR_BORDERS * plan.moved, beyond_cap=100.0)
    return anneal(plan, prices, Cooling(tries, 4.0, 0.3), seed=1)


def _least(problem: Problem, held: Sequence[int] | None, tries: int) -> Plan:
    """Return the plan nearest the limits that moves least."""
    times = _START_UNITS // len(problem.weights)
    if not times:
        first = anneal(_start(problem, held, grown=True), _LEAST, Cooling(tries, _scale(problem), 0.3))
        if not first.excess or problem.forms is None:
            return first
        # Floors of compactness leave fewer moves: anneal longer and hotter, from the present state.
        second = anneal(Plan(problem, held), _LEAST, Cooling(_LONG * tries, 2 * _scale(problem), 0.3))
        return min(first, second, key=lambda each: (each.excess, each.moved))
    cooling = Cooling(_LONG * tries, 2 * _scale(problem), 0.3)
    plans: list[Plan] = []
    for seed in range(min(times, _MOST_SEEDS)):
        for grown in (True, False):
            plans.append(anneal(_start(problem, held, grown), _LEAST, cooling, seed))
            if not plans[-1].excess and plans[-1].moved <= problem.lower_bound:
                return plans[-1]
    return min(plans, key=lambda each: (each.excess, each.moved, each.price))


def _start(problem: Problem, held: Sequence[int] | None, grown: bool) -> Plan:
    plan = Plan(problem, held)
    if grown:
        round_flows(plan)
    return plan


def _scale(problem: Problem) -> float:
    """Return the median load of loaded units, the scale of the temperature."""
    loaded = sorted(weight for weight in problem.weights if weight)
    return max(float(loaded[len(loaded) // 2]), 1.0) if loaded else 1.0
