"""Supervisors at the same time, each on a connection of their own: nothing is lost, doubled or half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from gisserver.common.access.roles import Role
from grids.models import Division, GridVersion
from grids.proof import partition_defects
from incidents.models import Assignment
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.assets import cases
from tests.factories import at, community_of
from tests.redrawing import Draft, codes_and_areas, line, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
C = "440310001001"


@pytest.fixture
def community() -> Division:
    """ABCD"""
    with transaction.atomic():
        return community_of("ABCD")


@pytest.fixture
def supervisors(community: Division) -> list[Client]:
    return [signed_in(f"wang{number}", Role.SUPERVISOR, community) for number in range(4)]


@pytest.fixture
def reviewer(community: Division) -> Client:
    return signed_in("zhao", Role.REVIEWER, community)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads of their own and return their answers in order."""

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(alone, acts))


def cut(column: int) -> dict[str, Any]:
    return {"grid": "ABCD"[column], "line": line((column, 0.5), (column + 1, 0.5))}


def test_drafts_drawn_at_once_never_share_a_code(supervisors: list[Client]) -> None:
    drafts = [Draft(client, C) for client in supervisors]
    answers = at_once(*(lambda d=draft, n=n: d.draw("split", **cut(n)) for n, draft in enumerate(drafts)))
    codes = {grid["code"] for answer in answers for grid in answer["changed"] if grid["code"].startswith(C)}
    assert codes == {f"{C}00{number}" for number in (1, 2, 3, 4)}


def test_commands_of_one_draft_are_numbered_without_gap_or_double(supervisors: list[Client]) -> None:
    draft = Draft(supervisors[0], C)
    names = ("A", "B", "C", "D")
    answers = at_once(*(lambda n=name: draft.draw("rename", grid=n, name="新") for name in names))
    assert sorted(answer["number"] for answer in answers) == [1, 2, 3, 4]


def test_neighbours_published_at_once_all_take_effect(supervisors: list[Client], reviewer: Client) -> None:
    drafts = [Draft(client, C) for client in supervisors]
    for number, draft in enumerate(drafts):
        draft.draw("split", **cut(number), new=f"N{number}")
        draft.approved(reviewer)
    at_once(*(lambda d=draft: d.step("publish") for draft in drafts))
    halves = {name: pytest.approx(5_000) for name in ("A", "B", "C", "D", "N0", "N1", "N2", "N3")}
    assert codes_and_areas() == halves
    assert partition_defects() == ([], 1, 8)


def test_of_two_contradictions_published_at_once_one_takes_effect(supervisors: list[Client], reviewer: Client) -> None:
    keep_a, keep_b = (Draft(client, C) for client in supervisors[:2])
    for draft, keep in ((keep_a, "A"), (keep_b, "B")):
        draft.draw("merge", grids=["A", "B"], keep=keep)
        draft.approved(reviewer)

    def publish(draft: Draft) -> int:
        return int(draft.client.post(f"{draft.path}publish/", {}, content_type="application/json").status_code)

    assert sorted(at_once(lambda: publish(keep_a), lambda: publish(keep_b))) == [200, 409]
    assert len(codes_and_areas()) == 3
    assert partition_defects() == ([], 1, 3)


def test_one_redraw_published_twice_at_once_is_published_once(supervisors: list[Client], reviewer: Client) -> None:
    draft = Draft(supervisors[0], C)
    draft.draw("split", **cut(0), new="N")
    draft.approved(reviewer)

    def publish() -> int:
        return int(draft.client.post(f"{draft.path}publish/", {}, content_type="application/json").status_code)

    assert sorted(at_once(publish, publish)) == [200, 409]
    assert GridVersion.objects.filter(code="N").count() == 1


@pytest.mark.parametrize("ahead_s", [0, 60])
def test_reports_that_arrive_while_a_redraw_is_published_have_the_grid_of_each_moment(
    supervisors: list[Client], reviewer: Client, ahead_s: int
) -> None:
    """Some are placed before the publisher's turn and some after; none by borders that are about to end."""
    factories.incident_type()
    draft = Draft(supervisors[0], C)
    draft.draw("merge", grids=["A", "B"], keep="B")
    draft.approved(reviewer)
    effective_at = timezone.now() + timedelta(seconds=ahead_s) if ahead_s else None

    def report() -> list[int]:
        now = timezone.now()
        place = at(0.5, 0.5).hexewkb.decode()
        new = NewIncident(
            occurred_at=now,
            received_at=now,
            type_id=factories.IncidentType.objects.get().pk,
            location_ewkb=place,
            declared_crs="wgs84",
        )
        return [recorded.id for recorded in record_incidents([new])]

    def publish() -> list[int]:
        draft.step("publish", effective_at=effective_at and effective_at.isoformat())
        return []

    reports = [report] * 6
    ids = sum(at_once(*reports, publish, *reports), [])
    then = effective_at or timezone.now()
    assert cases(ids, then) == ["B"] * len(ids)
    assert ahead_s == 0 or cases(ids) == ["A"] * len(ids)
    receipts = Assignment.objects.filter(incident_id__in=ids, valid__isempty=False)
    held = [receipt.valid for receipt in receipts.order_by("incident_id", "valid")]
    assert all(one.upper == other.lower for one, other in pairwise(held) if one.upper is not None)
