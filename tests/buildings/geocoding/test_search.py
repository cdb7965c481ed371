"""The whole pipeline against the database."""

import pytest
from django.contrib.auth.models import User

from buildings.addresses.text.normalize import normalize
from buildings.geocoding import geocoder
from buildings.geocoding.batch import geocode_many
from buildings.geocoding.understand import plain
from buildings.models import Address, Building, Entrance, Unit
from gisserver.common.db.validity import since
from grids.models import Division, DivisionVersion
from tests.factories import LONG_AGO, administrator, at, building, division, drawn, hours_ago, lonlat, to_geos

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


@pytest.mark.parametrize(
    ("own", "door", "whose"), [(True, True, "unit"), (False, True, "entrance"), (False, False, "building")]
)
def test_a_unit_without_a_point_of_its_own_inherits_one_and_says_whose(
    admin: User, own: bool, door: bool, whose: str
) -> None:
    house = building(at(1, 1), address="龙湖花园3栋")
    entrance = Entrance.objects.create(
        building=house, name="1单元", location=at(1.1, 1) if door else None, valid=since(LONG_AGO)
    )
    unit = Unit.objects.create(
        building=house, entrance=entrance, number="501", location=at(1.2, 1) if own else None, valid=since(LONG_AGO)
    )
    place = {"unit": at(1.2, 1), "entrance": at(1.1, 1), "building": house.location}[whose]
    [found] = geocoder.search(user=admin, text="龙湖花园3栋1单元501")
    [row] = geocode_many(user=admin, texts=["龙湖花园3栋1单元501"])
    assert (found.id, found.point, found.inherited) == (unit.pk, whose, not own)
    assert (found.lon, found.lat) == pytest.approx(lonlat(place), abs=1e-9)
    assert row.answer is not None
    assert (row.answer.id, row.answer.point) == (unit.pk, whose)
    assert (row.answer.lon, row.answer.lat) == pytest.approx(lonlat(place), abs=1e-9)


def test_a_unit_is_called_by_its_standard_address_whatever_leads_to_it(admin: User) -> None:
    unit = flat(building(at(1, 1), address="龙湖花园3栋"), "501")
    for kind, text in (("standard", "龙湖花园3栋501"), ("alternate", "红楼顶层老王家")):
        Address.objects.create(text=text, normalized=normalize(text), kind=kind, unit=unit, valid=since(LONG_AGO))
    [found] = geocoder.search(user=admin, text="红楼顶层老王家")
    [row] = geocode_many(user=admin, texts=["红楼顶层老王家"])
    assert (found.id, found.label) == (unit.pk, "龙湖花园3栋501")
    assert row.answer is not None
    assert (row.answer.id, row.answer.label) == (unit.pk, "龙湖花园3栋501")


def test_of_two_numbers_behind_the_house_the_first_is_the_entrance(admin: User) -> None:
    house = building(at(1, 1), address="龙湖花园3栋")
    flats = {n: flat(house, "501", stair(house, f"{n}单元")) for n in (1, 2)}
    flat(house, "502", stair(house, "3单元"))
    assert geocoder.search(user=admin, text="龙湖花园3栋2 501")[0].id == flats[2].pk
    assert geocoder.search(user=admin, text="龙湖花园3栋1 502")[0].id == house.pk


def named(level: str, code: str, name: str, parent: Division | None) -> Division:
    identity = Division.objects.create(level=level)
    shape = to_geos(drawn("A")["A"])
    DivisionVersion.objects.create(
        division=identity, parent=parent, level=level, code=code, name=name, geom=shape, valid=since(LONG_AGO)
    )
    return identity


@pytest.mark.parametrize("asked", ["坑梓街道", "坑梓街道秀新社区", "广东省深圳市坪山区坑梓办事处", "nobody's"])
def test_rows_that_name_only_a_division_are_answered_as_a_search_answers_them(admin: User, asked: str) -> None:
    office = named("subdistrict", "440310001", "坑梓街道", None)
    named("community", "440310001001", "秀新社区", office)
    [row] = geocode_many(user=admin, texts=[asked])
    single = geocoder.search(user=admin, text=asked)
    told = [(a.target, a.id, a.label, a.confidence, a.ambiguous, a.lon, a.lat) for a in single[:1]]
    assert [(a.target, a.id, a.label, a.confidence, a.ambiguous, a.lon, a.lat) for a in [row.answer] if a] == told


def test_a_sign_that_is_many_when_normalized_makes_no_longer_question(admin: User) -> None:
    assert len(plain("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 300)) == 300
