"""The map's page: for who may see something; others are told whom to ask."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(client: Client) -> Client:
    """Somebody who has an account and no role."""
    client.force_login(factories.user("xinren"))
    return client


def test_who_has_no_role_is_told_whom_to_ask(newcomer: Client) -> None:
    factories.administrator("zhuren")
    factories.user("fenxi", role=Role.ANALYST, everywhere=True)
    answer = newcomer.get("/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "尚未分配辖区" in page
    assert "zhuren" in page
    assert "fenxi" not in page


def test_the_page_speaks_english_too(newcomer: Client) -> None:
    newcomer.cookies["django_language"] = "en"
    assert "No area has been given to you yet" in newcomer.get("/").content.decode()


def test_who_has_a_role_sees_the_map(client: Client) -> None:
    client.force_login(factories.user("fenxi", role=Role.ANALYST, everywhere=True))
    assert 'id="map"' in client.get("/").content.decode()
