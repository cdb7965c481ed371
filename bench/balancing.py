"""Balancing 720 generated grids and the demo against gerrychain's tree cuts, and small towns against the optimum.

The contract (issue 3): 700 grids' worth of communities to ±10 % in at most 30 s in all; on small cases at most 10 %
more households moved than the exact optimum. The peer makes equal districts from nothing: its districts are
matched with the grids so that as little as possible moves, which still is most of the town.
"""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment

from bench import Broken, Ratio
from fixtures.pingshan import buildings, store, units
from fixtures.pingshan.scale import FULL, chosen_blocks
from grids.balancing.balance import balance, balanced
from grids.balancing.basic_units import basic_units_of
from grids.balancing.exact import optimum
from grids.balancing.plan import Plan
from grids.balancing.problem import Problem, problem_of
from grids.balancing.shortfall import why_short
from grids.editing.coverage.checker import violations
from grids.editing.coverage.coverage import Coverage
from tests.towns import Town, town

TOLERANCE = 0.10
COMMUNITIES = 24
SMALL = 24
DEMO = ("440310001001", "440310001002", "440310001004", "440310005001")


@dataclass(frozen=True, slots=True)
class Run:
    """One community balanced: its problem, the plan, and how long units and plan with commands took.

    ``cpu_s`` is the processor time of both: what the clock would say if the machine did nothing else.
    """

    problem: Problem
    plan: Plan
    units_s: float
    plan_s: float
    cpu_s: float


def run() -> Iterator[Ratio]:
    """Balance the generated district and the demo, then compare small towns with their optimum."""
    yield from _district("generated", [town((6, 5), (2, 2), (3, 3), seed) for seed in range(COMMUNITIES)])
    yield from _district("demo", list(demo()))
    _small()


def _district(name: str, towns: list[Town]) -> Iterator[Ratio]:
    runs = [balance_town(made) for made in towns]
    grids = sum(len(made.coverage) for made in towns)
    reached = sum(done.plan.excess == 0 for done in runs)
    moved, least = sum(done.plan.moved for done in runs), sum(done.problem.lower_bound for done in runs)
    began = time.perf_counter()
    peers = [by_trees(done.problem) for done in runs]
    peer_s = time.perf_counter() - began
    print(f"{name}: {reached} of {len(runs)} communities within ±10 %; {moved} households move, {least} must")
    busy_s, clock_s = sum(done.cpu_s for done in runs), sum(done.units_s + done.plan_s for done in runs)
    print(f"{name}: {busy_s:.1f} s of processor time, {clock_s:.1f} s by the clock", flush=True)
    for index, done in enumerate(runs):
        if done.plan.excess:
            short = Counter(why_short(done.problem, done.plan.owner).values())
            print(f"{name}: community {index} is {done.plan.excess} households short: {dict(short)}")
    found = [each for each in peers if each is not None]
    print(f"{name}: the peer reaches {len(found)}; {sum(found)} households would move", flush=True)
    yield Ratio(f"{name}: plan and commands, {grids} grids", sum(done.plan_s for done in runs), "gerrychain", peer_s)
    total = sum(done.units_s + done.plan_s for done in runs)
    yield Ratio(f"{name}: units too, {grids} grids", total, "gerrychain, on our units", peer_s)


def balance_town(made: Town) -> Run:
    """Balance a town and check what the commands leave."""
    began, busy = time.perf_counter(), time.process_time()
    basic_units = basic_units_of(made.coverage, lines=made.streets, buildings=made.houses)
    cut = time.perf_counter()
    weights = [sum(made.households[each] for each in own) for own in basic_units.buildings]
    problem = problem_of(basic_units, weights, free=set(basic_units.keys), tolerance=TOLERANCE)
    done = balance(made.coverage, basic_units, problem)
    ended, busy = time.perf_counter(), time.process_time() - busy
    coverage = made.coverage
    for command in done.commands:
        coverage = command.step(coverage).coverage
    if violations(coverage.to_polygons(), made.coverage.frame.polygon):
        raise Broken("the commands of a proposal leave no partition")
    return Run(problem, Plan(problem, done.owner), cut - began, ended - cut, busy)


def by_trees(problem: Problem) -> int | None:
    """Return what would move with equal districts of gerrychain, each called after the grid it shares most with."""
    from gerrychain import Graph
    from gerrychain.partition import recursive_tree_part
    from networkx import Graph as Network

    network = Network([(a, b) for a, own in enumerate(problem.borders.neighbours) for b in own])
    for unit, weight in enumerate(problem.weights):
        network.nodes[unit]["load"] = weight
    count = len(problem.free)
    try:
        parts: Any = recursive_tree_part(
            Graph.from_networkx(network), range(count), sum(problem.weights) / count, "load", TOLERANCE
        )
    except Exception as error:
        print(f"  the peer gives up: {str(error)[:80]}")
        return None
    shared = np.zeros((count, count))
    for unit, part in dict(parts).items():
        shared[part, problem.home[unit]] += problem.weights[unit]
    rows, columns = linear_sum_assignment(-shared)
    return round(sum(problem.weights) - float(shared[rows, columns].sum()))


def _small() -> None:
    """Compare towns of four grids and some hundred units with the exact optimum."""
    factors, unproved = [], 0
    for seed in range(SMALL):
        made = town((2, 2), (2, 2), (3, 3), seed)
        basic_units = basic_units_of(made.coverage, lines=made.streets, buildings=made.houses)
        weights = [sum(made.households[each] for each in own) for own in basic_units.buildings]
        problem = problem_of(basic_units, weights, free=set(basic_units.keys), tolerance=TOLERANCE)
        ours, best = balanced(problem), optimum(problem, seconds=5, rounds=8)
        least = max(best.moved, problem.lower_bound) if best is not None else 0
        if best is None or not least:
            continue
        unproved += not best.proved and ours.moved > least
        factors.append(ours.moved / least)
    summary = f"mean {statistics.mean(factors):.3f}, median {statistics.median(factors):.3f}, worst {max(factors):.3f}"
    print(f"small: {len(factors)} towns, moved against the optimum: {summary}; {unproved} against a lower bound only")


def demo() -> Iterator[Town]:
    """Yield communities of the full demo, their base grids only where they hang together."""
    plan = store.load()
    built = buildings.build(plan, chosen_blocks(plan, FULL))
    rooms = units.units(built, units.entrances(built))
    homes = units.households(built, rooms, FULL.occupancy)
    count = np.bincount(rooms.building[homes.unit], minlength=len(built))
    tree = shapely.STRtree(built.footprint)
    blocks = store.to_metres(shapely.multipolygons(plan.net.faces))
    for code in DEMO:
        pairs = zip(plan.grids, plan.grid_polygons, strict=True)
        coverage = Coverage.from_polygons({grid.code: shape for grid, shape in pairs if grid.code.startswith(code)})
        frame = coverage.frame.polygon
        own = np.sort(tree.query(frame, predicate="intersects"))
        streets = [block for block in shapely.get_parts(blocks) if frame.intersects(block)]
        yield Town(coverage, streets, list(built.footprint[own]), count[own].tolist())
