"""Legal persons from files: each known by its code, found where the row says, and taken back as a whole."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from buildings.lifecycle.act import Order
from buildings.lifecycle.events.update import update_building
from buildings.models import (
    Building,
    BuildingCode,
    LegalPerson,
    LegalPersonAsOf,
    LifecycleEvent,
    ReviewItem,
    Unit,
    UnitCode,
)
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of, drawn, lonlat

pytestmark = pytest.mark.usefixtures("laws")
Load = Callable[..., str]
HOUSE, HOME = "4403100010010100001", "4403100010010100001000001"
CODE, OTHER, THIRD = "91350100M000100Y43", "9144030071526726XG", "91440300MA5D000002"
HEADER = "统一社会信用代码,企业名称,企业类型,登记状态,注册地址,经营地址,楼栋编码,房号,房屋编码"


@pytest.fixture
def house(laws: None) -> Building:
    """A coded house with the unit 102, and one next to it."""
    community = community_of("AB")
    row = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community)
    factories.building(at(1.5, 0.5), address="人民路3号", community=community)
    BuildingCode.objects.create(building=row, code=HOUSE, scheme="sz19", valid=since(LONG_AGO))
    unit = Unit.objects.create(building=row, number="102", valid=since(LONG_AGO))
    UnitCode.objects.create(unit=unit, code=HOME, scheme="sz25", valid=since(LONG_AGO))
    return row


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Load:
    def run(*lines: str, header: str = HEADER, options: tuple[str, ...] = ()) -> str:
        path = tmp_path / "firms.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        out = StringIO()
        call_command("import_legal_persons", str(path), "--source=市监局", *options, stdout=out)
        return out.getvalue() + capsys.readouterr().err

    return run


def line(code: str = CODE, *, name: str = "红星五金店", kind: str = "", status: str = "", **places: str) -> str:
    where = [places.get(one, "") for one in ("registered", "actual", "house", "room", "home")]
    return ",".join([code, name, kind, status, *where])


def found() -> tuple[str, str]:
    """Return the address of the building, and the unit, that the only legal person is found in."""
    row = LegalPerson.objects.at().get()
    return (row.building.addresses.get().text if row.building else "", row.unit.number if row.unit else "")


@pytest.mark.parametrize(
    ("places", "where"),
    [
        ({"home": HOME}, ("人民路1号幸福花园1栋", "102")),
        ({"house": HOUSE, "room": "102室"}, ("人民路1号幸福花园1栋", "102")),
        ({"house": HOUSE, "room": "999"}, ("人民路1号幸福花园1栋", "")),
        ({"actual": "人民路3号"}, ("人民路3号", "")),
        ({"registered": "人民路1号幸福花园1栋102", "actual": "人民路3号"}, ("人民路3号", "")),
        ({"registered": "人民路3号", "actual": "同注册地址"}, ("人民路3号", "")),
        ({"registered": "人民路1号幸福花园1栋"}, ("人民路1号幸福花园1栋", "")),
    ],
)
def test_it_is_found_by_code_or_address(load: Load, house: Building, places: dict[str, str], where: Any) -> None:
    assert "begun 1" in load(line(**places))
    assert found() == where


def test_the_registered_address_has_a_place_of_its_own(load: Load, house: Building) -> None:
    load(line(registered="人民路1号幸福花园1栋102室", actual="人民路3号"))
    assert LegalPerson.objects.get().registered_building == house


def test_coordinates_are_on_a_footprint_or_a_bare_point(load: Load, house: Building) -> None:
    house.footprint = factories.to_geos(drawn("AB")["A"])
    house.save(update_fields=["footprint"])
    header = "uscc,name,lon,lat"
    (on_x, on_y), (off_x, off_y) = (lonlat(at(*place)) for place in ((0.52, 0.52), (1.9, 0.9)))
    load(f"{CODE},甲店,{on_x},{on_y}", f"{OTHER},乙店,{off_x},{off_y}", header=header, options=("--crs=wgs84",))
    assert LegalPerson.objects.get(credit_code=CODE).building == house
    bare = LegalPerson.objects.get(credit_code=OTHER)
    assert (bare.building, bare.location.distance(at(1.9, 0.9)) < 0.01) == (None, True)


def test_the_same_file_again_changes_nothing_and_another_name_is_a_change(load: Load, house: Building) -> None:
    load(line(actual="人民路3号"))
    began = database_now()
    assert "begun 0, ended 0, unchanged 1" in load(line(actual="人民路3号"))
    assert "changed 1" in load(line(name="红星建材店", actual="人民路3号"))
    assert LegalPersonAsOf.objects.at(began).get().name == "红星五金店"
    assert LegalPerson.objects.at().get().sounds.startswith("红星建材店 hongxing")


def test_a_register_that_tells_less_moves_nobody(load: Load, house: Building) -> None:
    load(line(home=HOME, actual="人民路1号幸福花园1栋102室"))
    load(line(registered="人民路3号"), line(OTHER, name="新来", actual="人民路3号"))
    load(line(house=HOUSE))
    held = LegalPerson.objects.get(credit_code=CODE)
    assert (held.unit.number, held.registered_address, held.registered_building.addresses.get().text) == (
        "102",
        "人民路3号",
        "人民路3号",
    )


def test_who_is_struck_off_ends_and_comes_back_as_the_same(load: Load, house: Building) -> None:
    load(line(actual="人民路3号"))
    assert "ended 1" in load(line(status="注销"))
    assert not LegalPerson.objects.at().exists()
    assert "begun 1" in load(line(actual="人民路1号幸福花园1栋"))
    assert found() == ("人民路1号幸福花园1栋", "")
    assert LegalPersonAsOf.objects.count() == 2


def test_an_address_in_doubt_waits_and_a_decision_loads_it(load: Load, house: Building, admin_client: Client) -> None:
    assert "in doubt 1" in load(line(actual="老榕树下那栋楼"))
    item = ReviewItem.objects.get(register="legal_persons")
    body = {"target": {"type": "building", "id": house.pk}}
    answer = admin_client.post(f"/api/reviews/{item.pk}/decide/", body, content_type="application/json").json()
    assert answer["does"]["loads"][0]["what"] == "legal_person"
    assert LegalPerson.objects.at().get().building == house
    undone = admin_client.post(f"/api/reviews/{item.pk}/undo/", {"reason": "看错"}, content_type="application/json")
    assert undone.status_code == 200, undone.content
    assert not LegalPerson.objects.at().exists()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (line("91350100M000100Y44", actual="人民路3号"), "bad_credit_code"),
        (line(kind="乱写", actual="人民路3号"), "bad_kind"),
        (line(status="乱写", actual="人民路3号"), "bad_status"),
        (line(name="", actual="人民路3号"), "no_name"),
        (line(), "no_place"),
        (line(house="没有的楼"), "unknown_building"),
    ],
)
def test_rows_that_say_no_legal_person_are_rejected(load: Load, house: Building, row: str, code: str) -> None:
    with pytest.raises(CommandError, match=code):
        load(row)


@pytest.mark.parametrize(
    "row",
    [
        line("13812345678", actual="人民路3号"),
        line(kind="慕容复", actual="人民路3号"),
        line(status="慕容复", actual="人民路3号"),
        line(house="慕容复"),
    ],
)
def test_of_a_cell_in_a_wrong_column_no_name_or_number_is_quoted(load: Load, house: Building, row: str) -> None:
    with pytest.raises(CommandError) as refusal:
        load(row)
    assert not any(word in str(refusal.value) for word in ("慕容复", "13812345678"))


def test_two_rows_of_one_code_that_differ_are_rejected(load: Load, house: Building) -> None:
    with pytest.raises(CommandError, match="named_twice"):
        load(line(actual="人民路3号"), line(name="另一家", actual="人民路3号"))


def test_an_import_is_taken_back_as_a_whole(load: Load, house: Building, admin_client: Client) -> None:
    load(line(actual="人民路3号"))
    load(line(name="红星建材店", actual="人民路1号幸福花园1栋"), line(OTHER, name="新来", actual="人民路3号"))
    event = LifecycleEvent.objects.latest("pk")
    path = f"/api/imports/{event.pk}/revert/"
    answer = admin_client.post(path, {"reason": "传错了"}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert [row["name"] for row in answer.json()["legal_persons"]] == ["红星五金店"]
    assert [row.name for row in LegalPerson.objects.at()] == ["红星五金店"]
    assert found() == ("人民路3号", "")


def test_a_registered_address_is_looked_for_until_it_is_found(load: Load, house: Building) -> None:
    load(line(registered="人民路5号", house=HOUSE))
    factories.building(at(1.2, 0.5), address="人民路5号", community=house.community)
    assert "changed 1" in load(line(registered="人民路5号", house=HOUSE))
    assert LegalPerson.objects.get().registered_building.addresses.get().text == "人民路5号"


def test_a_row_that_repeats_another_counts_as_that_does(load: Load, house: Building) -> None:
    doubtful, nowhere, good = line(actual="老榕树下那栋楼"), line(OTHER, name="无处"), line(THIRD, house=HOUSE)
    told = load(*[doubtful] * 2, *[nowhere] * 2, *[good] * 2, options=("--partial",))
    assert "read 6, begun 1, ended 0, unchanged 1, rejected 2, in doubt 2" in told


def test_a_decision_takes_nobody_out_of_another_area(load: Load, house: Building, client: Client) -> None:
    elsewhere = factories.building(
        at(3.5, 0.5), community=factories.division("440310001009", geometry=drawn("ABCD")["D"])
    )
    LegalPerson.objects.create(
        credit_code=CODE, name="红星五金店", kind="enterprise", building=elsewhere, valid=since(LONG_AGO)
    )
    load(line(actual="老榕树下那栋楼"))
    item = ReviewItem.objects.get(register="legal_persons")
    ReviewItem.objects.update(community=house.community)
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=house.community))
    body = {"target": {"type": "building", "id": house.pk}}
    answer = client.post(f"/api/reviews/{item.pk}/decide/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_in_your_area")
    assert LegalPerson.objects.get().building == elsewhere


def test_the_database_itself_refuses_a_wrong_code_and_a_second_row(load: Load, house: Building) -> None:
    load(line(actual="人民路3号"))
    row = LegalPerson.objects.get()
    for code, law in (("91350100M000100Y44", "legalperson_code"), (CODE, "legalperson_one_code")):
        row.pk, row.credit_code = None, code
        row._state.adding = True
        with pytest.raises(IntegrityError, match=law), transaction.atomic():
            row.save()


def test_it_stands_where_its_building_does(load: Load, house: Building, admin_user: User) -> None:
    load(line(home=HOME))
    began = database_now()
    spot = {"type": "Point", "coordinates": [at(0.2, 0.2).x, at(0.2, 0.2).y]}
    said = {"location": spot, "crs": "EPSG:4547"}
    update_building(order=Order(user=admin_user), building_id=house.pk, said=said)
    assert LegalPerson.objects.get().location == at(0.2, 0.2)
    assert LegalPersonAsOf.objects.at(began).get().location == at(0.5, 0.5)


def test_the_check_character_is_the_same_in_the_database() -> None:
    codes = [CODE, OTHER, "91350100M000100Y44", "91350100M000100I43", "", CODE.lower()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT buildings_is_credit_code(code) FROM unnest(%s::text[]) AS code", [codes])
        assert [row[0] for row in cursor.fetchall()] == [True, True, False, False, False, False]
