"""How an address is found that is not written as it is registered."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from buildings.addresses.text.normalize import normalize
from buildings.geocoding import geocoder
from buildings.geocoding.suggest import suggest
from buildings.models import Address, KnownName
from gisserver.common.db.validity import since
from tests.factories import LONG_AGO, administrator, at, building

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def admin() -> User:
    return administrator()


def found(admin: User, text: str) -> int | None:
    answers = geocoder.search(user=admin, text=text)
    return answers[0].id if answers and not answers[0].ambiguous else None


@pytest.mark.parametrize(
    "asked",
    [
        "龙湖花3栋",
        "龙湖花圆3栋",
        "湖龙花园3栋",
        "龙湖3栋",
        "龙湖花园小区3栋",
        "龙湖花园住宅小区3栋",
        "龙湖湖花园3栋",
        "longhuhuayuan 3dong",
        "LongHu花园3栋",
        "lhhy3栋",
        "人民医院对面龙湖花园3栋",
        "收货地址：龙湖花园3栋（近地铁站）",
    ],
)
def test_a_name_put_right_leads_to_the_building(admin: User, asked: str) -> None:
    row = building(at(1, 1), address="秀新社区龙湖花园3栋")
    building(at(2, 2), address="秀新社区龙湖花园13栋")
    assert found(admin, asked) == row.pk


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("坪山道12号", "坪山大道12号"),
        ("峰苑3栋", "东峰苑3栋"),
        ("聚盛新新城3栋", "聚盛新城3栋"),
        ("长围围村3号", "长围村3号"),
    ],
)
def test_a_telling_sign_left_out_or_doubled_is_a_slip(admin: User, asked: str, registered: str) -> None:
    row = building(at(1, 1), address=f"秀新社区{registered}")
    assert found(admin, f"秀新社区{asked}") == row.pk


def test_a_short_name_is_found_among_many_neighbours(admin: User) -> None:
    for n, sign in enumerate("水井廖张曾松田石李王刘吴周徐孙马"):
        building(at(n / 10, 2), address=f"秀新社区{sign}头村三巷{n + 20}号")
    row = building(at(1, 1), address="秀新社区长头村三巷8号")
    assert found(admin, "秀新社区头村三巷8号") == row.pk


@pytest.mark.parametrize(
    "typed", ["龙湖", "秀新社区龙湖", "longhu", "lhhy", "lhh", "LongHuHua", "龙湖hua", "long hu hua yuan 3"]
)
def test_what_is_typed_in_pinyin_is_completed(admin: User, typed: str) -> None:
    row = building(at(1, 1), address="秀新社区龙湖花园3栋")
    assert [answer.id for answer in suggest(user=admin, text=typed)] == [row.pk]


def test_a_new_name_is_known_at_once_by_its_sound(admin: User) -> None:
    row = building(at(1, 1), address="秀新社区旧名花园3栋")
    renamed = {"text": "秀新社区新名花园3栋", "kind": "alternate", "valid": since(LONG_AGO)}
    Address.objects.bulk_create([Address(building=row, normalized=normalize("秀新社区新名花园3栋"), **renamed)])
    assert found(admin, "xinminghuayuan3dong") == row.pk
    assert [answer.id for answer in suggest(user=admin, text="xmhy")] == [row.pk]


def test_a_german_name_stays_as_it_is_written(admin: User) -> None:
    row = building(at(1, 1), address="Hauptstraße 12a")
    assert found(admin, "Haupstraße 12a") == row.pk
    assert list(KnownName.objects.values_list("name", "pinyin")) == [("hauptstr", "hauptstr")]


def test_addresses_are_read_anew_on_demand(admin: User) -> None:
    row = building(at(1, 1), address="龙湖花园3栋")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE buildings_address SET keys = '{}', names = '{}', normalized = 'stale'")
    call_command("renew_addresses")
    stored = Address.objects.get(building=row)
    assert (stored.keys, stored.normalized) == (["龙湖花园|3"], "龙湖花园3栋")
    assert found(admin, "龙湖花园3幢") == row.pk
