"""Whatever is drawn, the partition stays exact: random and hostile commands, judged by the independent checker."""

import json
from collections.abc import Callable
from itertools import count

import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grids.editing.commands import from_json
from grids.editing.coverage.checker import violations
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import EditRefused
from grids.editing.replay import recorded, replay
from grids.editing.rules import RECORDED, REVERSAL
from grids.editing.verbs.move_node import MoveNode
from grids.editing.verbs.reshape import Reshape
from grids.editing.verbs.split import Split
from grids.editing.verbs.steps import Step
from grids.editing.verbs.transfer import Transfer
from grids.editing.verbs.verb import Edit
from tests.drawing import at, drawn
from tests.partitions import Supervisor, jittered, voronoi
from tests.soak import soak
from tests.verbs import commute

QUIET = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
MAP = drawn("AABBC/ADDBC/AEDFF/GEEHF")

# Quarter cells, so that lines meet vertices, borders and each other exactly as often as not.
places = st.tuples(st.integers(-2, 22), st.integers(-2, 18)).map(lambda place: at(place[0] / 4, place[1] / 4))
lines = st.lists(places, min_size=2, max_size=6).map(tuple)
rings = st.lists(places, min_size=3, max_size=6).map(shapely.Polygon)
keys = st.sampled_from("ABCDEFGH")
fresh = st.uuids().map(str)
tolerances = st.sampled_from([0.0, 0.5, 30.0])
commands = st.one_of(
    st.builds(Split, keys, fresh, lines, snap_m=tolerances),
    st.builds(Split, keys, fresh, area=rings),
    st.builds(Reshape, lines, tolerances),
    st.builds(Transfer, keys, keys, rings),
    st.builds(MoveNode, places, places, tolerances),
)


@given(st.lists(commands, max_size=12))
@settings(QUIET, max_examples=300)
def test_drawings_on_exact_quarters_stay_partitions(drawn_commands: list[Edit]):
    after = MAP
    for command in drawn_commands:
        after = replay(after, [command]).coverage

    assert violations(after.to_polygons(), MAP.frame.polygon) == []


@given(st.lists(commands, max_size=12))
@settings(QUIET, max_examples=150)
def test_without_house_rules_the_law_still_holds(drawn_commands: list[Edit]):
    after = MAP
    for command in drawn_commands:
        after = replay(after, [command], REVERSAL).coverage

    assert sum(after[key].double_area for key in after) == MAP.frame.shape.double_area
    assert shapely.is_valid(list(after.to_polygons().values())).all()


def lattice(seed: int) -> Coverage:
    return jittered(8, 8, seed)


def cells(seed: int) -> Coverage:
    return voronoi(100, seed)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("world", [lattice, cells])
def test_five_hundred_commands_leave_no_violation_and_can_all_be_undone(world: Callable[[int], Coverage], seed: int):
    coverage = world(seed)

    report = soak(coverage, Supervisor(seed, start=len(coverage)), 500, inverse_every=10)

    assert report.found == []
    assert report.without_inverse == []
    assert report.undone
    assert report.taken > 150


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("world", [lattice, cells])
def test_the_log_of_exact_commands_gives_the_same_partition_byte_for_byte(world: Callable[[int], Coverage], seed: int):
    start = world(seed)
    log, end = logged(start, Supervisor(seed, start=len(start)), 300)

    again = replay(start, [from_json(json.loads(entry)) for entry in log], RECORDED)

    assert again.failure is None
    assert again.coverage.digest() == end.digest()


def logged(coverage: Coverage, supervisor: Supervisor, commands: int) -> tuple[list[str], Coverage]:
    """Return the exact commands that were taken, as a log would keep them, and the end."""
    log: list[str] = []
    for _ in range(commands):
        try:
            step, exact = recorded(coverage, supervisor.command(coverage))
        except EditRefused:
            continue
        log.append(json.dumps(exact.to_json()))
        coverage = step.coverage
    return log, coverage


@given(st.integers(0, 10**6))
@settings(QUIET, max_examples=300)
def test_commands_on_grids_that_change_no_common_area_commute(seed: int):
    base = NINE
    supervisor = Supervisor(seed, start=len(base), hostile=0.0)
    mine, theirs = taken(base, supervisor), taken(base, supervisor)
    assume(not changed_grids(mine) & changed_grids(theirs))

    assert commute(base, [mine[0].exact(mine[1])], [theirs[0].exact(theirs[1])])


NINE = jittered(3, 3, seed=2)


def taken(coverage: Coverage, supervisor: Supervisor) -> tuple[Edit, Step]:
    """Return the next command that acts, and its step."""
    commands = (supervisor.command(coverage) for _ in count())
    return next((command, steps[0]) for command in commands if (steps := replay(coverage, [command]).steps))


def changed_grids(done: tuple[Edit, Step]) -> set[str]:
    """Return the grids whose area a step changed, not those that only got a vertex."""
    moved = {key for move in done[1].moves for key in (move.source, move.target)}
    return moved or set(done[1].changed)
