"""One clock judges: a web server whose own is a day wrong records and refuses as the database's time says."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client
from django.utils import timezone

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Token
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from incidents.models import Incident
from tests import factories
from tests.factories import at, community_of, lonlat

DAY = timedelta(days=1)


@pytest.fixture(params=[DAY, -DAY], ids=["a day ahead", "a day behind"], autouse=True)
def wrong_web_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + request.param)


@pytest.fixture
def collector(db: None, client: Client) -> User:
    """Logged in; AB is his community."""
    person = factories.user("li", role=Role.COLLECTOR, area=community_of("AB"))
    client.force_login(person)
    return person


def test_a_report_is_received_now_and_gets_its_grid(client: Client, collector: User) -> None:
    factories.incident_type("A")
    lon, lat = lonlat(at(0.5, 0.5))
    body = {"type": "A", "occurred_at": database_now().isoformat(), "lon": lon, "lat": lat, "crs": "wgs84"}
    answer = client.post("/api/incidents/", body, content_type="application/json")
    assert answer.json()["assignment"]["grid"] == "A"
    assert abs(Incident.objects.get().received_at - database_now()) < timedelta(hours=1)


def test_the_grid_of_a_place_is_that_of_now(client: Client, collector: User) -> None:
    lon, lat = lonlat(at(0.5, 0.5))
    answer = client.get("/api/grids/at", {"lon": lon, "lat": lat}).json()
    assert answer["grid"] == "A"


def test_a_session_lives_as_long_as_the_database_says(client: Client, collector: User) -> None:
    assert client.get("/api/grids/").status_code == 200
    Session.objects.update(expire_date=F("expire_date") - timedelta(days=15))
    assert client.get("/api/grids/").status_code == 401


def test_a_token_lives_as_long_as_the_database_says(collector: User) -> None:
    text, _row = tokens.issue(user=collector, lifetime_hours=1)
    assert tokens.owner_of(text) == collector
    Token.objects.update(expires_at=F("expires_at") - timedelta(hours=2))
    assert tokens.owner_of(text) is None


def test_an_ended_token_is_dead_at_once(collector: User) -> None:
    text, _row = tokens.issue(user=collector)
    assert tokens.end(text)
    assert tokens.owner_of(text) is None
