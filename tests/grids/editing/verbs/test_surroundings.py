"""Transferring buildings takes the area around them along."""

import pytest
import shapely

from grids.editing.coverage.checker import violations
from grids.editing.refusals import Code, EditRefused
from grids.editing.verbs import transfer
from grids.editing.verbs.surroundings import area_around
from tests.drawing import area, at, drawn
from tests.verbs import act

MAP = drawn("AAAB/AAAB")
A = MAP.to_polygons()["A"]
HOUSES = {
    "west": area((0.2, 0.2), (0.6, 0.2), (0.6, 1.8), (0.2, 1.8)),
    "middle": area((1.2, 0.2), (1.6, 0.3), (1.6, 1.7), (1.2, 1.8)),
    "east": area((2.2, 0.2), (2.8, 0.2), (2.8, 1.8), (2.2, 1.8)),
}


def test_the_border_runs_halfway():
    area = area_around(A, HOUSES, {"east"})

    assert round(area.bounds[0] - at(0, 0)[0]) == pytest.approx(190, abs=6)


def test_no_building_is_cut():
    area = area_around(A, HOUSES, {"east", "middle"})

    assert shapely.contains(area, [HOUSES["east"], HOUSES["middle"]]).all()
    assert shapely.disjoint(area, HOUSES["west"])


def test_the_transfer_of_a_building_is_an_ordinary_transfer():
    after = act(transfer, MAP, source="A", target="B", area=area_around(A, HOUSES, {"east"}))

    assert shapely.contains(after.to_polygons()["B"], HOUSES["east"])
    assert violations(after.to_polygons(), after.frame.polygon) == []


def test_points_stand_for_buildings_without_a_footprint():
    places = {"west": shapely.Point(at(0.5, 1)), "east": shapely.Point(at(2.5, 1))}

    assert area_around(A, places, {"east"}).bounds[0] == pytest.approx(at(1.5, 0)[0])


def test_all_buildings_are_the_whole_grid():
    assert area_around(A, HOUSES, set(HOUSES)).equals(A)


@pytest.mark.parametrize("chosen", [set(), {"nobody"}])
def test_buildings_that_are_not_there_are_refused(chosen):
    with pytest.raises(EditRefused) as refused:
        area_around(A, HOUSES, chosen)

    assert refused.value.refusal.code == Code.MALFORMED
