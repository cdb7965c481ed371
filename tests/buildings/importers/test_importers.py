"""Buildings, addresses and households from files."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command

from buildings.importers.addresses import AddressText, address_text, write_building_addresses
from buildings.importers.kinds import building_kind
from buildings.lifecycle.act import Order
from buildings.lifecycle.events.demolish import demolish_building
from buildings.models import Address, Building, BuildingAssignment, BuildingCode, Household, LifecycleEvent, Unit
from gisserver.common.models import RowHistory
from tests.factories import ORIGIN, administrator, community_of, division, drawn

pytestmark = pytest.mark.usefixtures("laws")
FIRST, SECOND = "--effective-at=2026-01-01", "--effective-at=2026-02-01"
Write = Callable[..., Path]


def house(column: float, row: float = 0.5, size_m: float = 10) -> shapely.Geometry:
    x, y = ORIGIN[0] + column * 100, ORIGIN[1] + row * 100
    return shapely.box(x, y, x + size_m, y + size_m)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write (geometry, properties) rows as GeoJSON in the survey CRS."""

    def file(*rows: tuple[shapely.Geometry | None, dict[str, Any]], name: str = "houses.geojson") -> Path:
        features = [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for shape, properties in rows
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return file


def load(path: Path, *arguments: str, command: str = "import_buildings") -> str:
    out = StringIO()
    call_command(command, str(path), "--crs=EPSG:4547", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_building_gets_its_words_place_community_and_grid(write: Write) -> None:
    community = community_of("AB")
    load(write((house(1.2), {"id": "h1", "name": "一号楼", "use": "住宅", "levels": "6", "height": "18.5 m"})))
    building = Building.objects.get()
    assert (building.source_ref, building.name, building.kind) == ("h1", "一号楼", "residential")
    assert (building.floors, building.height_m, building.community_id) == (6, 18.5, community.pk)
    assert building.footprint.contains(building.location)
    assert BuildingAssignment.objects.get().grid_version.code == "B"


def test_the_same_file_again_changes_nothing(write: Write) -> None:
    path = write((house(0), {"id": "1", "road": "中山路", "number": "8号"}), (house(1), {"id": "2"}))
    load(path)
    assert load(path) == "read 2, begun 0, ended 0, unchanged 2, rejected 0"
    assert (Building.objects.count(), Address.objects.count()) == (2, 1)


def test_a_correction_keeps_the_building_and_what_it_was(write: Write) -> None:
    load(write((house(0), {"id": "1", "name": "old"})))
    before = Building.objects.get()
    assert load(write((house(0), {"id": "1", "name": "new"}))) == "read 1, begun 1, ended 0, unchanged 0, rejected 0"
    assert (Building.objects.get().pk, Building.objects.get().name) == (before.pk, "new")
    assert RowHistory.objects.filter(table_name="buildings_building", row__name="old").exists()


def test_a_new_address_ends_the_old_one(write: Write) -> None:
    load(write((house(0), {"id": "1", "address": "中山路8号"})), FIRST)
    load(write((house(0), {"id": "1", "address": "人民路1号"})), SECOND)
    texts = {address.text: address.valid.upper is None for address in Address.objects.all()}
    assert texts == {"中山路8号": False, "人民路1号": True}


def test_what_is_inside_follows_a_new_address(write: Write) -> None:
    load(write((house(0), {"id": "1", "address": "中山路8号"})), FIRST)
    unit = Unit.objects.create(building=Building.objects.get(), number="101", valid=Building.objects.get().valid)
    Address.objects.create(unit=unit, text="中山路8号101", normalized="中山路8号101", valid=unit.valid)
    load(write((house(0), {"id": "1", "address": "人民路1号"})), SECOND)
    texts = {address.text: address.valid.upper is None for address in Address.objects.filter(unit=unit)}
    assert texts == {"中山路8号101": False, "人民路1号101": True}


def test_a_code_is_issued_and_a_new_one_ends_it(write: Write) -> None:
    load(write((house(0), {"id": "1", "building_code": "4403100010010010001"})), FIRST)
    load(write((house(0), {"id": "1", "building_code": "4403100010010010002"})), SECOND)
    codes = {code.code: code.valid.upper is None for code in BuildingCode.objects.all()}
    assert codes == {"4403100010010010001": False, "4403100010010010002": True}


def test_a_code_never_means_another_building(write: Write) -> None:
    load(write((house(0), {"id": "1", "building_code": "9"})))
    others = write((house(1), {"id": "2", "building_code": "9"}), (house(2), {"id": "3", "building_code": "10"}))
    with pytest.raises(CommandError, match="1 of 2 rows .* first row 1, code_taken"):
        load(others)
    load(others, "--partial")
    assert dict(BuildingCode.objects.values_list("code", "building__source_ref")) == {"9": "1", "10": "3"}


def test_two_rows_of_one_code_are_an_error_of_the_second(write: Write) -> None:
    both = write((house(0), {"id": "1", "building_code": "9"}), (house(1), {"id": "2", "building_code": "9"}))
    with pytest.raises(CommandError, match="1 of 2 rows .* first row 2, code_taken"):
        load(both)


def test_ids_that_repeat_are_not_trusted(write: Write) -> None:
    path = write((house(0), {"id": "x"}), (house(1), {"id": "x"}))
    load(path)
    assert load(path) == "read 2, begun 0, ended 0, unchanged 2, rejected 0"


def test_ids_that_were_told_must_not_repeat(write: Write) -> None:
    path = write((house(0), {"id": "x"}), (house(1), {"id": "x"}))
    with pytest.raises(CommandError, match="duplicate_source_ref"):
        load(path, "--map=source_ref=id")


def test_a_point_is_a_building_without_a_footprint(write: Write) -> None:
    load(write((shapely.Point(ORIGIN), {"id": "1"})))
    assert (Building.objects.get().footprint, Building.objects.get().location.coords) == (None, ORIGIN)


def test_a_crossed_footprint_is_rejected_or_mended(write: Write) -> None:
    x, y = ORIGIN
    tie = shapely.Polygon([(x, y), (x + 10, y + 10), (x + 10, y), (x, y + 10)])
    path = write((tie, {"id": "1"}))
    with pytest.raises(CommandError, match="invalid_footprint"):
        load(path)
    load(path, "--repair")
    assert Building.objects.get().footprint.area == 50


def test_a_building_nowhere_takes_the_community_that_is_told(write: Write) -> None:
    told = division("7", geometry=drawn("A")["A"])
    load(write((house(5), {"id": "1"})), "--community=7")
    assert Building.objects.get().community_id == told.pk
    assert BuildingAssignment.objects.get().rule == "none"


@pytest.mark.parametrize(
    ("shape", "words", "reason"),
    [(None, {"id": "1"}, "no_geometry"), (house(0), {"id": "1", "community": "99"}, "unknown_community")],
)
def test_a_row_that_can_not_be_is_rejected_by_name(
    write: Write, shape: shapely.Geometry | None, words: dict[str, str], reason: str
) -> None:
    path = write((house(3), {"id": "0", "community": ""}), (shape, words))
    with pytest.raises(CommandError, match=reason):
        load(path)
    assert load(path, "--partial").endswith("begun 1, ended 0, unchanged 0, rejected 1")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"address": "龙田街道1号", "road": "x", "number": "2"}, "龙田街道1号"),
        ({"road": "中山路", "number": "8号"}, "中山路8号"),
        ({"road": "Hauptstraße", "number": "8a"}, "Hauptstraße 8a"),
        ({"place": "Bullach", "number": "3"}, "Bullach 3"),
    ],
)
def test_addresses_are_spelt_as_people_write_them(words: dict[str, str], text: str) -> None:
    address = address_text(words)
    assert address is not None
    assert address.text == text


