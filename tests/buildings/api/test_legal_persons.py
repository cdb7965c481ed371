"""The doors of legal persons: they begin, change, end and are found again, by who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.events import legal_persons as events
from buildings.models import Building, EventKind, LegalPerson, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.errors import Conflict
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, drawn, lonlat

pytestmark = pytest.mark.usefixtures("laws")
CODE, OTHER = "91350100M000100Y43", "9144030071526726XG"
Send = Callable[..., Any]


@pytest.fixture
def communities() -> list[Division]:
    """A and B, with a house each; that in A has the unit 102."""
    made = [factories.division(f"44031000100{n}", geometry=drawn("AB")[letter]) for n, letter in enumerate("AB")]
    for column, community in enumerate(made):
        factories.building(at(column + 0.5, 0.5), name="东西"[column] + "楼", community=community)
    Unit.objects.create(building=Building.objects.get(name="东楼"), number="102", valid=since(LONG_AGO))
    return made


@pytest.fixture
def send(client: Client, communities: list[Division]) -> Send:
    """Ask as the supervisor of A; the answer's status must be as told."""
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=communities[0]))

    def ask(verb: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        call = getattr(client, verb)
        answer = call(
            f"/api/legal-persons/{path}", body, **({} if verb == "get" else {"content_type": "application/json"})
        )
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return ask


def house(name: str = "东楼") -> int:
    return Building.objects.get(name=name).pk


def firm(code: str = CODE, **more: Any) -> dict[str, Any]:
    place = {} if {"unit", "location"} & more.keys() else {"building": house()}
    return {"credit_code": code, "name": "深圳市红星五金店", "kind": "enterprise", **place, **more}


def spot(column: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(lonlat(at(column, 0.9)))}


def test_it_begins_in_a_unit_changes_and_its_life_is_told(send: Send) -> None:
    unit = Unit.objects.get()
    [begun] = send("post", "", firm(unit=unit.pk), status=201)["legal_persons"]
    assert (begun["credit_code"], begun["unit"], begun["building"]) == (CODE, unit.pk, house())
    before = database_now().isoformat()
    send("patch", f"{begun['id']}/", {"name": "红星建材店", "location": spot(0.2)})
    assert send("get", f"{begun['id']}/?at={before.replace('+', '%2B')}")["name"] == "深圳市红星五金店"
    told = send("get", f"{begun['id']}/history/")
    assert [(state["name"], state["building"]) for state in told["states"]] == [
        ("深圳市红星五金店", house()),
        ("红星建材店", None),
    ]
    assert [event["kind"] for event in told["events"]] == ["create", "update"]


@pytest.mark.parametrize("q", ["红星五金", "hongxingwuj", "hxwj", "ＨXWJ", "红星伍金", "hongxingwujing"])
def test_it_is_found_by_a_part_of_its_name_its_sound_and_in_spite_of_a_slip(send: Send, q: str) -> None:
    send("post", "", firm(), status=201)
    send("post", "", firm(OTHER, name="坪山面包房"), status=201)
    assert [row["credit_code"] for row in send("get", f"?q={q}")["results"]] == [CODE]


def test_lists_are_by_place_code_and_kind(send: Send, communities: list[Division]) -> None:
    send("post", "", firm(), status=201)
    send("post", "", firm(OTHER, location=spot(0.2), kind="sole_trader"), status=201)
    for query, codes in (
        ("", [CODE, OTHER]),
        (f"building={house()}", [CODE]),
        ("kind=sole_trader", [OTHER]),
        (f"code={CODE}", [CODE]),
        ("community=440310001000", [CODE, OTHER]),
    ):
        assert [row["credit_code"] for row in send("get", f"?{query}")["results"]] == codes


def test_who_has_another_area_neither_sees_nor_writes(send: Send, communities: list[Division], client: Client) -> None:
    [mine] = send("post", "", firm(), status=201)["legal_persons"]
    [bare] = send("post", "", firm(OTHER, location=spot(0.2)), status=201)["legal_persons"]
    send("patch", f"{mine['id']}/", {"location": spot(1.5)}, status=403)
    send("patch", f"{mine['id']}/", {"building": house("西楼")}, status=404)
    client.force_login(factories.user("li", role=Role.SUPERVISOR, area=communities[1]))
    assert send("get", "")["results"] == []
    for row in (mine, bare):
        send("get", f"{row['id']}/history/", status=404)
        send("post", f"{row['id']}/end/", {"reason": "搬走"}, status=404)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"credit_code": "91350100M000100Y44"}, 400, "bad_credit_code"),
        ({"building": None}, 400, "needs_place"),
        ({"location": spot(0.2)}, 400, "needs_place"),
        ({"actual_address": "人民路1号 13800001234"}, 400, "personal_in_address"),
    ],
)
def test_refusals(send: Send, body: dict[str, Any], status: int, code: str) -> None:
    assert send("post", "", {**firm(), "building": house(), **body}, status=status)["code"] == code


