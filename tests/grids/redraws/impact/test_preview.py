"""What a preview says is what publishing does."""

import random
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from buildings.models import Building, BuildingAssignment, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from incidents.models import Assignment
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago
from tests.redrawing import Draft, area, check_constraints, line, point, signed_in

pytestmark = pytest.mark.usefixtures("laws")
COUNTS = ("buildings", "units", "households", "residents", "incidents_open")


@pytest.fixture
def community() -> Division:
    """AABB
    CCBB
    """
    made = community_of("AABB/CCBB")
    check_constraints()
    return made


def house(place: Point, *, units: int = 0, households: int = 0) -> Building:
    """Build a house of units, the first of them inhabited, and give it its grid."""
    building = factories.building(place)
    flats = [Unit.objects.create(building=building, number=str(n), valid=since(LONG_AGO)) for n in range(units)]
    for flat in flats[:households]:
        Household.objects.create(unit=flat, residents=3, valid=since(LONG_AGO))
    assign_buildings(ids=[building.pk])
    return building


def grids(draft: Draft) -> dict[str, Any]:
    return {row["code"]: row for row in draft.read("preview/")["grids"]}


def counts(row: dict[str, Any], when: str) -> list[int]:
    return [row[when][name] for name in COUNTS]


def test_before_and_after_of_each_changed_grid(draft: Draft) -> None:
    house(at(0.5, 1.5), units=3, households=2)
    house(at(1.5, 1.5), units=1, households=1)
    draft.draw("transfer", **{"from": "A", "to": "B", "area": area((1, 1), (2, 1), (2, 2), (1, 2))})
    shown = grids(draft)
    assert (counts(shown["A"], "before"), counts(shown["A"], "after")) == ([2, 4, 3, 9, 0], [1, 3, 2, 6, 0])
    assert (counts(shown["B"], "before"), counts(shown["B"], "after")) == ([0, 0, 0, 0, 0], [1, 1, 1, 3, 0])
    assert shown["B"]["after"]["area_m2"] == pytest.approx(50_000, abs=1)
    assert (shown["B"]["after"]["parts"], shown["B"]["after"]["contiguous"]) == (1, True)
    moved = {"buildings": 1, "units": 1, "households": 1, "residents": 3, "incidents_open": 0}
    assert draft.read("preview/")["moved"] == moved


def test_a_grid_that_comes_and_one_that_goes(draft: Draft) -> None:
    draft.draw("split", grid="B", line=line((2, 1), (4, 1)), new="N")
    draft.draw("merge", grids=["A", "C"], keep="C")
    shown = grids(draft)
    assert {code: row["change"] for code, row in shown.items()} == {
        "A": "removed",
        "B": "changed",
        "C": "changed",
        "N": "added",
    }
    assert (shown["A"]["after"]["area_m2"], shown["N"]["before"]["area_m2"]) == (0, 0)


def test_a_building_that_the_new_border_cuts_is_a_warning_with_its_place(draft: Draft) -> None:
    cut = house(at(3, 1.02))
    footprint = factories.to_geos(factories.shapely.box(*(at(2.9, 0.9).coords + at(3.1, 1.1).coords)))
    Building.objects.filter(pk=cut.pk).update(footprint=footprint)
    answer = draft.draw("split", grid="B", line=line((2, 1), (4, 1)), new="N")
    [warning] = answer["warnings"]
    assert (warning["code"], warning["about"]) == ("CUTS_BUILDING", {"building": str(cut.pk)})
    assert warning["geometry"]["type"] in {"LineString", "MultiLineString"}
    assert draft.read("preview/")["warnings"] == [warning]


def test_a_draft_without_commands_changes_nothing(draft: Draft) -> None:
    shown = draft.read("preview/")
    assert (shown["grids"], shown["moved"], shown["warnings"]) == ([], {}, [])


