"""Buildings in the way of a new border."""

from grids.editing.coverage.diff import Diff, diff
from grids.editing.coverage.footprints import cut_buildings
from grids.editing.refusals import Code
from grids.editing.verbs import split
from tests.drawing import area, drawn, line
from tests.verbs import act


def cut() -> Diff:
    before = drawn("AA/BB")
    return diff(before, act(split, before, grid="A", new_key="n", line=line((1, 1), (1, 2))))


def test_a_building_under_the_new_border_is_named():
    (warning,) = cut_buildings(cut(), {"house": area((0.9, 1.2), (1.1, 1.2), (1.1, 1.4), (0.9, 1.4))})

    assert (warning.code, warning.data["building"]) == (Code.CUTS_BUILDING, "house")
    assert round(warning.geometry.length) == 20


def test_a_building_against_the_new_border_is_not():
    assert cut_buildings(cut(), {"house": area((1, 1.2), (1.1, 1.2), (1.1, 1.4), (1, 1.4))}) == []


def test_a_building_on_an_old_border_is_not():
    assert cut_buildings(cut(), {"house": area((0.2, 0.9), (0.4, 0.9), (0.4, 1.1), (0.2, 1.1))}) == []
