"""What differs between two coverages."""

import pytest

from grids.editing.coverage.diff import diff
from grids.editing.verbs import merge, split, transfer
from tests.drawing import area, drawn, line
from tests.verbs import act, applied


def test_a_split_adds_one_and_changes_the_neighbours_of_the_cut():
    before = drawn("AA/BB")

    change = diff(before, act(split, before, grid="A", new_key="n", line=line((0.5, 1), (0.5, 2))))

    assert (change.added, change.removed, change.changed) == (("n",), (), ("A", "B"))


def test_a_merge_removes():
    before = drawn("ABC")

    change = diff(before, act(merge, before, grids=["A", "B"], keep="A"))

    assert (change.added, change.removed, change.changed) == ((), ("B",), ("A",))


def test_the_changed_area_is_what_moved():
    before = drawn("AAB")
    cell = area((1, 0), (2, 0), (2, 1), (1, 1))

    change = diff(before, act(transfer, before, source="A", target="B", area=cell))

    assert change.changed_area().equals(cell)


def test_new_edges_are_the_new_border_only():
    before = drawn("AA/BB")

    change = diff(before, act(split, before, grid="A", new_key="n", line=line((1, 1), (1, 2))))

    assert change.new_edges() == {((527_100_000, 2_510_100_000), (527_100_000, 2_510_200_000))}


def test_a_reversed_diff_is_the_undo():
    before = drawn("AA/BB")
    after = act(split, before, grid="A", new_key="n", line=line((0.5, 1), (0.5, 2)))

    assert applied(diff(before, after).reversed, after) == before


def test_a_diff_applies_only_to_what_it_was_made_from():
    before = drawn("AA/BB")
    change = diff(before, act(split, before, grid="A", new_key="n", line=line((0.5, 1), (0.5, 2))))

    with pytest.raises(ValueError, match="is not what it was"):
        applied(change, act(merge, before, grids=["A", "B"], keep="A"))


def test_the_same_coverage_has_no_difference():
    assert diff(drawn("AB"), drawn("AB")).changed_area().is_empty