# On borders, at corners, just outside, far outside, and anywhere.
CORNERS = [(x, y) for x in (0, 1, 2, 3, 4) for y in (0, 1, 2)]
OUTSIDE = [(-0.3, 0.5), (4.2, 1.5), (2, -0.1), (2, 2.4), (1, -0.3), (9, 9)]
EDITS: list[list[dict[str, Any]]] = [
    [{"verb": "merge", "grids": ["A", "C"], "keep": "C"}],
    [{"verb": "merge", "grids": ["A", "B"], "keep": "A"}],
    [{"verb": "split", "grid": "B", "line": line((2, 1), (4, 1)), "new": "0"}],
    [{"verb": "reshape", "line": line((2, 1), (2.7, 1.5), (2, 2))}],
    [{"verb": "move_node", "node": point(2, 1), "to": point(1.3, 1.2)}],
    [
        {"verb": "transfer", "from": "B", "to": "A", "area": area((2, 1), (3, 1), (3, 2), (2, 2))},
        {"verb": "split", "grid": "C", "line": line((1, 0), (1, 1)), "new": "Z"},
        {"verb": "merge", "grids": ["A", "Z"], "keep": "Z"},
    ],
]


@pytest.mark.parametrize("edits", EDITS, ids=lambda edits: "-".join(edit["verb"] for edit in edits))
def test_preview_is_result(draft: Draft, community: Division, edits: list[dict[str, Any]]) -> None:
    chance = random.Random(7)
    anywhere = [(round(chance.uniform(-0.6, 4.6), 4), round(chance.uniform(-0.6, 2.6), 4)) for _ in range(60)]
    places = [at(x, y) for x, y in CORNERS + OUTSIDE + anywhere]
    houses = [factories.building(place).pk for place in places]
    assign_buildings(ids=houses)
    kind = factories.incident_type()
    record_incidents(
        NewIncident(
            occurred_at=hours_ago(2),
            received_at=hours_ago(1),
            type_id=kind.pk,
            location_ewkb=place.hexewkb.decode(),
            declared_crs="wgs84",
        )
        for place in places
    )
    for edit in edits:
        draft.draw(**edit)
    shown, listed = draft.read("preview/"), draft.read("moves/?limit=1000")["results"]
    before = held()
    draft.approved(signed_in("zhao", Role.REVIEWER, community)).step("publish")
    after = held()
    moved = {name: sum(before[name][key] != after[name][key] for key in before[name]) for name in before}
    assert {name: shown["moved"][name] for name in moved} == moved
    load = {row["code"]: draft.client.get(f"/api/grids/{row['code']}/").json() for row in shown["grids"]}
    real = {code: [row["load"][name] for name in COUNTS] for code, row in load.items() if "load" in row}
    assert {row["code"]: counts(row, "after") for row in shown["grids"] if row["change"] != "removed"} == real
    assert draft.read("preview/") | {"at": None, "warnings": shown["warnings"]} == shown
    assert draft.read("moves/?limit=1000")["results"] == listed
    assert {row["kind"]: row for row in listed}.keys() == {"building", "incident"}
    assign_buildings()  # of all anew: nobody was forgotten, so no building changes its grid
    assert held()["buildings"] == after["buildings"]


def held() -> dict[str, dict[int, int | None]]:
    """Return the grid of each building and each incident now."""
    current = {"valid__upper_inf": True}
    return {
        "buildings": dict(BuildingAssignment.objects.filter(**current).values_list("building_id", "grid_id")),
        "incidents_open": dict(Assignment.objects.filter(**current).values_list("incident_id", "grid_id")),
    }


def test_a_change_of_kind_is_told_by_itself(draft: Draft) -> None:
    draft.draw("set_kind", grid="A", kind="special")
    [row] = draft.read("preview/")["grids"]
    assert (row["code"], row["change"], row["differs"]) == ("A", "changed", ["kind"])
    assert (row["before"]["kind"], row["after"]["kind"]) == ("base", "special")
    assert row["before"]["area_m2"] == row["after"]["area_m2"]


def test_what_differs_of_grids_that_come_and_go(draft: Draft) -> None:
    draft.draw("split", grid="A", line=line((1, 1), (1, 2)), new="N")
    draft.draw("rename", grid="B", name="东")
    draft.draw("merge", grids=["B", "C"], keep="B")
    rows = grids(draft)
    assert {code: row["differs"] for code, row in rows.items()} == {
        "A": ["boundary"],
        "B": ["boundary", "name"],
        "C": ["boundary", "name", "kind"],
        "N": ["boundary", "name", "kind"],
    }
    assert rows["C"]["after"]["name"] is None
    assert rows["N"]["before"]["name"] is None
