"""Whatever is drawn, the partition stays exact: random and hostile commands, judged by the independent checker."""

from collections.abc import Callable

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids.editing.checker import violations
from grids.editing.commands import Command, MoveNode, Reshape, Split, Transfer
from grids.editing.coverage import Coverage
from grids.editing.replay import replay
from grids.editing.rules import REVERSAL
from tests.drawing import at, drawn
from tests.partitions import Supervisor, jittered, voronoi
from tests.soak import soak

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
def test_drawings_on_exact_quarters_stay_partitions(drawn_commands: list[Command]):
    after = MAP
    for command in drawn_commands:
        after = replay(after, [command]).coverage

    assert violations(after.to_polygons(), MAP.frame.polygon) == []


@given(st.lists(commands, max_size=12))
@settings(QUIET, max_examples=150)
def test_without_house_rules_the_law_still_holds(drawn_commands: list[Command]):
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
