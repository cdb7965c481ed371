"""Settling: a plan made better by many small moves, fewer of them bad as it cools (simulated annealing)."""

from dataclasses import dataclass
from math import exp
from random import Random

from grids.balancing.plan import Plan


@dataclass(frozen=True, slots=True)
class Prices:
    """What counts how much: load outside the limits, load that moves, load moved beyond a cap, metres of border."""

    excess: float = 20.0
    moved: float = 1.0
    border: float = 0.02
    cap: float = float("inf")
    beyond_cap: float = 20.0

    def of(self, excess: int, moved: int, border: float) -> float:
        """Return the price of a plan."""
        beyond = max(moved - self.cap, 0.0) * self.beyond_cap
        return self.excess * excess + self.moved * moved + self.border * border + beyond


@dataclass(frozen=True, slots=True)
class Cooling:
    """How long, and from what temperature to what (in the unit of the load)."""

    tries: int
    hot: float
    cold: float


def settle(plan: Plan, prices: Prices, cooling: Cooling, seed: int = 0) -> Plan:
    """Return the best plan met; the one given goes on changing. The same input gives the same plan."""
    free, neighbours = plan.problem.free, plan.problem.borders.neighbours
    ends = [(a, b) for a, own in enumerate(neighbours) for b in own if free[plan.owner[a]]]
    if not ends:
        return plan
    chance, owner, count = Random(seed), plan.owner, len(ends)
    random = chance.random
    now = best = prices.of(plan.excess, plan.moved, plan.price)
    kept = list(owner)
    factor = (cooling.cold / cooling.hot) ** (1 / cooling.tries)
    heat = cooling.hot
    for _ in range(cooling.tries):
        heat *= factor
        atom, other = ends[int(random() * count)]
        to = owner[other]
        if to == owner[atom]:
            continue
        after = prices.of(
            plan.excess + plan.excess_change(atom, to),
            plan.moved + plan.moved_change(atom, to),
            plan.price + plan.price_change(atom, to),
        )
        if after > now and random() >= exp((now - after) / heat):
            continue
        if plan.may_move(atom, to):
            plan.move(atom, to)
            now = after
            if now < best - 1e-9:
                best, kept = now, list(owner)
    return Plan(plan.problem, kept)