@pytest.mark.parametrize("words", [{}, {"road": "中山路"}, {"number": "8"}, {"address": "-"}])
def test_half_an_address_is_none(words: dict[str, str]) -> None:
    assert address_text(words) is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [("apartments", "residential"), ("School", "public"), ("厂房", "industrial"), ("商住", "mixed"), ("yes", "other")],
)
def test_a_use_in_any_tongue_is_one_of_our_kinds(word: str, kind: str) -> None:
    assert building_kind(word) == kind


def point(column: float) -> shapely.Point:
    return shapely.Point(ORIGIN[0] + column * 100, ORIGIN[1] + 55)


def test_an_address_point_goes_to_the_building_around_it_or_the_nearest(write: Write) -> None:
    load(write((house(0), {"id": "1"}), (house(1), {"id": "2"})))
    inside, beside = point(0.05), point(1.2)
    path = write(
        (inside, {"street": "中山路", "housenumber": "1号"}),
        (beside, {"street": "中山路", "housenumber": "2号"}),
        name="points.geojson",
    )
    load(path, command="import_addresses")
    found = {address.text: address.building.source_ref for address in Address.objects.all()}
    assert found == {"中山路1号": "1", "中山路2号": "2"}
    assert load(path, command="import_addresses").startswith("read 2, begun 0")


