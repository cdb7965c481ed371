"""Sixty users walk over every door, format and moment, and what they are told is held against plain SQL (law 7)."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from layers.models import UploadedLayer
from tests import factories
from tests.gisserver.walk import world as city
from tests.gisserver.walk.doors import DOORS, MORE, SAME_FOR_ALL
from tests.gisserver.walk.oracle import Reader, Truth
from tests.gisserver.walk.walking import Walk

pytestmark = pytest.mark.django_db
USERS, STEPS = 60, 16
AREAS = [None, "Q1", "Q2", "S1", "S2", "S3", *(f"K{n}" for n in range(1, 10)), *(f"K{n}" for n in range(1, 10))]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[city.World]:
    """The city, committed: rights and moments are as they are for everybody; afterwards it is gone."""
    with django_db_blocker.unblock():
        root = Client()
        root.force_login(factories.administrator("root"))
        try:
            yield city.build(root, tmp_path_factory.mktemp("walk"))
        finally:
            with connection.cursor() as cursor:
                for layer in UploadedLayer.objects.all():
                    cursor.execute(f"DROP TABLE {layer.table}")
                cursor.execute("TRUNCATE procrastinate_jobs CASCADE")  # no model of Django's, so no flush empties it
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
            connection.close()


@pytest.fixture(scope="module")
def people(world: city.World) -> list[User]:
    """Sixty users with random roles in random areas; some with none, one superuser."""
    luck = random.Random(7)
    found = [factories.user(f"walker-{n}") for n in range(USERS - 1)]
    for person in found[3:]:
        for _ in range(luck.choice([1, 1, 1, 2, 3])):
            name = luck.choice(AREAS)
            area = None if name is None else world.divisions[name]
            Grant.objects.get_or_create(user=person, role=luck.choice(list(Role)), area=area)
    found.append(factories.administrator("walker-root"))
    for person in found:
        city.employ(world, person)
    return found


@pytest.fixture(scope="module")
def truth(world: city.World, people: list[User]) -> Truth:
    """What there is."""
    return Truth()


@pytest.fixture
def walk(number: int, world: city.World, people: list[User], truth: Truth) -> Walk:
    """A user by number on his way."""
    person = User.objects.get(pk=people[number].pk)
    client = Client()
    client.force_login(person)
    now = getattr(truth, "now", None) or database_now()
    truth.now = now  # type: ignore[attr-defined]
    return Walk(world, truth, Reader(truth, person), client, random.Random(number), now)


def differences(walk: Walk) -> str:
    """What the user was told that is not so, behind his grants; "" for nothing."""
    grants = str(list(walk.reader.user.grants.all()))
    return "\n".join([grants, *dict.fromkeys(walk.differences)]) if walk.differences else ""


@pytest.mark.parametrize("number", range(USERS))
def test_a_walk_finds_nothing(number: int, walk: Walk) -> None:
    doors = [*DOORS.values(), *MORE]
    for step in range(STEPS):
        doors[(number * STEPS + step) % len(doors)](walk)
    assert not differences(walk)


def _routes(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each, route)
        else:
            yield route, each.callback


def test_no_door_that_reads_is_left_out() -> None:
    reads = {
        route
        for route, view in _routes(get_resolver())
        if hasattr(getattr(view, "view_class", getattr(view, "cls", None)) or object, "get")
        or not hasattr(view, "view_class")
        and not hasattr(view, "cls")
    }
    known = {*DOORS, *SAME_FOR_ALL}
    left_out = {route for route in reads - known if not route.startswith(("admin/", "i18n/"))}
    assert left_out == set()
