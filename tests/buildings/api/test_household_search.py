"""`/api/households/search/`: by number for all readers, by name and phone for those who may read them, recorded."""

import pytest
from django.test import Client

from buildings.models import Household, Unit
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def household(laws: None) -> Household:
    house = factories.building(at(0.5, 0.5), address="人民路1号", community=community_of("AB"))
    unit = Unit.objects.create(building=house, number="301", valid=since(LONG_AGO))
    row = Household.objects.create(
        unit=unit, head_name="欧阳锋", phone="13800001234", source_ref="H-17", valid=since(LONG_AGO)
    )
    row.refresh_from_db()  # the database gives the identity
    return row


def found(client: Client, text: str) -> list[tuple[int, str, str]]:
    rows = client.get("/api/households/search/", {"text": text}).json()["results"]
    return [(row["id"], row["head_name"], row["number"]) for row in rows]


@pytest.mark.parametrize("text", ["H-1", "欧阳", "1380000"])
def test_a_supervisor_finds_by_number_name_and_phone_and_it_is_recorded(
    client: Client, household: Household, text: str
) -> None:
    client.force_login(factories.administrator())
    assert found(client, text) == [(household.identity, "欧阳锋", "301")]
    assert PersonalDataRead.objects.get().row_ids == [household.identity]


def test_who_may_not_read_names_finds_nobody_by_them(client: Client, household: Household) -> None:
    client.force_login(factories.user("fenxi", role=Role.ANALYST, everywhere=True))
    assert found(client, "欧阳") == found(client, "1380000") == []
    assert found(client, "H-17") == [(household.identity, "欧**", "301")]
    assert not PersonalDataRead.objects.exists()


def test_one_sign_is_too_little(client: Client, household: Household) -> None:
    client.force_login(factories.administrator())
    assert client.get("/api/households/search/?text=H").json()["code"] == "bad_text"