def test_further_addresses_of_a_building_are_alternates(write: Write) -> None:
    load(write((house(0), {"id": "1"})))
    rows = [(point(0.05), {"address": f"中山路{number}号"}) for number in (1, 2)]
    load(write(*rows, name="points.geojson"), command="import_addresses")
    assert list(Address.objects.order_by("pk").values_list("kind", flat=True)) == ["standard", "alternate"]


def test_an_address_far_from_any_building_is_rejected(write: Write) -> None:
    load(write((house(0), {"id": "1"})))
    with pytest.raises(CommandError, match="no_building"):
        load(write((point(9), {"address": "远"}), name="points.geojson"), command="import_addresses")


def test_addresses_need_buildings_first(write: Write) -> None:
    with pytest.raises(CommandError, match="import_buildings comes first"):
        load(write((point(9), {"address": "远"}), name="points.geojson"), command="import_addresses")


@pytest.fixture
def households(tmp_path: Path, write: Write) -> Callable[..., str]:
    """Import household rows, given as CSV lines, into the building h1."""
    load(write((house(0), {"id": "h1", "building_code": "19"})))

    def run(*lines: str, options: tuple[str, ...] = ()) -> str:
        path = tmp_path / "households.csv"
        path.write_text("\n".join(["楼栋编码,单元,房号,户主,电话,人口,户籍", *lines]))
        return load(path, "--make-units", *options, command="import_households")

    return run


def test_households_come_with_their_entrances_and_units(households: Callable[..., str]) -> None:
    assert households("19,1单元,301,王某,138,3,是", "19,2单元,301,李某,139,2,否").startswith("read 2, begun 2")
    assert sorted(Unit.objects.values_list("entrance__name", "number")) == [("1单元", "301"), ("2单元", "301")]
    assert Household.objects.get(head_name="王某").registered


def test_a_building_may_be_told_by_its_source_reference(households: Callable[..., str]) -> None:
    households("h1,,101,赵某,1,1,否")
    assert Unit.objects.get().entrance is None


def test_the_same_households_again_change_nothing(households: Callable[..., str]) -> None:
    households("19,1单元,301,王某,138,3,是")
    assert households("19,1单元,301,王某,138,3,是") == "read 1, begun 0, ended 0, unchanged 1, rejected 0"


def test_a_changed_household_goes_on_as_the_same(households: Callable[..., str]) -> None:
    households("19,1单元,301,王某,138,3,是", options=(FIRST,))
    assert households("19,1单元,301,王某,138,4,是", options=(SECOND,)).endswith("changed 1")
    assert len(set(Household.objects.values_list("identity", flat=True))) == 1
    assert list(Household.objects.order_by("pk").values_list("residents", flat=True)) == [3, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("77,,301,a,b,1,是", "unknown_building"),
        ("19,,,a,b,1,是", "no_unit"),
        ("19,,301,a,b,many,是", "bad_number"),
        ("19,,301,a,b,1,maybe", "bad_yes_or_no"),
    ],
)
def test_a_household_that_can_not_be_is_rejected(households: Callable[..., str], line: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        households(line)


def test_an_import_is_one_event_without_an_author(write: Write) -> None:
    load(write((house(0), {"id": "1"}), (house(1), {"id": "2"})), "--source=测绘")
    event = LifecycleEvent.objects.get()
    assert (event.kind, event.author, event.source, event.effects.count()) == ("create", None, "测绘", 2)


def test_a_building_that_has_ended_does_not_come_back(write: Write) -> None:
    community_of("AB")
    load(write((house(0), {"id": "1", "name": "old"})), FIRST)
    demolish_building(order=Order(user=administrator()), building_id=Building.objects.get().pk)
    with pytest.raises(CommandError, match="building_ended"):
        load(write((house(0), {"id": "1", "name": "new"})))


def test_beside_a_standard_address_another_sources_is_an_alternate(write: Write) -> None:
    load(write((house(0), {"id": "1", "address": "中山路8号"})), "--source=a")
    building = Building.objects.get()
    write_building_addresses({building.pk: AddressText("中山路8-1号")}, source="b", moment=building.valid.lower)
    kinds = dict(Address.objects.values_list("text", "kind"))
    assert kinds == {"中山路8号": "standard", "中山路8-1号": "alternate"}