def test_a_code_is_given_once_and_the_ended_one_comes_back_as_itself(send: Send) -> None:
    [first] = send("post", "", firm(), status=201)["legal_persons"]
    assert send("post", "", firm(), status=409)["code"] == "code_taken"
    [heir] = send("post", "", firm(OTHER), status=201)["legal_persons"]
    send("post", f"{first['id']}/end/", {"reason": "吸收合并", "successors": [heir["id"]]}, status=201)
    told = send("get", f"{first['id']}/history/")
    assert (told["status"], told["successors"]) == ("ended", [heir["id"]])
    [back] = send("post", "", firm(), status=201)["legal_persons"]
    assert back["id"] == first["id"]


def test_its_latest_event_is_taken_back(send: Send) -> None:
    [row] = send("post", "", firm(), status=201)["legal_persons"]
    moved = send("patch", f"{row['id']}/", {"name": "新名", "location": spot(0.2)})["event"]
    send("post", f"{row['id']}/revert/", {"event": moved["id"], "reason": "看错"}, status=201)
    assert LegalPerson.objects.values_list("name", "building", "location").get() == (
        "深圳市红星五金店",
        house(),
        at(0.5, 0.5),
    )


def test_it_outlives_its_house(send: Send, admin_client: Client) -> None:
    [row] = send("post", "", firm(), status=201)["legal_persons"]
    path = f"/api/buildings/{house()}/demolish/"
    assert admin_client.post(path, {"reason": "拆"}, content_type="application/json").status_code == 201
    assert send("get", f"{row['id']}/")["building"] == house()


def test_who_sees_where_it_is_now_reads_nothing_of_another_area(
    send: Send, admin_client: Client, communities: list[Division]
) -> None:
    west = firm(OTHER, building=house("西楼"), name="西店", actual_address="西路1号")
    [row] = admin_client.post("/api/legal-persons/", west, content_type="application/json").json()["legal_persons"]
    path, to_a_bare_place = f"/api/legal-persons/{row['id']}/", {"location": spot(1.5), "name": "西边店"}
    admin_client.patch(path, to_a_bare_place, content_type="application/json")
    admin_client.patch(path, {"building": house(), "name": "东店"}, content_type="application/json")
    told = send("get", f"{row['id']}/history/")
    assert [(state["name"], state["building"]) for state in told["states"]] == [("东店", house())]
    [moved] = [effect for event in told["events"] for effect in event["effects"]]
    assert (moved["before"], moved["after"]["name"]) == ({"building_id": None}, "东店")


def test_the_author_of_an_event_at_a_bare_place_reads_it(send: Send, communities: list[Division]) -> None:
    done = send("post", "", firm(location=spot(0.2), reason="新开"), status=201)
    assert (done["event"]["reason"], len(done["event"]["effects"])) == ("新开", 1)
    [row] = done["legal_persons"]
    send("post", f"{row['id']}/end/", {"reason": "关门"}, status=201)
    told = send("get", f"{row['id']}/history/")["events"]
    assert [(event["reason"], len(event["effects"])) for event in told] == [("新开", 1), ("关门", 1)]


def test_another_registered_address_is_not_in_the_house_of_the_old_one(send: Send) -> None:
    [row] = send("post", "", firm(registered_address="人民路1号"), status=201)["legal_persons"]
    LegalPerson.objects.update(registered_building=house("西楼"))
    send("patch", f"{row['id']}/", {"registered_address": "人民路2号"})
    assert LegalPerson.objects.get().registered_building is None


@transaction.atomic
def test_who_begins_the_same_at_once_is_told_that_the_code_is_taken(send: Send) -> None:
    send("post", "", firm(), status=201)
    act = Act(EventKind.CREATE, Order(user=User.objects.get(username="wang")))
    act.lock([])
    place = events.in_building(Building.objects.get(name="东楼"))
    with pytest.raises(Conflict) as refused:
        events.say(act, CODE, {"name": "第二家", "kind": "enterprise", **place}, row=None)
    assert refused.value.code == "code_taken"


def test_a_unit_that_left_its_building_meanwhile_is_refused(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = Unit.objects.get()
    seen = Unit(pk=unit.pk, building_id=house())
    monkeypatch.setattr(events, "_unit", lambda *_: seen)
    Unit.objects.update(building=Building.objects.get(name="西楼"))
    assert send("post", "", firm(unit=unit.pk), status=404)["code"] == "no_such_unit"


def test_both_houses_of_a_move_are_locked_by_one_statement(send: Send, admin_client: Client) -> None:
    [row] = send("post", "", firm(building=house()), status=201)["legal_persons"]
    body = {"building": house("西楼")}
    with CaptureQueriesContext(connection) as asked:
        admin_client.patch(f"/api/legal-persons/{row['id']}/", body, content_type="application/json")
    said = [one["sql"] or "" for one in asked]
    locks = [text for text in said if 'FROM "buildings_building"' in text and "FOR NO KEY UPDATE" in text]
    assert len(locks) == 1
