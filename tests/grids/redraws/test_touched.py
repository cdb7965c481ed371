"""What publishing writes: the versions of the grids that change and what changes hands with them, no other row."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.utils import timezone

from buildings.models import BuildingAssignment
from grids.models import Division, GridVersion
from incidents.models import Assignment
from tests.assets import build, happen
from tests.factories import at, community_of
from tests.redrawing import COMMUNITY, Draft, area, check_constraints, line, point

pytestmark = pytest.mark.usefixtures("laws")
WATCHED = (
    "grids_grid",
    "grids_gridversion",
    "grids_divisionversion",
    "buildings_building",
    "buildings_buildingassignment",
    "incidents_incident",
    "incidents_assignment",
)
EDITS: dict[str, tuple[str, dict[str, Any]]] = {
    "split": ("split", {"grid": "A", "line": line((0, 2), (2, 2)), "new": "N"}),
    "merge": ("merge", {"grids": ["A", "C"], "keep": "C"}),
    "reshape": ("reshape", {"line": line((2, 1), (3.2, 1.5), (2, 2))}),
    "transfer": ("transfer", {"from": "B", "to": "A", "area": area((2, 1.2), (2.8, 1.2), (2.8, 1.8), (2, 1.8))}),
    "move_node": ("move_node", {"node": point(2, 1), "to": point(1.4, 1.2)}),
    "rename": ("rename", {"grid": "B", "name": "乙"}),
}


@pytest.fixture
def community() -> Division:
    """AABB
    AABB
    CCDD
    """
    made = community_of("AABB/AABB/CCDD")
    check_constraints()
    return made


def rows() -> dict[str, dict[int, str]]:
    """Return where each row lies: an UPDATE writes it elsewhere, even one that changes nothing."""
    found = {}
    with connection.cursor() as cursor:
        for table in WATCHED:
            cursor.execute(f"SELECT id, tableoid::text || ctid::text FROM {table}")  # noqa: S608
            found[table] = dict(cursor.fetchall())
    return found


def written(before: dict[str, dict[int, str]], table: str) -> tuple[set[int], set[int]]:
    """Return the ids of the rows that are new, and of those written again."""
    now = rows()[table]
    again = {key for key, place in now.items() if key in before[table] and before[table][key] != place}
    return now.keys() - before[table].keys(), again


def places() -> list[Point]:
    """Everywhere, on borders and corners, and outside."""
    chance = random.Random(3)
    corners = [(x, y) for x in range(5) for y in range(4)]
    anywhere = [(chance.uniform(-0.5, 4.5), chance.uniform(-0.5, 3.5)) for _ in range(80)]
    return [at(round(x, 4), round(y, 4)) for x, y in [*corners, *anywhere, (50, 50)]]


@pytest.mark.parametrize("days", [0, 1], ids=["now", "tomorrow"])
@pytest.mark.parametrize("edit", EDITS)
def test_only_what_changes_is_written(supervisor: Client, reviewer: Client, edit: str, days: int) -> None:
    everything = places()
    build(*everything)
    happen(*everything)
    happen(*everything, status="closed")
    verb, members = EDITS[edit]
    draft = Draft(supervisor, COMMUNITY)
    draft.draw(verb, **members)
    draft.approved(reviewer)
    before = rows()
    moment = timezone.now() + timedelta(days=days) if days else None
    draft.step("publish", effective_at=moment and moment.isoformat())

    versions = GridVersion.objects.filter(redraw_id=draft.id)
    began, ended = written(before, "grids_gridversion")
    assert began == set(versions.values_list("pk", flat=True))
    assert ended == set(GridVersion.objects.filter(valid__upper_inf=False).values_list("pk", flat=True))
    for model, key in ((BuildingAssignment, "building_id"), (Assignment, "incident_id")):
        began, ended = written(before, model._meta.db_table)
        left = dict(model.objects.filter(pk__in=ended).values_list(key, "grid_id"))
        came = dict(model.objects.filter(pk__in=began).values_list(key, "grid_id"))
        assert left.keys() == came.keys()
        assert all(came[thing] != grid for thing, grid in left.items())
        assert len(began) == len(ended) == len(came)
        assert bool(came) == (edit != "rename")
    for table in ("grids_divisionversion", "buildings_building", "incidents_incident"):
        assert written(before, table) == (set(), set())
    new, again = written(before, "grids_grid")
    assert (len(new), again) == (1 if edit == "split" else 0, set())
