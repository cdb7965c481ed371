"""The whole pipeline against the database."""

import pytest
from django.contrib.auth.models import User

from buildings.geocoding import geocoder
from buildings.geocoding.asking import plain
from buildings.geocoding.normalize import normalize
from buildings.models import Address, Building, Entrance, Unit
from gisserver.common.history import since
from grids.models import Division, DivisionVersion
from tests.factories import LONG_AGO, administrator, at, building, division, drawn, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def admin() -> User:
    return administrator()


def flat(house: Building, room: str, entrance: Entrance | None = None) -> Unit:
    return Unit.objects.create(building=house, entrance=entrance, number=room, valid=since(LONG_AGO))


def stair(house: Building, name: str) -> Entrance:
    return Entrance.objects.create(building=house, name=name, valid=since(LONG_AGO))


@pytest.mark.parametrize("asked", ["龙湖花园3栋501", "龙湖花园3栋501室", "龍湖花園三幢五〇一房", "龙湖花园3-501"])
def test_a_unit_without_an_address_is_found_by_its_building_and_number(admin: User, asked: str) -> None:
    house = building(at(1, 1), address="坪山区坑梓街道龙湖花园3栋")
    unit = flat(house, "501")
    flat(house, "502")
    [found] = geocoder.search(user=admin, text=asked)
    assert (found.target, found.id, found.level) == ("unit", unit.pk, "unit")
    assert found.confidence > 0.9


def test_the_entrance_tells_flats_of_one_number_apart(admin: User) -> None:
    house = building(at(1, 1), address="龙湖花园3栋")
    flats = {n: flat(house, "501", stair(house, f"{n}单元")) for n in (1, 2)}
    [found] = geocoder.search(user=admin, text="龙湖花园3栋2单元501")
    assert found.id == flats[2].pk


def test_a_flat_that_is_not_there_leads_to_its_building_and_says_so(admin: User) -> None:
    house = building(at(1, 1), address="龙湖花园3栋")
    [found] = geocoder.search(user=admin, text="龙湖花园3栋501")
    assert (found.target, found.id) == ("building", house.pk)
    assert ("room", "missing") in [(r.kind, r.verdict) for r in found.reasons]
    assert found.level == "building"


def test_one_number_in_two_places_is_ambiguous_until_the_community_is_said(admin: User) -> None:
    homes = {name: building(at(n, 1), address=f"{name}社区和平路8号") for n, name in enumerate(("秀新", "沙田"))}
    found = geocoder.search(user=admin, text="和平路8号")
    assert [answer.ambiguous for answer in found] == [True, True]
    assert geocoder.search(user=admin, text="沙田社区和平路8号")[0].id == homes["沙田"].pk


def test_a_former_name_of_a_division_still_leads_there(admin: User) -> None:
    identity = Division.objects.create(level="subdistrict")
    shape = drawn("A")["A"]
    division("440310001001", geometry=shape, parent=identity)
    DivisionVersion.objects.create(
        division=identity, level="subdistrict", code="440310001", name="坑梓街道", valid=since(LONG_AGO)
    )
    house = building(at(0.5, 0.5), address="坑梓街道新乔围路12号")
    assert geocoder.search(user=admin, text="坑梓办事处新乔围路12号")[0].id == house.pk


def test_a_division_is_found_by_its_name(admin: User) -> None:
    community = division("440310001001", geometry=drawn("A")["A"])
    [found] = geocoder.search(user=admin, text="440310001001名")
    assert (found.target, found.id, found.level) == ("division", community.pk, "community")


def test_an_address_that_has_ended_is_found_only_at_its_time(admin: User) -> None:
    house = building(at(1, 1), address="旧路12号")
    Address.objects.filter(building=house).end(hours_ago(1))
    assert geocoder.search(user=admin, text="旧路12号") == []
    [found] = geocoder.search(user=admin, text="旧路12号", at=hours_ago(2))
    assert found.id == house.pk


def test_a_new_address_is_found_by_the_next_search(admin: User) -> None:
    house = building(at(1, 1), address="旧路12号")
    told = {"text": "新路3号", "normalized": normalize("新路3号"), "kind": "alternate"}
    Address.objects.create(building=house, valid=since(LONG_AGO), **told)
    assert [found.id for found in geocoder.search(user=admin, text="新路3号")] == [house.pk]


def test_street_and_number_work_in_german_and_english(admin: User) -> None:
    german = building(at(1, 1), address="Nürnberger Straße 12a")
    building(at(1, 2), address="Nürnberger Straße 12")
    english = building(at(2, 2), address="12 Main Street")
    assert geocoder.search(user=admin, text="NUERNBERGER STR 12a".replace("UE", "U"))[0].id == german.pk
    assert geocoder.search(user=admin, text="Nürnberger Str. 12 a, 91207 Lauf")[0].id == german.pk
    assert geocoder.search(user=admin, text="12 main st, Cambridge")[0].id == english.pk


def test_a_sign_that_is_many_when_normalized_makes_no_longer_question(admin: User) -> None:
    assert len(plain("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 300)) == 300
