"""Incidents through the dispatcher's doors: what the tests of dispatch share."""

from typing import Any

from django.db import transaction
from django.test import Client

from grids.models import Division
from tests.factories import at, division, drawn, grid, hours_ago, lonlat
from tests.redrawing import check_constraints, send


def reported(client: Client, column: float = 0.5, row: float = 0.5, **members: Any) -> int:
    """Report an incident at a place of a drawing, and return its id."""
    lon, lat = lonlat(at(column, row))
    body = {"type": "A", "occurred_at": hours_ago(1).isoformat(), "lon": lon, "lat": lat, "crs": "wgs84", **members}
    return int(send(client, "/api/incidents/", body)["id"])


def step(client: Client, incident: int, name: str, *, expect: int = 201, **said: Any) -> dict[str, Any]:
    """Take a step with an incident."""
    return send(client, f"/api/incidents/{incident}/steps/", {"step": name, **said}, expect=expect)


def steps(client: Client, incident: int, *names: str, **said: Any) -> None:
    """Take steps one after the other; ``said`` with each."""
    for name in names:
        step(client, incident, name, **said)


def stands(client: Client, incident: int) -> dict[str, Any]:
    """Return where an incident stands, with its steps."""
    answer: dict[str, Any] = client.get(f"/api/incidents/{incident}/steps/").json()
    return answer


def neighbours_of_the_community(code: str) -> Division:
    """Make a second community of one grid, east of the community "AB"."""
    shape = drawn(f"AB{code}")[code]
    with transaction.atomic():
        made = division("440310001002", geometry=shape)
        grid(code, shape, made)
    check_constraints()
    return made
