"""The life of an incident through its door: who takes which step, what follows, what stays."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from gisserver.common.db.validity import since
from grids.models import Officer
from incidents.models import Incident, IncidentStep
from tests.dispatching import reported, stands, step, steps
from tests.factories import LONG_AGO, division
from tests.staff import appointed, joined


def test_from_the_report_to_the_end(collector: Client, dispatcher: Client) -> None:
    incident = reported(collector)
    steps(dispatcher, incident, "accept")
    step(dispatcher, incident, "dispatch", unit="城管办")
    steps(collector, incident, "start", "handle")
    steps(dispatcher, incident, "verify", "close")

    answer = stands(collector, incident)
    assert (answer["state"], answer["status"], answer["possible"]) == ("closed", "closed", ["reopen"])
    assert [(each["number"], each["step"], each["by"]) for each in answer["steps"]] == [
        (1, "accept", "sun"), (2, "dispatch", "sun"), (3, "start", "li"), (4, "handle", "li"),
        (5, "verify", "sun"), (6, "close", "sun"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "status"),
    [
        ((), "new"),
        (("accept",), "new"),
        (("accept", "dispatch"), "assigned"),
        (("accept", "dispatch", "start"), "in_progress"),
        (("accept", "dispatch", "handle"), "resolved"),
        (("accept", "suspend"), "in_progress"),
        (("invalidate",), "closed"),
    ],
)
def test_the_status_that_lists_show_follows(supervisor: Client, taken: tuple[str, ...], status: str) -> None:
    incident = reported(supervisor)
    for name in taken:
        step(supervisor, incident, name, reason="因", **({"unit": "城管办"} if name == "dispatch" else {}))
    assert supervisor.get(f"/api/incidents/{incident}/").json()["status"] == status


def test_a_step_that_does_not_start_there_names_those_that_do(dispatcher: Client) -> None:
    answer = step(dispatcher, reported(dispatcher), "close", expect=409)
    assert (answer["code"], answer["state"], answer["may"]) == (
        "step_not_possible", "reported", ["accept", "merge", "invalidate"],
    )  # fmt: skip


def test_a_collector_does_not_dispatch(collector: Client) -> None:
    assert step(collector, reported(collector), "accept", expect=403)["code"] == "step_not_yours"


def test_an_incident_of_another_area_is_not_known(dispatcher: Client, admin_client: Client) -> None:
    assert step(dispatcher, reported(admin_client, 5, 5), "accept", expect=404)["code"] == "no_such_incident"


def test_nobody_verifies_what_they_have_handled(dispatcher: Client, supervisor: Client) -> None:
    incident = reported(dispatcher)
    steps(dispatcher, incident, "accept")
    step(dispatcher, incident, "dispatch", unit="城管办")
    steps(dispatcher, incident, "handle")
    assert step(dispatcher, incident, "verify", expect=403)["code"] == "own_handling"
    assert step(supervisor, incident, "verify")["after"] == "verified"


@pytest.mark.parametrize("name", ["suspend", "invalidate"])
def test_what_takes_it_out_of_the_way_says_why(dispatcher: Client, name: str) -> None:
    incident = reported(dispatcher)
    steps(dispatcher, incident, "accept")
    assert step(dispatcher, incident, name, expect=400)["code"] == "step_incomplete"


def test_it_is_dispatched_to_the_main_officer_of_its_grid(dispatcher: Client, supervisor: Client) -> None:
    officer = joined(supervisor, "陈静")
    appointed(supervisor, officer, "A")
    incident = reported(dispatcher)
    steps(dispatcher, incident, "accept", "dispatch")
    assert stands(dispatcher, incident)["steps"][-1]["officer_name"] == "陈静"


def test_without_an_officer_somebody_must_be_named(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    steps(dispatcher, incident, "accept")
    assert step(dispatcher, incident, "dispatch", expect=400)["code"] == "nobody_to_handle"


def test_an_officer_of_another_area_is_not_known(dispatcher: Client) -> None:
    elsewhere = division("440310001002")
    officer = Officer.objects.create(division=elsewhere, name="周岚", staff_number="9", valid=since(LONG_AGO))
    incident = reported(dispatcher)
    steps(dispatcher, incident, "accept")
    assert step(dispatcher, incident, "dispatch", officer=officer.pk, expect=400)["code"] == "no_such_handler"


def test_a_level_holds_until_another_is_said(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    step(dispatcher, incident, "accept", level=1)
    assert step(dispatcher, incident, "dispatch", unit="城管办")["level"] == 1


def test_it_goes_on_where_it_was_suspended(supervisor: Client) -> None:
    incident = reported(supervisor)
    step(supervisor, incident, "accept")
    step(supervisor, incident, "dispatch", unit="城管办")
    step(supervisor, incident, "suspend", reason="等材料")
    assert step(supervisor, incident, "resume")["after"] == "dispatched"


def test_a_merge_keeps_both_records(dispatcher: Client) -> None:
    first, second = reported(dispatcher), reported(dispatcher)
    assert step(dispatcher, second, "merge", duplicate_of=first)["duplicate_of"] == first
    assert stands(dispatcher, second)["state"] == "duplicate"
    assert step(dispatcher, first, "merge", duplicate_of=second, expect=409)["code"] == "duplicate_of_duplicate"
    step(dispatcher, second, "reopen", reason="不是同一件")
    assert stands(dispatcher, second)["state"] == "reopened"


def test_one_that_came_in_closed_can_be_reopened(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    Incident.objects.filter(pk=incident).update(status="closed")
    step(dispatcher, incident, "reopen", reason="复发")
    assert stands(dispatcher, incident)["possible"] == ["dispatch", "suspend", "merge", "invalidate"]


def test_a_retry_takes_no_second_step(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    body, headers = {"step": "accept"}, {"Idempotency-Key": "k1"}
    first, second = (
        dispatcher.post(f"/api/incidents/{incident}/steps/", body, content_type="application/json", headers=headers)
        for _ in range(2)
    )
    assert (first.json(), second["Idempotent-Replayed"]) == (second.json(), "true")
    assert IncidentStep.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"before": "accepted", "step": "dispatch", "after": "dispatched"},
        {"step": "close", "after": "closed"},
        {"after": "closed"},
    ],
    ids=["a number left out", "another state before", "no step from there", "another state after"],
)
def test_the_database_refuses_a_step_that_is_none(dispatcher: Client, change: dict[str, object]) -> None:
    row = Incident.objects.get(pk=reported(dispatcher))
    member = {"number": 1, "step": "accept", "before": "reported", "after": "accepted", "by_id": 1} | change
    with pytest.raises(IntegrityError, match="as its step"), transaction.atomic():
        IncidentStep.objects.create(incident=row, occurred_at=row.occurred_at, **member)


def test_the_database_refuses_a_ring_of_duplicates(dispatcher: Client) -> None:
    first, second = reported(dispatcher), reported(dispatcher)
    step(dispatcher, second, "merge", duplicate_of=first)
    at = {row.pk: row.occurred_at for row in Incident.objects.all()}
    with pytest.raises(IntegrityError, match="is duplicate itself"), transaction.atomic():
        IncidentStep.objects.create(
            incident_id=first, occurred_at=at[first], number=1, step="merge", before="reported", after="duplicate",
            by_id=1, duplicate_of_id=second, duplicate_occurred_at=at[second],
        )  # fmt: skip


def test_no_writer_sets_a_status_that_does_not_follow_from_the_steps(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    step(dispatcher, incident, "accept")
    with pytest.raises(IntegrityError, match="follows from its steps"), transaction.atomic():
        Incident.objects.filter(pk=incident).update(status="closed")


@pytest.mark.parametrize(
    "statement", ["UPDATE incidents_incidentstep SET reason = 'x'", "DELETE FROM incidents_incidentstep"]
)
def test_the_history_is_never_rewritten(dispatcher: Client, statement: str) -> None:
    step(dispatcher, reported(dispatcher), "accept")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_step_is_in_the_feed(dispatcher: Client) -> None:
    from gisserver.common.models import Change

    incident = reported(dispatcher)
    before = Change.objects.count()
    step(dispatcher, incident, "accept")
    told = Change.objects.order_by("pk")[before:]
    assert [(change.kind, change.ids) for change in told] == [("incidents", [incident])]
