"""What all REST doors do."""

import pytest
from django.test import Client

from tests.factories import administrator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/api/households/", "/api/jobs/", "/geocode/search?q=x", "/api/grids/at?lon=1&lat=1"])
def test_nobody_on_the_way_keeps_an_answer(client: Client, url: str) -> None:
    client.force_login(administrator())
    assert client.get(url)["Cache-Control"] == "no-store"
