"""Simulated annealing: a plan is improved by many small moves; worse ones are accepted less often as it cools."""

from dataclasses import dataclass
from math import exp
from random import Random

from grids.balancing.plan import Plan

# After so many tries the list of possible moves is renewed.
_FRESH = 500


@dataclass(frozen=True, slots=True)
class Prices:
    """The weights of the cost: load outside the limits, load moved, load moved beyond a cap, metres of border."""

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
    """The schedule: number of tries, first and last temperature (in the unit of the load)."""

    tries: int
    hot: float
    cold: float


def anneal(plan: Plan, prices: Prices, cooling: Cooling, seed: int = 0) -> Plan:
    """Return the best plan found; ``plan`` itself is changed. The same input gives the same plan."""
    random, owner = Random(seed).random, plan.owner
    now = best = prices.of(plan.excess, plan.moved, plan.price)
    kept = list(owner)
    factor = (cooling.cold / cooling.hot) ** (1 / cooling.tries)
    heat = cooling.hot
    for tried in range(cooling.tries):
        heat *= factor
        if tried % _FRESH == 0:
            ways = plan.ways()
            if not ways:
                break
        unit, other = ways[int(random() * len(ways))]
        to = owner[other]
        if to == owner[unit]:
            continue
        excess, moved, price = plan.change(unit, to)
        after = prices.of(plan.excess + excess, plan.moved + moved, plan.price + price)
        if after > now and random() >= exp((now - after) / heat):
            continue
        if plan.may_move(unit, to) and plan.stays_compact(unit, to):
            plan.move(unit, to)
            now = after
            if now < best - 1e-9:
                best, kept = now, list(owner)
    return Plan(plan.problem, kept)
