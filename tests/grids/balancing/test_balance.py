"""Balancing: within the limits, in one piece each, moving no more than needed."""

from collections.abc import Sequence
from random import Random

import pytest
import shapely

from grids.balancing.balance import balance, balanced
from grids.balancing.basic_units import BasicUnits, basic_units_of
from grids.balancing.compactness import polsby_popper
from grids.balancing.exact import optimum, pieces_of
from grids.balancing.flows import least_flow
from grids.balancing.plan import Plan
from grids.balancing.problem import Problem, problem_of
from grids.balancing.shortfall import barriers_of, why_short
from grids.balancing.to_commands import transfers
from grids.editing.coverage.checker import violations
from grids.editing.geometry.measures import measures
from tests.drawing import drawn, line
from tests.towns import Town, town

FREE = frozenset("ABCDEF")


def cells(drawing: str) -> BasicUnits:
    """Return a drawing cut into its cells by streets."""
    rows = drawing.split("/")
    wide, high = len(rows[0]), len(rows)
    streets = [shapely.LineString(line((x, 0), (x, high))) for x in range(1, wide)]
    streets += [shapely.LineString(line((0, y), (wide, y))) for y in range(1, high)]
    return basic_units_of(drawn(drawing), lines=streets)


def weighed(units: BasicUnits, numbers: str) -> list[int]:
    """Return the weight of each cell, drawn as digits in the same way."""
    rows = list(reversed(numbers.split("/")))
    places = [polygon.centroid for polygon in units.polygons]
    return [int(rows[int(place.y // 100_000)][int(place.x // 100_000)]) for place in places]


def posed(
    drawing: str, numbers: str, *, tolerance: float = 0.1, free: frozenset[str] = FREE
) -> tuple[BasicUnits, Problem]:
    units = cells(drawing)
    return units, problem_of(units, weighed(units, numbers), free=free, tolerance=tolerance)


def seen(units: BasicUnits, plan: Plan, drawing: str) -> str:
    """Return the drawing of a plan."""
    rows = [list(row) for row in reversed(drawing.split("/"))]
    for polygon, grid in zip(units.polygons, plan.owner, strict=True):
        place = polygon.centroid
        rows[int(place.y // 100_000)][int(place.x // 100_000)] = units.keys[grid]
    return "/".join("".join(row) for row in reversed(rows))


def test_what_is_too_much_goes_next_door():
    units, problem = posed("AAAB/AAAB", "1111/1111", tolerance=0.01)

    assert seen(units, balanced(problem), "AAAB/AAAB") == "AABB/AABB"


def test_it_goes_through_a_grid_between():
    units, problem = posed("AAAABBC", "1111111", tolerance=0.3)

    plan = balanced(problem)

    assert (plan.excess, plan.moved) == (0, 2)
    assert seen(units, plan, "AAAABBC") == "AAABBCC"


def test_locked_grids_neither_give_nor_take():
    units, problem = posed("AAAABBC", "1111111", tolerance=0.3, free=frozenset("AC"))

    plan = balanced(problem)

    assert plan.moved == 0
    assert set(why_short(problem, plan.owner).values()) == {"cut_off"}
    assert barriers_of(problem, 0) == {1}


def test_one_building_that_is_too_much_alone_is_said():
    _units, problem = posed("ABB", "911")

    plan = balanced(problem)

    assert why_short(problem, plan.owner)[0] == "one_building"


@pytest.mark.parametrize(("numbers", "tolerance"), [("12", 0.1), ("311", 0.05)])
def test_where_no_whole_number_can_be_shared_out_nothing_is_cut_off(numbers: str, tolerance: float):
    """1 and 2 have a mean of 1.5: no whole number within a tenth of it."""
    _units, problem = posed("AB" if len(numbers) == 2 else "AAB", numbers, tolerance=tolerance)

    assert set(why_short(problem, problem.home).values()) == {"no_whole_number"}


def shapes(units: BasicUnits, owner: Sequence[int]) -> list[float]:
    """Return how compact each grid of a plan is, measured on its area."""
    own = [[unit for unit, grid in enumerate(owner) if grid == each] for each in range(len(units.keys))]
    areas = [units.area_of(members) for members in own]
    return [polsby_popper(polygon.area, polygon.length) for polygon in areas]


def test_a_floor_keeps_grids_compact_and_what_it_costs_is_said():
    """All of A's load lies at its far end: B reaches it by an arm of six cells, whose compactness is 0.385."""
    units = cells("AAAAAAB")
    weights = weighed(units, "3300000")
    free = problem_of(units, weights, free=FREE, tolerance=0.1)
    bound = problem_of(units, weights, free=FREE, tolerance=0.1, compactness=0.4)

    loose, kept = balanced(free), balanced(bound)

    assert loose.excess == 0
    assert min(shapes(units, kept.owner)) >= min(0.4, *shapes(units, bound.home))
    assert kept.excess > 0
    assert set(why_short(bound, kept.owner, loose.owner).values()) == {"not_compact"}


@pytest.mark.parametrize("seed", range(3))
def test_no_grid_of_a_town_gets_less_compact_than_the_floor(seed: int):
    made = town((3, 3), (2, 2), (3, 2), seed)
    units = basic_units_of(made.coverage, lines=made.streets, buildings=made.houses)
    weights = [sum(made.households[each] for each in own) for own in units.buildings]
    problem = problem_of(units, weights, free=set(units.keys), tolerance=0.1, compactness=0.5)

    done = balance(made.coverage, units, problem)

    coverage = made.coverage
    for command in done.commands:
        coverage = command.step(coverage).coverage
    floors = [min(0.5, measures(made.coverage[key]).compactness) for key in units.keys]
    found = [measures(coverage[key]).compactness for key in units.keys]
    assert all(now >= floor - 1e-6 for now, floor in zip(found, floors, strict=True))
    assert Plan(problem, done.owner).excess < problem.violation


def test_a_plan_knows_how_compact_its_grids_are_while_it_changes():
    units, problem = posed("AAAB/AAAB", "1111/1111", tolerance=0.01)
    problem = problem_of(units, problem.weights, free=FREE, tolerance=0.01, compactness=0.1)

    plan = balanced(problem)

    assert [plan.compactness(grid) for grid in (0, 1)] == pytest.approx(shapes(units, plan.owner))
    again = Plan(problem, plan.owner)
    assert (again.area, again.perimeter) == (pytest.approx(plan.area), pytest.approx(plan.perimeter))


@pytest.mark.parametrize(("drawing", "may"), [("BBBB/BAAB/BCCB", True), ("BBBB/BBAB/BCCB", False)])
def test_a_grid_never_comes_to_touch_itself_at_a_corner(drawing: str, may: bool):
    units, problem = posed(drawing, "1111/1111/1111")
    right_c = max(unit for unit, home in enumerate(problem.home) if units.keys[home] == "C")

    assert Plan(problem).may_move(right_c, units.keys.index("B")) is may


def test_a_grid_keeps_something_of_its_own():
    _units, problem = posed("AB", "11")

    assert not Plan(problem).may_move(0, 1)


def test_the_flow_crosses_as_few_borders_as_can_be():
    ways = {(0, 1): 1.0, (1, 0): 1.0, (1, 2): 1.0, (2, 1): 1.0}

    assert least_flow([14, 10, 6], [True] * 3, ways, 9, 11) == {(0, 1): 3.0, (1, 2): 3.0}


def test_where_not_all_can_be_met_no_more_flows_than_helps():
    assert least_flow([14, 0], [True] * 2, {(0, 1): 1.0}, 9, 11) == {(0, 1): 5.0}


def posed_town(made: Town) -> tuple[BasicUnits, Problem]:
    units = basic_units_of(made.coverage, lines=made.streets, buildings=made.houses)
    weights = [sum(made.households[each] for each in own) for own in units.buildings]
    return units, problem_of(units, weights, free=set(units.keys), tolerance=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_a_town_is_balanced_by_commands_that_leave_a_partition(seed: int):
    made = town((3, 3), (2, 2), (3, 2), seed)
    units, problem = posed_town(made)

    done = balance(made.coverage, units, problem)

    coverage = made.coverage
    for command in done.commands:
        coverage = command.step(coverage).coverage
    plan = Plan(problem, done.owner)
    assert plan.excess == 0
    assert plan.moved >= problem.lower_bound
    assert violations(coverage.to_polygons(), made.coverage.frame.polygon) == []
    assert [len(coverage[key].parts) for key in coverage] == [1] * 9


def test_the_same_town_gets_the_same_plan():
    _units, problem = posed_town(town((2, 2), (2, 2), (3, 2), 7))

    assert balanced(problem).owner == balanced(problem).owner


def test_what_the_commands_move_is_what_the_plan_says():
    made = town((2, 2), (2, 2), (3, 2), 4)
    units, problem = posed_town(made)
    plan = balanced(problem)

    carried = transfers(made.coverage, units, Plan(problem), plan.owner)

    assert carried.owner == tuple(plan.owner)
    polygons = carried.coverage.to_polygons()
    places = shapely.centroid(made.houses)
    load = {
        key: sum(h for h, p in zip(made.households, places, strict=True) if polygons[key].contains(p))
        for key in polygons
    }
    assert [load[key] for key in units.keys] == plan.load


@pytest.mark.parametrize("seed", range(4))
def test_little_more_moves_than_must(seed: int):
    noise = Random(seed)
    numbers = "/".join("".join(noise.choice("1122345") for _ in range(8)) for _ in range(4))
    _units, problem = posed("AAABBBBB/AAABBBBB/CCCCCDDD/CCCCCDDD", numbers)

    best = optimum(problem)

    assert best is not None
    assert best.proved
    assert balanced(problem).moved <= 1.1 * best.moved


def test_the_optimum_lies_in_one_piece():
    _units, problem = posed("AAAB/AAAB", "1111/1111", tolerance=0.01)

    best = optimum(problem)

    assert best is not None
    assert (best.moved, best.proved) == (2, True)
    assert [len(pieces_of(problem, [a for a, own in enumerate(best.owner) if own == grid])) for grid in (0, 1)] == [
        1,
        1,
    ]


def test_there_is_no_optimum_where_nothing_fits():
    _units, problem = posed("AB", "91", tolerance=0.1)

    assert optimum(problem) is None
