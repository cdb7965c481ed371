"""The dispatcher's queues, and what may be a duplicate."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.moments import parse_moment
from incidents.dispatch import queues
from incidents.models import Deadline, IncidentType
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.dispatching import reported, stands, step, steps
from tests.factories import LONG_AGO, at, hours_ago
from tests.staff import appointed, joined


def queued(client: Client, name: str, **query: object) -> list[int]:
    return [each["id"] for each in client.get(f"/api/incidents/queues/{name}/", query).json()["results"]]


def deadline(state: str, hours: float, *, kind: str = "", **more: object) -> None:
    of = IncidentType.objects.get(code=kind) if kind else None
    Deadline.objects.create(state=state, type=of, minutes=int(hours * 60), valid=since(LONG_AGO), **more)


def test_an_incident_waits_where_its_state_says(dispatcher: Client) -> None:
    new, accepted, dispatched = (reported(dispatcher) for _ in range(3))
    steps(dispatcher, accepted, "accept")
    steps(dispatcher, dispatched, "accept")
    step(dispatcher, dispatched, "dispatch", unit="城管办")
    waiting = {name: queued(dispatcher, name) for name in ("to_accept", "to_dispatch", "under_way", "to_verify")}
    assert waiting == {"to_accept": [new], "to_dispatch": [accepted], "under_way": [dispatched], "to_verify": []}
    lengths = {row["queue"]: row["incidents"] for row in dispatcher.get("/api/incidents/queues/").json()}
    assert (lengths["to_accept"], lengths["under_way"], lengths["unassigned"]) == (1, 1, 0)


def test_the_states_of_all_queues_are_counted_in_one_go(
    dispatcher: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    steps(dispatcher, reported(dispatcher), "accept")
    user = User.objects.get(username="sun")
    with django_assert_max_num_queries(6) as seen:
        assert {name: n for name, n in queues.lengths(user).items() if n} == {"to_dispatch": 1}
    assert sum('"incidents_incident"' in each["sql"] for each in seen.captured_queries) == 5


def test_near_a_border_it_is_doubtful_as_far_as_the_fix_is_bad(dispatcher: Client) -> None:
    doubtful = reported(dispatcher, 0.99, 0.5, accuracy_m=10)
    reported(dispatcher, 0.99, 0.5, accuracy_m=0.5)
    on_the_border = reported(dispatcher, 1, 0.5)
    assert queued(dispatcher, "doubtful") == [doubtful, on_the_border]


def test_outside_every_grid_it_is_unassigned(admin_client: Client, dispatcher: Client) -> None:
    outside = reported(admin_client, 5, 5)
    assert (queued(admin_client, "unassigned"), queued(dispatcher, "unassigned")) == ([outside], [])


def test_a_queue_is_narrowed_by_grid_and_by_a_type_with_those_below_it(dispatcher: Client) -> None:
    above = IncidentType.objects.get(code="A")
    IncidentType.objects.create(code="A1", name="乱摆卖", parent=above, valid=since(LONG_AGO))
    factories.incident_type("B")
    west, east = reported(dispatcher, type="A1"), reported(dispatcher, 1.5, 0.5, type="B")
    assert (queued(dispatcher, "to_accept", grid="B"), queued(dispatcher, "to_accept", type="A")) == ([east], [west])


def test_an_unknown_queue_names_the_known_ones(dispatcher: Client) -> None:
    answer = dispatcher.get("/api/incidents/queues/odd/")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_queue")


@pytest.mark.parametrize(("minutes", "late"), [(30, True), (90, False)])
def test_past_the_deadline_of_the_state_that_it_came_in_it_is_overdue(
    dispatcher: Client, minutes: int, late: bool
) -> None:
    deadline("reported", minutes / 60)
    [recorded] = record_incidents(
        [NewIncident(occurred_at=hours_ago(2), received_at=hours_ago(1), type_id=IncidentType.objects.get().pk,
                     location_ewkb=at(0.5, 0.5).hexewkb.decode(), declared_crs="wgs84")]
    )  # fmt: skip
    assert queued(dispatcher, "overdue") == ([recorded.id] if late else [])


@pytest.mark.parametrize(
    ("said", "hours"),
    [({}, 48), ({"level": 1}, 24), ({"kind": "A"}, 12), ({"kind": "A", "level": 1}, 6)],
    ids=["all", "a level", "a type above it", "both"],
)
def test_the_deadline_is_that_of_the_nearest_type_then_of_the_level(
    dispatcher: Client, said: dict[str, object], hours: float
) -> None:
    above = IncidentType.objects.get(code="A")
    IncidentType.objects.create(code="A1", name="乱摆卖", parent=above, valid=since(LONG_AGO))
    deadline("accepted", 48)
    if said:
        deadline("accepted", hours, **said)  # type: ignore[arg-type]
    incident = reported(dispatcher, type="A1")
    taken = step(dispatcher, incident, "accept", level=1)
    assert _hours_left(taken) == pytest.approx(hours, abs=0.01)


def test_a_suspension_stops_the_clock(dispatcher: Client) -> None:
    deadline("accepted", 48)
    incident = reported(dispatcher)
    due = step(dispatcher, incident, "accept")["due_at"]
    assert step(dispatcher, incident, "suspend", reason="等材料")["due_at"] is None
    assert step(dispatcher, incident, "resume")["due_at"] > due
    assert stands(dispatcher, incident)["due_at"] > due


def _hours_left(taken: dict[str, str]) -> float:
    return (parse_moment(taken["due_at"]) - database_now()) / timedelta(hours=1)


def duplicates(client: Client, incident: int) -> list[int]:
    return [each["id"] for each in client.get(f"/api/incidents/{incident}/duplicates/").json()]


def test_what_is_near_in_time_place_and_text_is_proposed_the_likeliest_first(dispatcher: Client) -> None:
    factories.incident_type("B")
    mine = reported(dispatcher, text="人民路路灯不亮")
    same = reported(dispatcher, 0.55, 0.5, text="人民路上路灯不亮了")
    like = reported(dispatcher, 0.7, 0.5, text="路灯坏")
    reported(dispatcher, 0.5, 0.5, type="B", text="有人养鸡")
    reported(dispatcher, 0.5, 0.5, text="人民路路灯不亮", occurred_at=hours_ago(24 * 5).isoformat())
    assert duplicates(dispatcher, mine) == [same, like]


def test_one_that_was_merged_is_not_proposed_again(dispatcher: Client) -> None:
    first, second = reported(dispatcher, text="路灯不亮"), reported(dispatcher, text="路灯不亮")
    assert duplicates(dispatcher, first) == [second]
    step(dispatcher, second, "merge", duplicate_of=first)
    assert duplicates(dispatcher, first) == []


def test_lists_name_who_mainly_serves_the_grid(dispatcher: Client, supervisor: Client) -> None:
    appointed(supervisor, joined(supervisor, "陈静"), "A")
    west, east = reported(dispatcher), reported(dispatcher, 1.5, 0.5)
    for path in ("/api/incidents/", "/api/incidents/queues/to_accept/"):
        answer = dispatcher.get(path).json()["results"]
        assert {each["id"]: each["main_officer"] for each in answer} == {west: "陈静", east: ""}
