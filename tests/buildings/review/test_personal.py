"""Who reads an address reads no person in it: what a raw text says of people stays in the queue, masked."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from buildings.models import Address, Building, Household, HouseholdAsKnown, HouseholdState, KnownName, ReviewItem, Unit
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Permission, Role
from gisserver.common.db.validity import since
from gisserver.common.personal import personal_fields, personal_models
from layers import registry
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
RAW = "幸福里老楼 李大明 13900001234"


@pytest.fixture
def house(laws: None) -> Building:
    row = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community_of("AB"))
    Unit.objects.create(building=row, number="301", valid=since(LONG_AGO))
    return row


@pytest.fixture
def item(house: Building, tmp_path: Path) -> ReviewItem:
    path = tmp_path / "rows.csv"
    path.write_text(f"address,unit,head_name,phone\n{RAW},301,李大明,13900001234\n")
    call_command("import_households", str(path), "--source=民政", stdout=StringIO())
    row = ReviewItem.objects.get()
    ReviewItem.objects.update(community_id=house.community_id)
    return row


def decide(client: Client, item: ReviewItem, house: Building) -> Any:
    client.force_login(factories.administrator())
    body = {"target": {"type": "building", "id": house.pk}, "confirm": True}
    return client.post(f"/api/reviews/{item.pk}/decide/", body, content_type="application/json").json()


def test_only_the_address_part_becomes_an_address(client: Client, item: ReviewItem, house: Building) -> None:
    assert decide(client, item, house)["does"]["alias"] == "幸福里老楼"
    assert Address.objects.get(source="review").text == "幸福里老楼"
    assert ReviewItem.objects.get().text == RAW


def test_the_same_raw_text_is_known_from_then_on(
    client: Client, item: ReviewItem, house: Building, tmp_path: Path
) -> None:
    decide(client, item, house)
    path = tmp_path / "more.csv"
    path.write_text(f"address,unit,head_name,phone\n{RAW},301,李小明,13900001234\n")
    call_command("import_households", str(path), "--source=民政", stdout=StringIO())
    assert set(Household.objects.at().values_list("head_name", flat=True)) == {"李大明", "李小明"}


def test_a_raw_text_is_masked_unless_permitted(
    client: Client, item: ReviewItem, house: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Role.COLLECTOR, "permissions", {Permission.READ, Permission.EDIT_REGISTERS})
    client.force_login(factories.user("clerk", role=Role.COLLECTOR, area=house.community))
    answer = client.get(f"/api/reviews/{item.pk}/")
    assert answer.json()["masked"]
    assert "李大明" not in answer.content.decode()
    assert "13900001234" not in answer.content.decode()
    assert not PersonalDataRead.objects.exists()


def test_an_unmasked_read_of_a_raw_text_is_recorded(client: Client, item: ReviewItem, house: Building) -> None:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=house.community))
    assert client.get(f"/api/reviews/{item.pk}/").json()["text"] == RAW
    assert PersonalDataRead.objects.get().row_ids == [item.pk]


def test_nothing_personal_is_published() -> None:
    personal = {name for model in personal_models() for name in personal_fields(model)} - {"text", "row", "candidates"}
    published = {str(field.source or field.name) for one in registry.all() for field in one.fields}
    assert personal == {"head_name", "phone"}
    assert not personal & published


def test_a_household_is_as_personal_in_the_past() -> None:
    assert personal_fields(Household) == personal_fields(HouseholdState) == personal_fields(HouseholdAsKnown)


def test_an_address_given_at_the_door_names_nobody(client: Client, house: Building) -> None:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=house.community))
    body = {"alternates": ["老楼 联系人李四 13900001111"]}
    answer = client.post(f"/api/buildings/{house.pk}/readdress/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "personal_in_address")


class TestStoredBefore:
    """An address that a decision made of a raw text, before raw texts were cut."""

    @pytest.fixture(autouse=True)
    def _stored(self, house: Building) -> None:
        Address.objects.create(
            building=house, text=RAW, normalized=RAW, kind="alternate", source="review", valid=since(LONG_AGO)
        )

    def test_it_is_found(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(CommandError, match="personal: 1"):
            call_command("personal_addresses")
        assert "13900001234" not in capsys.readouterr().out

    def test_it_is_cut_in_the_past_too(self, house: Building) -> None:
        factories.administrator()
        call_command("personal_addresses", "--redact", "--author=admin", stdout=StringIO())
        assert Address.objects.get(source="review").text == "幸福里老楼"
        assert not KnownName.objects.filter(name__contains="李大明").exists()
        call_command("personal_addresses", stdout=StringIO())
