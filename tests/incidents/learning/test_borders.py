"""Disputed borders become commands of a redraw, which is tried on the past before anybody publishes it."""

from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from incidents.dispatch.decisions import decide_grid
from tests import factories
from tests.incidents.learning.conftest import Record
from tests.redrawing import COMMUNITY, Draft, signed_in

SPAN = {"since": "2026-03-02", "until": "2026-04-02"}


@pytest.fixture
def supervisor(community: Division) -> Client:
    return signed_in("wang", Role.SUPERVISOR, community)


@pytest.fixture
def given_to_b(record: Record, community: Division) -> None:
    """Six incidents just west of the border between A and B, which somebody gave to B; two others in A."""
    west = record((1.9, 0.5), (1.92, 0.7), (1.95, 0.9), (1.9, 1.1), (1.93, 1.3), (1.96, 1.5), (0.5, 0.5), (0.5, 1.5))
    sun = factories.user("sun", role=Role.DISPATCHER, area=community)
    decide_grid(user=sun, incident_id=west[0], grid="B", reason="在B网格门口")
    decide_grid(user=sun, incident_id=west[0], grid="A", reason="看错了")
    for incident in west[:6]:  # the last decision counts
        decide_grid(user=sun, incident_id=incident, grid="B", reason="在B网格门口")


def ask(client: Client, path: str) -> dict[str, Any]:
    response = client.get(path, SPAN)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.usefixtures("given_to_b")
def test_a_disputed_border_comes_with_a_command_that_a_draft_takes(supervisor: Client):
    [row] = ask(supervisor, "/api/incidents/statistics/borders/")["results"]
    assert (row["from"], row["to"], row["given"], row["of"]) == ("A", "B", 6, 6)

    draft = Draft(supervisor, COMMUNITY)
    draft.draw(**row["command"])

    found = ask(supervisor, f"/api/redraws/{draft.id}/preview/backtest/")
    loads = {grid["code"]: (grid["before"]["incidents"], grid["after"]["incidents"]) for grid in found["grids"]}
    assert loads == {"A": (8, 2), "B": (0, 6)}
    assert (found["before"]["worst"], found["before"]["worst_above_mean"]) == ("A", 2.0)
    assert (found["after"]["worst"], found["after"]["worst_above_mean"]) == ("B", 1.5)


def test_low_margins_alone_propose_nothing(analyst: Client, record: Record):
    record((1.99, 0.5), (2.5, 0.5))

    [row] = ask(analyst, "/api/incidents/statistics/borders/")["results"]

    assert (row["given"], row["low_margins"], row["command"]) == (0, 1, None)


def test_a_redraw_of_others_is_not_tried(client: Client, supervisor: Client, community: Division):
    draft = Draft(supervisor, COMMUNITY)
    stranger = signed_in("lu", Role.COLLECTOR, Division.objects.create(level="community"))

    assert stranger.get(f"/api/redraws/{draft.id}/preview/backtest/").status_code == 404
