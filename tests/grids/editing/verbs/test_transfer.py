"""Transferring: what lies inside an area goes to another grid."""

import shapely

from grids.editing.coverage.checker import violations
from grids.editing.refusals import Code
from grids.editing.rules import Rules
from grids.editing.verbs import transfer
from tests.drawing import area, drawn, seen
from tests.verbs import act, why_not


def test_what_lies_inside_the_area_changes_hands():
    cell = area((1, 0), (2, 0), (2, 1), (1, 1))

    assert seen(act(transfer, drawn("AAB/AAB"), source="A", target="B", area=cell)) == "AAB/ABB"


def test_what_the_area_covers_of_others_stays_theirs():
    wide = area((1, -1), (4, -1), (4, 1), (1, 1))

    assert seen(act(transfer, drawn("CAB/CAB"), source="A", target="B", area=wide)) == "CAB/CBB"


def test_a_crooked_area_leaves_an_exact_partition():
    crooked = area((1.234, 0.111), (2.7, 0.3), (2.1, 1.777), (1.4, 1.5))

    after = act(transfer, drawn("AAB/AAB"), source="A", target="B", area=crooked)

    assert violations(after.to_polygons(), after.frame.polygon) == []


def test_several_areas_at_once():
    both = shapely.union(area((1, 0), (2, 0), (2, 1), (1, 1)), area((1, 2), (2, 2), (2, 3), (1, 3)))

    assert seen(act(transfer, drawn("AAB/AAB/AAB"), source="A", target="B", area=both)) == "ABB/AAB/ABB"


def test_an_area_apart_from_the_target_is_refused():
    apart = area((0.2, 0.2), (0.8, 0.2), (0.8, 0.8))

    assert why_not(transfer, drawn("AAB"), source="A", target="B", area=apart).code == Code.PIECE_NOT_ADJACENT


def test_area_for_a_grid_that_is_no_neighbour_is_refused():
    west = area((0, 0), (1, 0), (1, 1), (0, 1))

    assert why_not(transfer, drawn("AABC"), source="A", target="C", area=west).code == Code.NOT_ADJACENT


def test_an_area_that_only_touches_the_target_is_refused():
    corner = area((1, 0), (2, 0), (2, 1), (1, 1))

    assert why_not(transfer, drawn("AAB/AAC"), source="A", target="B", area=corner).code == Code.TOUCHES_ONLY


def test_cutting_the_source_in_two_is_refused():
    belt = area((1, 0), (2, 0), (2, 1), (1, 1))

    refusal = why_not(transfer, drawn("BBB/AAA"), source="A", target="B", area=belt)

    assert refusal.code == Code.WOULD_SPLIT_IN_TWO


def test_taking_everything_is_refused():
    assert (
        why_not(transfer, drawn("AB"), source="A", target="B", area=area((0, 0), (1, 0), (1, 1), (0, 1))).code
        == Code.EMPTIES_GRID
    )


def test_a_strip_left_over_is_refused():
    most = area((0.005, 0), (1, 0), (1, 1), (0.005, 1))

    assert why_not(transfer, drawn("AB"), source="A", target="B", area=most).code == Code.SLIVER


def test_a_bow_tie_is_refused():
    bow_tie = area((1, 0), (2, 1), (2, 0), (1, 1))

    assert why_not(transfer, drawn("AAB"), source="A", target="B", area=bow_tie).code == Code.SELF_CROSSING


def test_from_a_grid_to_itself_is_refused():
    assert (
        why_not(transfer, drawn("AB"), source="A", target="A", area=area((0, 0), (1, 0), (1, 1))).code == Code.MALFORMED
    )


def test_a_locked_target_is_refused():
    rules = Rules(locked=frozenset("B"))
    cell = area((1, 0), (2, 0), (2, 1), (1, 1))

    assert why_not(transfer, drawn("AAB"), source="A", target="B", area=cell, rules=rules).code == Code.LOCKED
