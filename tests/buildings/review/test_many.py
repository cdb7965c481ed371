"""Many rows are decided, previewed and taken back at once; the queue is narrowed, and counted by its filters."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import LockNotAvailable

from buildings.decisions.decide import decide
from buildings.importers.homes import HomeRow
from buildings.models import Doubt, Household, ReviewItem, Unit
from buildings.review.doubtful import Doubtful
from buildings.review.queue import Waiting, enqueue
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
Send = Callable[..., Any]


@pytest.fixture
def community(laws: None) -> Division:
    return community_of("AB")


@pytest.fixture
def homes(community: Division) -> list[Unit]:
    """The units 301 and 302 of a house."""
    house = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community)
    return [Unit.objects.create(building=house, number=n, valid=since(LONG_AGO)) for n in ("301", "302")]


def wait(number: int, text: str, *meant: Unit, source: str = "民政", reason: Doubt = Doubt.AMBIGUOUS) -> None:
    """Put a row of a register in the queue, with homes that it may mean; the run is named after the source."""
    candidates = [{"target": "unit", "id": u.pk, "building": u.building_id, "label": u.number} for u in meant]
    head = f"李{number}"
    said = HomeRow(
        building_id=0, address=text, entrance="", unit="", floor=None, source_ref="", head_name=head, phone=""
    )
    doubt = Doubtful(reason, candidates, meant[0].building.community_id if meant else None)
    row = Waiting(number=number, text=text, row=asdict(said), doubt=doubt)
    enqueue([row], register="households", run=f"{source} 2026", source=source)


@pytest.fixture
def send(client: Client) -> Send:
    """Ask a door of the queue as the administrator: post a body, or get without one."""
    client.force_login(factories.administrator())

    def ask(door: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        path = f"/api/reviews/{door}"
        answer = client.get(path) if body is None else client.post(path, body, content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return ask


def waiting() -> list[int]:
    return list(ReviewItem.objects.filter(status="open").order_by("pk").values_list("pk", flat=True))


def living() -> list[str]:
    return sorted(Household.objects.at().values_list("head_name", flat=True))


def test_rows_are_found_by_source_run_and_text(send: Send, homes: list[Unit]) -> None:
    wait(1, "老王头家", homes[0], source="公安")
    wait(2, "供销社楼上", homes[0])
    assert [r["row_number"] for r in send("?source=公安")["results"]] == [1]
    assert [r["row_number"] for r in send("?run=民政 2026")["results"]] == [2]
    assert [r["row_number"] for r in send("?text=供销社")["results"]] == [2]


def test_the_summary_counts_by_each_filter_while_the_others_hold(send: Send, homes: list[Unit]) -> None:
    wait(1, "老王头家", homes[0], source="公安")
    wait(2, "供销社楼上", homes[0], reason=Doubt.UNSURE)
    answer = send("summary/?status=open&source=公安")
    assert answer["total"] == 1
    assert answer["reasons"] == [{"value": "ambiguous", "rows": 1}]
    assert {one["value"]: one["rows"] for one in answer["sources"]} == {"公安": 1, "民政": 1}


def test_a_row_says_how_many_others_a_decision_decides_along(send: Send, homes: list[Unit]) -> None:
    for number in (1, 2, 3):
        wait(number, "老王头家", homes[0])
    assert send("")["results"][0]["alike"] == 2


def test_a_preview_of_many_tells_what_is_done_then_and_does_nothing(send: Send, homes: list[Unit]) -> None:
    wait(1, "老王头家", homes[0])
    wait(2, "老王头家", homes[0])
    wait(3, "供销社楼上")
    body = {"reviews": waiting(), "candidate": 1}
    told = send("decide/", {**body, "dry_run": True})
    assert (len(told["done"]), told["loads"], [r["code"] for r in told["refused"]]) == (2, 2, ["no_such_candidate"])
    assert (len(waiting()), living()) == (3, [])
    assert send("decide/", body) == told
    assert (len(waiting()), living()) == (1, ["李1", "李2"])


def test_what_was_decided_at_once_is_taken_back_at_once(send: Send, homes: list[Unit]) -> None:
    wait(1, "老王头家", homes[0])
    wait(2, "供销社楼上", homes[0])
    rows = waiting()
    done = send("decide/", {"reviews": rows, "candidate": 1})["done"]
    assert sorted(send("undo/", {"reviews": done, "reason": "看错了"})["done"]) == rows
    assert (waiting(), living()) == (rows, [])


def test_many_are_dismissed_for_one_reason(send: Send, homes: list[Unit]) -> None:
    wait(1, "老王头家")
    wait(2, "供销社楼上")
    rows = waiting()
    assert send("decide/", {"reviews": rows, "dismiss": "查无此处", "dry_run": True})["done"] == rows
    assert waiting() == rows
    assert send("decide/", {"reviews": rows, "dismiss": "查无此处"})["done"] == rows
    assert set(ReviewItem.objects.values_list("status", "comment")) == {("dismissed", "查无此处")}


def test_a_candidate_and_a_dismissal_at_once_mean_nothing(send: Send) -> None:
    assert send("decide/", {"reviews": [1], "candidate": 1, "dismiss": "x"}, 400)["code"] == "invalid"


def test_who_waits_too_long_for_somebody_else_is_told_what_was_done_before(
    send: Send, homes: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, text in enumerate(("老王头家", "供销社楼上", "粮站后面"), start=1):
        wait(number, text, homes[0])
    first, second, third = waiting()
    asked: list[int] = []

    def decided(*, item_id: int, **said: Any) -> Any:
        asked.append(item_id)
        if item_id == second:
            raise OperationalError from LockNotAvailable()
        return decide(item_id=item_id, **said)

    monkeypatch.setattr("buildings.decisions.many.decide", decided)
    told = send("decide/", {"reviews": [first, second, third], "candidate": 1})
    assert (told["done"], asked) == ([first], [first, second])
    assert [(one["review"], one["code"]) for one in told["refused"]] == [
        (second, "lock_timeout"),
        (third, "lock_timeout"),
    ]


def test_a_home_that_is_in_another_building_now_is_meant_there(send: Send, homes: list[Unit]) -> None:
    wait(1, "老王头家", homes[0])
    item = ReviewItem.objects.get()
    item.candidates[0]["building"] = 0  # as of the day of the import
    item.save()
    assert send("decide/", {"reviews": [item.pk], "candidate": 1})["done"] == [item.pk]
