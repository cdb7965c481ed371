"""Door plates that are not registered, estimated between those of their road that are."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.geocoding import geocoder
from buildings.geocoding.answers import Estimate
from buildings.geocoding.batch import Status, geocode_many
from buildings.geocoding.interpolation import Plate, between, neighbours, plate_in
from buildings.geocoding.matching.rank import Candidate
from buildings.models import Doubt
from buildings.review.doubtful import Doubtful
from buildings.review.matching import match_many
from gisserver.common.access.roles import Role
from tests.factories import administrator, at, building, community_of, division, lonlat, user

# The plates of a road from west to east, a cell is 100 m:   11      15   31
#                                                          ----------------
#                                                            12  16   (18)
NORTH = {11: 0.0, 15: 2.0, 31: 3.0}
SOUTH = {12: 0.5, 16: 1.5}


def plate(number: int, east: float) -> Plate:
    return Plate(number, east, 0.0, Candidate("building", number, number, "", ""))


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (14, (12, 16)),  # its own side's
        (13, (11, 15)),
        (15, None),  # it is registered
        (18, None),  # nothing above it on its side
        (10, None),
    ],
)
def test_only_the_nearest_plates_of_the_own_side_count(number: int, found: tuple[int, int] | None) -> None:
    plates = [plate(n, 100 * east) for n, east in (NORTH | SOUTH).items()]
    ends = neighbours(number, plates)
    assert (ends and (ends[0].number, ends[1].number)) == found


def test_plates_that_are_far_apart_tell_nothing() -> None:
    assert neighbours(13, [plate(11, 0), plate(15, 501)]) is None


def test_the_number_divides_the_way_as_it_divides_the_numbers() -> None:
    assert between(13, plate(11, 0), plate(19, 80)) == (20.0, 0.0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("坪山大道14号", ("坪山大道", 14)),
        ("坪山大道14号3栋101", ("坪山大道", 14)),
        ("14 main st", ("main st", 14)),
        ("坪山大道3巷14号", None),
        ("龙湖花园14栋", None),
        ("坪山大道14-1号", None),
    ],
)
def test_a_plate_is_a_road_s_whole_number(text: str, found: tuple[str, int] | None) -> None:
    assert plate_in(parse(text, EMPTY)[0]) == found


@pytest.fixture
def road(laws: None) -> User:
    """坪山大道 as drawn above, and somebody who sees all of it."""
    for row, side in ((1.0, NORTH), (0.0, SOUTH)):
        for number, east in side.items():
            building(at(east, row), address=f"坪山大道{number}号")
    return administrator()


def test_it_is_offered_as_an_estimate_and_never_as_found(road: User) -> None:
    [found] = geocoder.search(user=road, text="坪山大道14号101")
    [row] = geocode_many(user=road, texts=["坪山大道14号101"])
    assert (found.target, found.level, found.label, found.building) == (
        "interpolated",
        "interpolated",
        "坪山大道14号",
        None,
    )
    assert (found.lon, found.lat) == pytest.approx(lonlat(at(1.0, 0.0)), abs=1e-7)
    assert (found.ambiguous, found.confidence, found.accuracy_m) == (True, 0.5, 50.0)
    assert found.unexplained == ("14号", "101")
    assert (row.status, row.answer and row.answer.target) == (Status.AMBIGUOUS, "interpolated")


def test_the_door_says_by_what_it_is_estimated(road: User) -> None:
    client = Client()
    client.force_login(road)
    [found] = client.get("/geocode/search", {"q": "坪山大道13号"}).json()["features"]
    told = found["properties"]["geocoding"]
    assert told["interpolated"] == {"side": "odd", "between": ["坪山大道11号", "坪山大道15号"]}
    assert (told["type"], told["location_from"], told["ambiguous"]) == ("street", "interpolated", True)


@pytest.mark.parametrize("text", ["坪山大道15号", "坪山大道18号", "坪山大道14号乙", "坪山大道二巷14号"])
def test_it_is_not_offered_where_it_would_be_wrong(road: User, text: str) -> None:
    assert [one for one in geocoder.search(user=road, text=text) if one.target == "interpolated"] == []


def test_zeros_before_a_number_are_no_other_number(road: User) -> None:
    [found] = geocoder.search(user=road, text="坪山大道014号")
    assert (found.target, found.estimate) == ("interpolated", Estimate("even", ("坪山大道12号", "坪山大道16号")))


def test_an_import_takes_it_for_unmatched(road: User) -> None:
    [doubt] = match_many(["坪山大道14号"], to=["building"])
    assert isinstance(doubt, Doubtful)
    assert doubt.reason is Doubt.UNMATCHED


def test_plates_that_one_may_not_see_tell_nothing(laws: None) -> None:
    community = community_of("AB")
    for number, east in NORTH.items():
        building(at(east, 0.5), address=f"坪山大道{number}号", community=community)
    outsider = user("wang", role=Role.SUPERVISOR, area=division("440310009009"))
    assert geocoder.search(user=outsider, text="坪山大道13号") == []
