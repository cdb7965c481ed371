"""Roads and estates as answers of their own."""

import numpy as np
import pytest
from django.contrib.auth.models import User

from buildings.geocoding import geocoder
from buildings.geocoding.batch import geocode_many
from buildings.geocoding.coarse import midline
from gisserver.common.access.roles import Role
from tests.factories import administrator, at, building, community_of, division, user

pytestmark = pytest.mark.usefixtures("laws")


def test_a_line_runs_between_the_houses_of_a_road() -> None:
    # odd numbers north of the road, even ones south:   1   3   5
    #                                                  ---------- y = 10
    #                                                    2   4   6
    points = np.array([(200.0 * n, 0.0 if n % 2 else 20.0) for n in range(11)])
    line = midline(points)
    assert line[0].tolist() == pytest.approx([0.0, 20.0])
    assert np.all(np.diff(line[:, 0]) > 0) or np.all(np.diff(line[:, 0]) < 0)


def test_a_road_is_itself_and_none_of_its_houses() -> None:
    for n in range(4):
        building(at(n, 0.5), address=f"坪山大道{n + 1}号")
    building(at(1, 1), address="大坪山大道9号")
    admin = administrator()
    [road] = geocoder.search(user=admin, text="坪山大道")
    [row] = geocode_many(user=admin, texts=["坪山大道"])
    assert (road.target, road.label, road.level, road.building, road.ambiguous) == (
        "road",
        "坪山大道",
        "road",
        None,
        False,
    )
    assert len(road.line) >= 2
    assert road.bbox[0] <= road.lon <= road.bbox[2]
    assert row.answer is not None
    assert (row.answer.target, row.answer.id, row.answer.label) == ("road", road.id, "坪山大道")


def test_its_id_stays_when_a_house_is_added() -> None:
    admin = administrator()
    building(at(0, 0.5), address="坪山大道1号")
    [before] = geocoder.search(user=admin, text="坪山大道")
    building(at(5, 0.5), address="坪山大道9号")
    [after] = geocoder.search(user=admin, text="坪山大道")
    assert after.id == before.id
    assert len(after.line) > len(before.line)


def test_estates_of_one_name_are_one_in_each_community() -> None:
    for n, code in enumerate(("440310001001", "440310001002")):
        building(at(n, 0.5), address=f"龙湖花园{n + 1}栋", community=division(code))
    found = geocoder.search(user=administrator(), text="龙湖花园")
    assert [(one.target, one.level, one.ambiguous) for one in found] == [("estate", "estate", True)] * 2
    assert len({one.id for one in found}) == 2


def test_only_houses_that_one_may_see_make_a_road() -> None:
    building(at(0.5, 0.5), address="坪山大道1号", community=community_of("AB"))
    building(at(9, 9), address="坪山大道9号", community=division("440310001009"))
    insider: User = user("wang", role=Role.SUPERVISOR, area=division("440310009009"))
    assert geocoder.search(user=insider, text="坪山大道") == []
