"""The one box understands codes, grids by name, positions and roads that cross, as it does addresses."""

import json
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection

from buildings.geocoding.answers import Answer
from buildings.geocoding.crossings import roads_in
from buildings.geocoding.one_box import found_in_box
from buildings.models import Address, Building, BuildingCode, Unit, UnitCode
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from layers import registry
from tests.factories import LONG_AGO, administrator, at, building, community_of, lonlat, user

pytestmark = pytest.mark.usefixtures("laws")


def asked(text: str) -> list[Answer]:
    return found_in_box(user=administrator(), text=text)


@pytest.mark.parametrize("code", ["4403100010010011234", "440310001001"])
def test_a_code(code: str) -> None:
    community = community_of("AB")
    row = building(at(0.5, 0.5), address="东街3号", community=community)
    BuildingCode.objects.create(building=row, code="4403100010010011234", scheme="sz19", valid=since(LONG_AGO))
    [found] = asked(code)
    assert (found.target, found.id) == (("building", row.pk) if len(code) > 12 else ("division", community.pk))


def test_a_unit_s_code() -> None:
    row = building(at(0.5, 0.5), address="东街3号")
    unit = Unit.objects.create(building=row, number="101", valid=since(LONG_AGO))
    UnitCode.objects.create(unit=unit, code="1234567000001", scheme="sz25", valid=since(LONG_AGO))
    [found] = asked("1234567000001")
    assert (found.target, found.id, found.label) == ("unit", unit.pk, "东街3号101")


def test_a_code_of_the_past_says_so() -> None:
    row = building(at(0.5, 0.5), address="东街3号")
    for code, until in (("1000001", LONG_AGO.replace(year=2025)), ("1000002", None)):
        held = BuildingCode.objects.create(building=row, code=code, scheme=f"s{code}", valid=since(LONG_AGO))
        if until:
            BuildingCode.objects.filter(pk=held.pk).end(until)
    [found] = asked("1000001")
    assert (found.id, found.was and found.was.until) == (row.pk, LONG_AGO.replace(year=2025))


def test_a_code_of_what_has_ended_shows_it_as_it_was_last() -> None:
    row = building(at(0.5, 0.5), address="东街3号")
    BuildingCode.objects.create(building=row, code="1000001", scheme="sz19", valid=since(LONG_AGO))
    renamed, until = LONG_AGO.replace(month=2), LONG_AGO.replace(month=3)
    Address.objects.filter(building=row).end(renamed)
    Address.objects.create(building=row, text="西街9号", normalized="西街9号", valid=since(renamed))
    for model in (Address, BuildingCode):
        model.objects.filter(building=row, valid__upper_inf=True).end(until)
    Building.objects.filter(pk=row.pk).end(until)
    [found] = asked("1000001")
    assert (found.label, found.was and found.was.address, found.was and found.was.until) == (
        "西街9号",
        "1000001",
        until,
    )


@pytest.mark.parametrize("text", ["网格B", "440310001001名网格B"])
def test_a_grid_s_name(text: str) -> None:
    community_of("AB")
    [found] = asked(text)
    assert (found.target, found.code, found.grid) == ("grid", "B", "B")


def test_a_grid_that_one_may_not_see() -> None:
    area = community_of("AB")
    other = user("li", role=Role.ANALYST, area=area)
    assert [one.code for one in found_in_box(user=other, text="网格B")] == ["B"]
    assert found_in_box(user=user("wang"), text="网格B") == []


def test_a_position_and_the_building_there() -> None:
    community_of("AB")
    row = building(at(0.5, 0.5), address="东街3号")
    lon, lat = lonlat(at(0.5, 0.5))
    place, house = asked(f"{lat:.6f},{lon:.6f}")
    assert (place.target, place.grid, place.lon) == ("place", "A", pytest.approx(lon, abs=1e-6))
    assert (house.target, house.id) == ("building", row.pk)


@pytest.mark.parametrize(
    "text", ["东街与坪山大道交叉口", "东街和坪山大道路口", "东街/坪山大道", "坪山大道×东街", "东街与坪山大道的交汇处"]
)
def test_where_two_roads_cross(text: str) -> None:
    """东街 runs from south to north, 坪山大道 from west to east; they meet at (2, 1)."""
    for n in range(5):
        building(at(2.1, n * 0.5), address=f"东街{n + 1}号")
        building(at(n, 1.1), address=f"坪山大道{n + 1}号")
    [found] = asked(text)
    assert (found.target, found.label) in [("junction", "东街与坪山大道交叉口"), ("junction", "坪山大道与东街交叉口")]
    assert (found.lon, found.lat) == pytest.approx(lonlat(at(2.1, 1.1)), abs=5e-4)


def test_roads_that_do_not_meet() -> None:
    building(at(1, 1), address="东街1号")
    building(at(9, 9), address="坪山大道1号")
    assert all(one.target != "junction" for one in asked("东街与坪山大道交叉口"))


@pytest.mark.parametrize("text", ["东街3号", "坪山大道", "东街和坪山大道之间", "3与5栋"])
def test_no_crossing(text: str) -> None:
    assert roads_in(text) is None


def points_of_interest(path: Path, names: dict[str, Point | None]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": place and {"type": "Point", "coordinates": lonlat(place)},
        }
        for name, place in names.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    call_command("import_layer", str(path), "--id", "poi", verbosity=0)


def test_a_point_of_interest(tmp_path: Path) -> None:
    points_of_interest(tmp_path / "poi.geojson", {"坪山高级中学": at(0.5, 0.5), "坪山图书馆": at(0.5, 0.5)})
    [found] = asked("坪山图书馆")
    assert (found.target, found.label, found.ambiguous) == ("poi", "坪山图书馆", False)
    assert (found.lon, found.lat) == pytest.approx(lonlat(at(0.5, 0.5)), abs=1e-6)


def test_a_point_of_interest_that_is_nowhere_is_no_answer(tmp_path: Path) -> None:
    points_of_interest(tmp_path / "poi.geojson", {"坪山图书馆": at(0.5, 0.5), "坪山体育馆": None})
    assert asked("坪山体育馆") == []


def test_points_of_interest_are_found_by_an_index(tmp_path: Path) -> None:
    points_of_interest(tmp_path / "poi.geojson", {"坪山图书馆": at(0.5, 0.5)})
    versions = registry.get("poi", administrator()).rows(None).model._default_manager.filter(p0__icontains="图书馆")
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off"
        )  # of one row any way is cheap
    assert "_label" in versions.explain()
