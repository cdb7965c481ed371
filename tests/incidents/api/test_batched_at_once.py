"""Batches that the database refuses, and twins in two batches at once: each transaction is a real one."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from gisserver.common.access import claims
from gisserver.common.access.models import IdempotencyKey
from gisserver.common.access.roles import Role
from gisserver.common.web.batched import Answer
from incidents.models import Incident
from tests import factories
from tests.batching import body_of, by_django, report, request, statuses, together, token_of
from tests.factories import community_of

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def token() -> str:
    factories.incident_type("A")
    with transaction.atomic():
        community = community_of("AB")
    return token_of(factories.user("li", role=Role.COLLECTOR, area=community))


@pytest.mark.parametrize("when", ["NOT DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"], ids=["at once", "at the commit"])
def test_of_a_batch_that_the_database_refuses_only_the_guilty_fails(token: str, when: str, settings: Any) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    with connection.cursor() as cursor:
        cursor.execute(REFUSING.format(when=when))
    try:
        bodies = [report(text=text) for text in ("甲", "乙", "poison", "丙")]
        asked = [request(token, body, Idempotency_Key=f"k{n}") for n, body in enumerate(bodies)]
        assert statuses(together(*asked, fallback=by_django)) == [201, 201, 500, 201]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_poison CASCADE")
    assert set(Incident.objects.values_list("text", flat=True)) == {"甲", "乙", "丙"}
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"k0", "k1", "k3"}


REFUSING = """
CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = 'check_violation'; END $$;
CREATE CONSTRAINT TRIGGER refuses_poison AFTER INSERT ON incidents_incident {when}
    FOR EACH ROW WHEN (NEW.text = 'poison') EXECUTE FUNCTION refuse_poison();
"""


def test_a_twin_in_another_batch_waits_and_gets_the_same_answer(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    acted, twin_waits = threading.Event(), threading.Event()
    finish = claims.finish

    def held(*args: Any) -> None:
        finish(*args)
        acted.set()
        assert twin_waits.wait(30)

    answers: dict[str, list[Answer]] = {}

    def ask(name: str) -> None:
        answers[name] = together(request(token, report(), Idempotency_Key="k"), request(token, report()))
        connection.close()

    monkeypatch.setattr(claims, "finish", held)
    first = threading.Thread(target=ask, args=["first"])
    first.start()
    assert acted.wait(30)
    monkeypatch.setattr(claims, "finish", finish)
    second = threading.Thread(target=ask, args=["second"])
    second.start()
    until_somebody_waits()
    twin_waits.set()
    first.join()
    second.join()
    assert body_of(answers["first"][0]) == body_of(answers["second"][0])
    assert dict(answers["second"][0][1])["Idempotent-Replayed"] == "true"
    assert Incident.objects.count() == 3


def until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone() != (0,):
                return
