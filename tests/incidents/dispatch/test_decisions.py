"""A grid decided by hand: kept with its reason, through redraws, until that grid ends."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from grids.models import Division
from incidents.dispatch import decisions, services
from incidents.models import Assignment
from tests.dispatching import neighbours_of_the_community, reported, step, steps
from tests.redrawing import COMMUNITY, Draft, check_constraints, line, send, signed_in


def decide(client: Client, incident: int, grid: str, *, expect: int = 201) -> dict[str, object]:
    return send(client, f"/api/incidents/{incident}/grid/", {"grid": grid, "reason": "在B网格门口"}, expect=expect)


def receipts(client: Client, incident: int) -> list[tuple[str, str, str]]:
    """Return (grid, rule, reason) of each receipt, the latest first."""
    answer = client.get(f"/api/incidents/{incident}/").json()
    return [(each["grid"], each["rule"], each["reason"]) for each in answer["assignments"]]


@pytest.fixture
def reviewer(community: Division) -> Client:
    return signed_in("zhao", Role.REVIEWER, community)


def redrawn(
    supervisor: Client, reviewer: Client, verb: str, *, effective_at: object = None, **members: object
) -> Draft:
    draft = Draft(supervisor, COMMUNITY)
    draft.draw(verb, **members)
    draft.approved(reviewer).step("publish", effective_at=effective_at)
    return draft


def test_a_decision_is_a_receipt_with_its_reason(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    assert (decide(dispatcher, incident, "B")["grid"], decide(dispatcher, incident, "B", expect=409)["code"]) == (
        "B", "decided_already",
    )  # fmt: skip
    assert receipts(dispatcher, incident) == [("B", "manual", "decided"), ("A", "inside", "")]
    answer = dispatcher.get(f"/api/incidents/{incident}/").json()
    assert (answer["grid"], answer["assignments"][0]["note"]) == ("B", "在B网格门口")


def test_a_collector_decides_nothing(collector: Client) -> None:
    decide(collector, reported(collector), "B", expect=403)


def withdraw(client: Client, incident: int, *, expect: int = 201) -> dict[str, object]:
    return send(client, f"/api/incidents/{incident}/grid/withdraw/", {"reason": "看错了"}, expect=expect)


def test_a_decision_that_is_taken_back_gives_it_to_the_grid_of_its_place(
    dispatcher: Client, collector: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    incident = reported(dispatcher)
    decide(dispatcher, incident, "B")
    withdraw(collector, incident, expect=403)
    assert withdraw(dispatcher, incident)["rule"] == "inside"
    assert receipts(dispatcher, incident) == [
        ("A", "inside", "withdrawn"), ("B", "manual", "decided"), ("A", "inside", ""),
    ]  # fmt: skip
    assert withdraw(dispatcher, incident, expect=409)["code"] == "not_decided"
    call_command("check_receipts")
    assert "come out the same" in capsys.readouterr().out


def test_nobody_hands_an_incident_back_to_a_community_that_is_not_his(dispatcher: Client, admin_client: Client) -> None:
    neighbours = neighbours_of_the_community("Z")
    incident = reported(dispatcher)
    decide(admin_client, incident, "Z")
    refused = withdraw(signed_in("zhou", Role.DISPATCHER, neighbours), incident, expect=403)
    assert refused["code"] == "decision_not_yours"
    assert receipts(admin_client, incident)[0] == ("Z", "manual", "decided")
    assert withdraw(admin_client, incident)["grid"] == "A"


def test_one_taken_back_follows_what_is_planned_for_its_place(
    dispatcher: Client, supervisor: Client, reviewer: Client
) -> None:
    incident, tomorrow = reported(dispatcher), database_now() + timedelta(days=1)
    decide(dispatcher, incident, "B")
    redrawn(supervisor, reviewer, "merge", grids=["A", "B"], keep="B", effective_at=tomorrow.isoformat())
    withdraw(dispatcher, incident)
    check_constraints()
    held = [Assignment.objects.at(each).get(incident_id=incident) for each in (None, tomorrow + timedelta(hours=1))]
    assert [(each.rule, each.grid_version.code) for each in held] == [("inside", "A"), ("inside", "B")]


def test_what_is_over_keeps_its_grid(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    step(dispatcher, incident, "invalidate", reason="无此事")
    assert decide(dispatcher, incident, "B", expect=409)["code"] == "incident_over"


def test_whoever_decides_waits_for_a_step_under_way_and_sees_it(
    dispatcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident, lock = reported(dispatcher), decisions.lock

    def lock_after_another(user: User, *ids: int) -> None:
        services.take_step(user=user, incident_id=incident, step="invalidate", reason="无此事")
        lock(user, *ids)

    monkeypatch.setattr(decisions, "lock", lock_after_another)
    assert decide(dispatcher, incident, "B", expect=409)["code"] == "incident_over"


def test_a_decision_without_who_and_why_is_refused_by_the_database(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    decide(dispatcher, incident, "B")
    held = Assignment.objects.at().get(incident_id=incident)
    with pytest.raises(IntegrityError, match="incidents_assignment_decided"), transaction.atomic():
        Assignment.objects.filter(pk=held.pk).update(valid=(held.valid.lower, database_now()))
        Assignment.objects.create(
            incident_id=incident, occurred_at=held.occurred_at, grid_id=held.grid_id, rule="manual",
            valid=(database_now() + timedelta(hours=1), None),
        )  # fmt: skip


def test_a_redraw_of_its_place_leaves_it(dispatcher: Client, supervisor: Client, reviewer: Client) -> None:
    incident = reported(dispatcher)
    decide(dispatcher, incident, "B")
    redrawn(supervisor, reviewer, "split", grid="A", line=line((0, 0.3), (1, 0.3)))
    assert receipts(dispatcher, incident)[0] == ("B", "manual", "decided")


def test_a_redraw_that_ends_the_grid_ends_it_and_says_so(
    dispatcher: Client, supervisor: Client, reviewer: Client
) -> None:
    incident = reported(dispatcher)
    decide(dispatcher, incident, "B")
    redrawn(supervisor, reviewer, "merge", grids=["A", "B"], keep="A")
    check_constraints()
    assert receipts(dispatcher, incident)[0] == ("A", "inside", "decision_ended")
    [waiting] = dispatcher.get("/api/incidents/queues/decision_ended/").json()["results"]
    assert waiting["id"] == incident


def test_it_holds_until_the_day_on_which_its_grid_is_to_end(
    dispatcher: Client, supervisor: Client, reviewer: Client
) -> None:
    incident = reported(dispatcher)
    decide(dispatcher, incident, "B")
    tomorrow = database_now() + timedelta(days=1)
    plan = redrawn(supervisor, reviewer, "merge", grids=["A", "B"], keep="A", effective_at=tomorrow.isoformat())
    held = [(each.rule, each.valid.lower == tomorrow) for each in Assignment.objects.filter(incident_id=incident)]
    assert held[-2:] == [("manual", False), ("inside", True)]

    plan.step("cancel-plan", by=reviewer)
    check_constraints()
    assert Assignment.objects.at(tomorrow + timedelta(days=1)).get(incident_id=incident).rule == "manual"


def test_all_receipts_come_out_the_same_after_a_redraw(
    dispatcher: Client, supervisor: Client, reviewer: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    decided = reported(dispatcher)
    decide(dispatcher, decided, "B")
    reported(dispatcher, 1, 0.5)
    reported(dispatcher, 0.5, 0.2, accuracy_m=80)
    redrawn(supervisor, reviewer, "split", grid="A", line=line((0, 0.3), (1, 0.3)))
    call_command("check_receipts")
    assert "come out the same" in capsys.readouterr().out


def test_a_receipt_that_says_otherwise_is_found(dispatcher: Client) -> None:
    from django.core.management.base import CommandError

    incident = reported(dispatcher)
    held, now = Assignment.objects.get(incident_id=incident), database_now()
    Assignment.objects.filter(pk=held.pk).update(valid=(held.valid.lower, now))
    Assignment.objects.create(
        incident_id=incident, occurred_at=held.occurred_at, grid_id=held.grid_id, grid_version_id=held.grid_version_id,
        rule="inside", margin_m=(held.margin_m or 0) + 0.5, valid=(now, None),
    )  # fmt: skip
    with pytest.raises(CommandError, match="1 receipts come out otherwise"):
        call_command("check_receipts")


def test_the_detail_names_the_runner_up_and_the_grid_of_then(
    dispatcher: Client, supervisor: Client, reviewer: Client
) -> None:
    redrawn(supervisor, reviewer, "merge", grids=["A", "B"], keep="B")
    incident = reported(dispatcher, 0.9, 0.5)
    answer = dispatcher.get(f"/api/incidents/{incident}/").json()
    assert (answer["grid"], answer["then"]["grid"], answer["assignments"][0]["runner_up"]) == ("B", "A", None)


def test_the_runner_up_is_the_grid_next_to_the_place(dispatcher: Client) -> None:
    incident = reported(dispatcher, 0.9, 0.5)
    [receipt] = dispatcher.get(f"/api/incidents/{incident}/").json()["assignments"]
    assert (receipt["runner_up"]["grid"], receipt["runner_up"]["distance_m"]) == ("B", pytest.approx(10, abs=0.01))


def test_steps_go_on_with_the_decided_grid(dispatcher: Client) -> None:
    incident = reported(dispatcher)
    decide(dispatcher, incident, "B")
    steps(dispatcher, incident, "accept")
    step(dispatcher, incident, "invalidate", reason="无此事")
    step(dispatcher, incident, "reopen", reason="有此事")
    assert receipts(dispatcher, incident)[0] == ("B", "manual", "decided")
