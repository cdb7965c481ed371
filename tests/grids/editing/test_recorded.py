"""What a log keeps of a command gives the same bytes again, or the command is refused before it is logged."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids.editing.commands import from_json
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import Code, EditRefused
from grids.editing.replay import recorded, replay
from grids.editing.rules import RECORDED
from grids.editing.verbs.reshape import Reshape
from grids.editing.verbs.split import Split
from grids.editing.verbs.transfer import Transfer
from tests.drawing import area, drawn, line
from tests.partitions import Supervisor, jittered

QUIET = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def again(coverage: Coverage, exact) -> Coverage:
    """Return what the record of a command makes of a coverage."""
    [step] = replay(coverage, [from_json(json.loads(json.dumps(exact.to_json())))], RECORDED).steps
    return step.coverage


@pytest.mark.parametrize(
    "command",
    [
        Split("A", "n", line((1, -0.2), (1.3, 1), (1, 2.2))),
        Split("A", "n", area=area((0.5, 0.5), (1.5, 0.6), (1, 1.5))),
        Reshape(line((2, 0.5), (1.5, 1), (2, 1.5))),
        Reshape(line((2, 0.5), (2.5, 1), (2.5, 8))),
        Transfer("A", "B", area((1.5, 0.5), (2.5, 0.5), (2.5, 1.5), (1.5, 1.5))),
    ],
)
def test_a_record_repeats_its_command(command):
    step, exact = recorded(drawn("AABB/AABB"), command)

    assert again(drawn("AABB/AABB"), exact) == step.coverage


@pytest.mark.parametrize("snap_m", [0.5, 5.0])
def test_a_border_whose_ends_snap_to_one_vertex_is_refused_at_once(snap_m):
    loop = Reshape(line((2, 1), (2.5, 1.5), (2.7, 1.2), (2.002, 1.001)), snap_m)

    assert replay(drawn("AABB/AABB"), [loop]).failure.refusal.code == Code.LINE_CLOSED


def test_a_record_may_have_more_vertices_than_a_hand_may_draw():
    """Five corners are drawn; what goes to B has the 6,000 vertices of the crooked border that it brings along."""
    wave = [(4 * i / 6_000, 2 + i % 2 / 50) for i in range(6_001)]
    coverage = Coverage.from_polygons(
        {"A": area((0, 0), (2, 0), (2, 1), (4, 1), *wave[::-1]), "B": area((2, 0), (4, 0), (4, 1), (2, 1))}
    )

    step, exact = recorded(coverage, Transfer("A", "B", area((2, 0.5), (5, 0.5), (5, 3), (2, 3))))

    assert again(coverage, exact) == step.coverage


def test_a_record_that_would_not_repeat_its_command_is_refused(monkeypatch):
    """The record of every split is made to say the other side."""
    exact = Split.exact
    other = {"left": "right", "right": "left"}

    def turned(self, step):
        made = exact(self, step)
        return Split(made.grid, made.new_key, made.line, None, other[made.new_side], 0.0)

    monkeypatch.setattr(Split, "exact", turned)

    with pytest.raises(EditRefused) as refused:
        recorded(drawn("AAB"), Split("A", "n", line((0.5, 0), (0.5, 1))))

    assert refused.value.refusal.code == Code.NOT_REPEATABLE
    assert refused.value.refusal.data["grids"] == ["A", "n"]


@given(st.integers(0, 10**6))
@settings(QUIET, max_examples=150)
def test_whatever_is_logged_can_be_repeated(seed: int):
    supervisor = Supervisor(seed, start=len(NINE), hostile=0.7)
    for command in (supervisor.command(NINE) for _ in range(6)):
        try:
            step, exact = recorded(NINE, command)
        except EditRefused:
            continue
        assert again(NINE, exact) == step.coverage


NINE = jittered(3, 3, seed=5)
