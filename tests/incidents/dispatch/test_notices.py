"""What is told of incidents, to whom, and never twice."""

from datetime import timedelta

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from grids.models import Division, Officer
from incidents.dispatch import notices
from incidents.models import Deadline, Incident, Notice
from tests.dispatching import reported, step
from tests.factories import LONG_AGO, division, drawn, grid
from tests.redrawing import COMMUNITY, Draft, line, signed_in
from tests.staff import appointed, joined


@pytest.fixture
def reviewer(community: Division) -> Client:
    return signed_in("zhao", Role.REVIEWER, community)


def told(client: Client, **query: object) -> list[tuple[str, str | None, str | None]]:
    """Return (kind, grid, officer) of the notices, the first first."""
    answer = client.get("/api/incidents/notices/", query).json()["results"]
    return [(each["kind"], each["grid"], each["officer_name"]) for each in answer]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> object:
    """Let the clock of notices stand so many hours ahead."""

    def set_clock(hours: float) -> None:
        ahead = database_now() + timedelta(hours=hours)
        monkeypatch.setattr(notices, "database_now", lambda: ahead)

    return set_clock


def test_who_handles_is_reminded_and_told_then_the_dispatchers(
    dispatcher: Client, supervisor: Client, later: object
) -> None:
    Deadline.objects.create(
        state="dispatched", minutes=600, remind_before=60, escalate_after=120, valid=since(LONG_AGO)
    )
    appointed(supervisor, joined(supervisor, "陈静"), "A")
    incident = reported(dispatcher)
    step(dispatcher, incident, "accept")
    step(dispatcher, incident, "dispatch")
    written = []
    for hours in (8, 9.5, 9.6, 11, 13, 14):
        later(hours)  # type: ignore[operator]
        written.append(notices.tell_what_is_due())
    assert written == [0, 1, 0, 1, 1, 0]
    assert told(dispatcher) == [("reminder", "A", "陈静"), ("overdue", "A", "陈静"), ("escalation", "A", None)]


def test_a_step_in_time_is_not_told(dispatcher: Client, later: object) -> None:
    Deadline.objects.create(state="accepted", minutes=60, valid=since(LONG_AGO))
    incident = reported(dispatcher)
    step(dispatcher, incident, "accept")
    step(dispatcher, incident, "dispatch", unit="城管办")
    later(5)  # type: ignore[operator]
    assert notices.tell_what_is_due() == 0


def test_what_a_redraw_gives_to_another_grid_is_told_to_both_officers(
    dispatcher: Client, supervisor: Client, reviewer: Client
) -> None:
    appointed(supervisor, joined(supervisor, "陈静"), "A")
    appointed(supervisor, joined(supervisor, "林涛"), "B")
    reported(dispatcher)
    reported(dispatcher, 1.5, 0.5)
    draft = Draft(supervisor, COMMUNITY)
    draft.draw("reshape", line=line((1, 0), (0.2, 0.1), (0.2, 0.9), (1, 1)))
    draft.approved(reviewer).step("publish", effective_at=None)
    assert (notices.tell_what_is_due(), notices.tell_what_is_due()) == (2, 0)
    assert told(dispatcher) == [("handover", "A", "陈静"), ("handover", "B", "林涛")]


def test_what_is_planned_is_told_when_it_happens(
    dispatcher: Client, supervisor: Client, reviewer: Client, later: object
) -> None:
    reported(dispatcher)
    draft = Draft(supervisor, COMMUNITY)
    draft.draw("merge", grids=["A", "B"], keep="B")
    tomorrow = database_now() + timedelta(days=1)
    draft.approved(reviewer).step("publish", effective_at=tomorrow.isoformat())
    assert notices.tell_what_is_due() == 0
    later(25)  # type: ignore[operator]
    assert notices.tell_what_is_due() == 2


def test_notices_are_in_the_feed_of_whoever_sees_the_incident(dispatcher: Client, later: object) -> None:
    Deadline.objects.create(state="reported", minutes=60, valid=since(LONG_AGO))
    reported(dispatcher)
    later(5)  # type: ignore[operator]
    notices.tell_what_is_due()
    assert told(dispatcher, kind="overdue") == [("overdue", "A", None)]
    from gisserver.common.models import Change

    assert Change.objects.filter(kind="notices").count() == 1


def test_a_handover_is_told_to_each_side_in_its_own_area(dispatcher: Client, community: Division) -> None:
    incident = Incident.objects.get(pk=reported(dispatcher))
    shape = drawn("ABC")["C"]
    other = division("440310001002", geometry=shape)
    grid("C", shape, other)
    officer = Officer.objects.create(division=other, name="周岚", staff_number="9", valid=since(LONG_AGO))
    for told_grid, who in ((community.grids.earliest("pk"), None), (other.grids.get(), officer)):
        Notice.objects.create(
            incident=incident, occurred_at=incident.occurred_at, kind="handover", about=1, grid=told_grid, officer=who
        )
    assert told(dispatcher) == [("handover", "A", None)]
    assert told(signed_in("ma", Role.DISPATCHER, other)) == [("handover", "C", "周岚")]
