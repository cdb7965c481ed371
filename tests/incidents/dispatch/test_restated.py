"""Statistics on one day's grids: closed incidents keep their grid, and are counted where they lie on that day."""

from datetime import timedelta

from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from grids.models import Division
from tests.dispatching import reported, step
from tests.factories import LONG_AGO, hours_ago
from tests.redrawing import COMMUNITY, Draft, send, signed_in


def test_incidents_of_a_span_are_counted_on_the_grids_of_a_day(
    dispatcher: Client, supervisor: Client, community: Division
) -> None:
    closed = reported(dispatcher)
    step(dispatcher, closed, "invalidate", reason="无此事")
    reported(dispatcher, 1.5, 0.5)
    draft = Draft(supervisor, COMMUNITY)
    draft.draw("merge", grids=["A", "B"], keep="B")
    draft.approved(signed_in("zhao", Role.REVIEWER, community)).step("publish", effective_at=None)

    def on(**at: str) -> list[tuple[str, int, int]]:
        span = {"since": LONG_AGO.isoformat(), "until": database_now().isoformat()}
        answer = dispatcher.get("/api/incidents/restated/", {**span, **at}).json()
        return [(each["grid"], each["incidents"], each["elsewhere"]) for each in answer]

    assert on() == [("B", 2, 1)]
    yesterday = database_now() - timedelta(days=1)
    assert on(at=yesterday.isoformat()) == [("A", 1, 0), ("B", 1, 0)]
    assert dispatcher.get(f"/api/incidents/{closed}/").json()["assignments"][0]["grid"] == "A"


def test_a_span_is_needed(dispatcher: Client) -> None:
    assert dispatcher.get("/api/incidents/restated/").json()["code"] == "bad_since"


def test_what_has_no_place_counts_where_it_was_decided(dispatcher: Client, admin_client: Client) -> None:
    incident = send(admin_client, "/api/incidents/", {"type": "A", "occurred_at": hours_ago(1).isoformat()})["id"]
    send(admin_client, f"/api/incidents/{incident}/grid/", {"grid": "B", "reason": "居民说在B"})
    span = {"since": LONG_AGO.isoformat(), "until": database_now().isoformat()}
    answer = dispatcher.get("/api/incidents/restated/", span).json()
    assert answer == [{"grid": "B", "incidents": 1, "elsewhere": 0}]
