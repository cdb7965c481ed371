"""The doors that propose, and commands said in few words: over HTTP."""

import pytest

from buildings.models import Building, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of
from tests.redrawing import Draft, area, check_constraints, codes_and_areas, send, signed_in

pytestmark = pytest.mark.usefixtures("laws")
C = "440310001001"


@pytest.fixture
def community() -> Division:
    """AAAABB, a house of ten households in each cell."""
    made = community_of("AAAABB")
    check_constraints()
    for column in range(6):
        house(column + 0.5, 0.5, households=10)
    return made


def house(column: float, row: float, *, households: int) -> Building:
    building = factories.building(at(column, row))
    for number in range(households):
        flat = Unit.objects.create(building=building, number=str(number), valid=since(LONG_AGO))
        Household.objects.create(unit=flat, valid=since(LONG_AGO))
    assign_buildings(ids=[building.pk])
    return building


def ids() -> list[int]:
    """Return the houses from west to east."""
    return list(Building.objects.order_by("pk").values_list("pk", flat=True))


def test_propose_review_publish(community: Division) -> None:
    wang, zhao = signed_in("wang", Role.SUPERVISOR, community), signed_in("zhao", Role.REVIEWER, community)

    made = send(wang, "/api/redraws/propose/", {"title": "均衡", "community": C})

    assert (made["status"], made["proposal"]["reached"], made["commands"]) == ("draft", True, 1)
    path = f"/api/redraws/{made['id']}/"
    send(wang, f"{path}submit/", {}, expect=200)
    send(zhao, f"{path}approve/", {}, expect=200)
    send(zhao, f"{path}publish/", {}, expect=200)
    assert wang.get("/api/grids/A/").json()["load"]["households"] == 30
    assert sum(codes_and_areas().values()) == pytest.approx(60_000)


def test_a_retry_gets_the_same_draft(community: Division) -> None:
    wang = signed_in("wang", Role.SUPERVISOR, community)
    body, key = {"community": C}, {"Idempotency-Key": "7"}

    first = send(wang, "/api/redraws/propose/", body, **key)

    assert send(wang, "/api/redraws/propose/", body, **key) == first


def test_proposing_in_a_draft_adds_commands(community: Division) -> None:
    draft = Draft(signed_in("wang", Role.SUPERVISOR, community), C)

    answer = send(draft.client, f"{draft.path}propose/", {"tolerance": 0.2})

    assert (answer["id"], answer["commands"]) == (draft.id, 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"community": C, "communities": [C]},
        {"community": C, "tolerance": 0},
        {"community": C, "tolerance": "much"},
        {"community": C, "measure": "cats"},
        {"community": C, "locked": "B"},
        {"community": C, "lock": ["B"]},
    ],
)
def test_what_says_too_little_is_refused(community: Division, body: dict[str, object]) -> None:
    wang = signed_in("wang", Role.SUPERVISOR, community)

    assert send(wang, "/api/redraws/propose/", body, expect=400)["code"] == "invalid"


def test_who_sees_nothing_is_told_nothing(community: Division) -> None:
    stranger = signed_in("li", Role.SUPERVISOR, factories.division("440310001002"))

    assert send(stranger, "/api/redraws/propose/", {"community": C}, expect=404)["code"] == "no_such_division"


@pytest.fixture
def draft(community: Division) -> Draft:
    return Draft(signed_in("wang", Role.SUPERVISOR, community), C)


def test_houses_go_to_the_next_grid_with_their_area(draft: Draft) -> None:
    draft.draw("transfer", **{"from": "A", "to": "B", "buildings": ids()[2:4]})

    preview = draft.read("preview/")
    assert preview["moved"]["buildings"] == 2
    assert {row["code"]: round(row["after"]["area_m2"]) for row in preview["grids"]} == {"A": 20_000, "B": 40_000}


def test_the_log_keeps_the_area_and_no_houses(draft: Draft) -> None:
    draft.draw("transfer", **{"from": "A", "to": "B", "buildings": [ids()[3]]})

    [row] = draft.read("commands/")["results"]
    assert (row["arguments"]["area"]["type"], "buildings" in row["arguments"]) == ("Polygon", False)


@pytest.mark.parametrize(
    ("houses", "code"),
    [
        (lambda own: [own[4]], "BUILDING_NOT_IN_GRID"),
        (lambda own: [own[3], 999_999_999], "UNKNOWN_BUILDING"),
        (lambda own: [own[0]], "PIECE_NOT_ADJACENT"),
        (lambda own: own[:4], "EMPTIES_GRID"),
    ],
)
def test_houses_that_cannot_go_are_refused(draft: Draft, houses, code: str) -> None:
    body = {"from": "A", "to": "B", "buildings": houses(ids())}

    assert draft.draw("transfer", expect=422, **body)["code"] == code


@pytest.mark.parametrize("buildings", [[], "all", [None], [True], [1.5], ["7"]])
def test_what_is_no_list_of_houses_is_refused(draft: Draft, buildings: object) -> None:
    body = {"from": "A", "to": "B", "buildings": buildings}

    assert draft.draw("transfer", expect=400, **body)["code"] == "bad_buildings"


def test_houses_and_an_area_are_too_much(draft: Draft) -> None:
    body = {"from": "A", "to": "B", "buildings": ids()[3:4], "area": area((3, 0), (4, 0), (4, 1))}

    assert draft.draw("transfer", expect=400, **body)["code"] == "MALFORMED"


def test_a_balanced_split_is_ordinary_splits(draft: Draft) -> None:
    answer = draft.draw("split_balanced", grid="A", parts=4)

    assert answer["number"] == 3
    assert [row["code"] for row in answer["changed"]] == ["440310001001001", "440310001001002", "440310001001003", "A"]
    assert [row["after"]["households"] for row in draft.read("preview/")["grids"]] == [10, 10, 10, 10]
    assert {row["verb"] for row in draft.read("commands/")["results"]} == {"split"}


def test_one_undo_takes_a_balanced_split_back_and_one_redo_brings_it_again(draft: Draft) -> None:
    drawn = draft.draw("split_balanced", grid="A", parts=4)

    undone = draft.step("undo")
    assert (drawn["numbers"], undone["numbers"]) == ([1, 2, 3], [1, 2, 3])
    assert draft.read("preview/")["grids"] == []
    assert draft.step("redo")["numbers"] == [1, 2, 3]
    assert [row["after"]["households"] for row in draft.read("preview/")["grids"]] == [10, 10, 10, 10]


@pytest.mark.parametrize(
    ("members", "status", "code"),
    [
        ({"grid": "A", "parts": 5}, 422, "TOO_FEW_BUILDINGS"),
        ({"grid": "Z", "parts": 2}, 422, "UNKNOWN_GRID"),
        ({"grid": "A", "parts": 1}, 400, "bad_parts"),
        ({"grid": "A", "parts": 21}, 400, "bad_parts"),
        ({"grid": "A", "parts": "2"}, 400, "bad_parts"),
        ({"grid": "A"}, 400, "bad_parts"),
        ({"parts": 2}, 400, "MALFORMED"),
        ({"grid": "A", "parts": 2, "measure": "cats"}, 400, "unknown_measure"),
        ({"grid": "A", "parts": 2, "line": 1}, 400, "unknown_member"),
    ],
)
def test_splits_that_cannot_be_are_refused(draft: Draft, members: dict[str, object], status: int, code: str) -> None:
    assert draft.draw("split_balanced", expect=status, **members)["code"] == code
    assert draft.read("commands/")["results"] == []
