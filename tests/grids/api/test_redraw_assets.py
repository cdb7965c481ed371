"""What a map needs to count along while somebody draws: the frame, and each thing's place and counts."""

import pytest
from shapely.geometry import shape

from buildings.models import Household, Unit
from buildings.services import assign_buildings
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, lonlat
from tests.redrawing import Draft

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def house(draft: Draft) -> Draft:
    """A house of one household stands in grid A."""
    building = factories.building(at(1.5, 0.5), address="深圳市坪山区甲路1号", community=None)
    flat = Unit.objects.create(building=building, number="101", valid=since(LONG_AGO))
    Household.objects.create(unit=flat, head_name="张三丰", phone="13800001234", valid=since(LONG_AGO))
    assign_buildings()
    return draft


def test_each_thing_has_its_place_and_its_counts_and_nothing_else(house: Draft) -> None:
    (thing,) = house.read("ground/")["things"]
    assert thing["at"] == pytest.approx(lonlat(at(1.5, 0.5)), abs=1e-7)
    assert {name: thing["counts"][name] for name in ("buildings", "units", "households")} == {
        "buildings": 1,
        "units": 1,
        "households": 1,
    }
    assert set(thing) == {"at", "counts"}


def test_the_frame_holds_all_that_stands_on_it(house: Draft) -> None:
    answer = house.read("ground/")
    assert shape(answer["frame"]).contains(shape({"type": "Point", "coordinates": answer["things"][0]["at"]}))


def test_an_empty_area_has_a_frame_only(draft: Draft) -> None:
    answer = draft.read("ground/")
    assert answer["things"] == []
    assert shape(answer["frame"]).area > 0
