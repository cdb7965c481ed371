"""One event on many buildings: told beforehand, all or nothing, in one's own area, and taken back whole."""

from typing import Any

import pytest
from django.test import Client

from buildings.models import Address, Building, BuildingCode, Household, LifecycleEvent, Unit
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post, found, square, then
from tests.factories import LONG_AGO, at, hours_ago

pytestmark = pytest.mark.usefixtures("laws")
DOOR = "/api/buildings/events/"
ESTATE = {"estate": "幸福花园"}
RENAME = {"select": ESTATE, "names": {"幸福花园": "新华华府"}}


@pytest.fixture
def estate(house: Building, community: Division) -> list[Building]:
    """幸福花园 1栋 (of the fixture `house`), 2栋 and 3栋; 3栋 has a unit 101 with an address that follows."""
    others = [
        factories.building(
            at(0.5 + n / 10, 0.5), name=f"幸福花园{n}栋", address=f"人民路1号幸福花园{n}栋", community=community
        )
        for n in (2, 3)
    ]
    unit = Unit.objects.create(building=others[1], number="101", valid=since(LONG_AGO))
    text = "人民路1号幸福花园3栋101"
    Address.objects.create(unit=unit, text=text, normalized=text, valid=since(LONG_AGO))
    return [house, *others]


def elsewhere(community: Division | None = None) -> Building:
    """解放路1号, east of the community of the drawing."""
    return factories.building(at(2.5, 0.5), address="解放路1号", community=community)


def addresses(get: Any, buildings: list[Building], query: str = "") -> list[str]:
    return [get(f"/api/buildings/{row.pk}/{query}")["address"] for row in buildings]


class TestReaddress:
    def test_an_estate_gets_another_name_in_one_event(self, post: Post, get: Any, estate: list[Building]) -> None:
        elsewhere()
        done = post(f"{DOOR}readdress/", RENAME)
        assert (done["selected"], done["changed"], done["unchanged"]) == (3, 3, [])
        assert addresses(get, estate) == [f"人民路1号新华华府{n}栋" for n in (1, 2, 3)]
        assert get(f"/api/units/?building={estate[2].pk}")["results"][0]["address"] == "人民路1号新华华府3栋101"
        assert {event["id"] for row in estate for event in get(f"/api/buildings/{row.pk}/history/")["events"]} == {
            done["event"]
        }
        assert found(get, "新华华府2栋") == ["人民路1号新华华府2栋"]
        assert get(f"/api/buildings/{estate[1].pk}/")["name"] == "新华华府2栋"

    def test_a_preview_tells_the_same_and_does_nothing(self, post: Post, get: Any, estate: list[Building]) -> None:
        told = post(f"{DOOR}readdress/", {**RENAME, "dry_run": True}, status=200)
        assert told["event"] is None
        assert told["changes"][1] == {
            "building": estate[1].pk,
            "before": {"address": "人民路1号幸福花园2栋", "name": "幸福花园2栋"},
            "after": {"address": "人民路1号新华华府2栋", "name": "新华华府2栋"},
        }
        assert addresses(get, estate)[1] == "人民路1号幸福花园2栋"
        done = post(f"{DOOR}readdress/", RENAME)
        assert (done["changes"], done["effects"]) == (told["changes"], told["effects"])

    def test_taken_back_by_the_door_of_one_of_them(self, post: Post, get: Any, estate: list[Building]) -> None:
        event = post(f"{DOOR}readdress/", RENAME)["event"]
        post(f"/api/buildings/{estate[2].pk}/revert/", {"event": event, "reason": "误操作"})
        assert addresses(get, estate) == [f"人民路1号幸福花园{n}栋" for n in (1, 2, 3)]
        assert get(f"/api/units/?building={estate[2].pk}")["results"][0]["address"] == "人民路1号幸福花园3栋101"
        assert get(f"/api/buildings/{estate[1].pk}/")["name"] == "幸福花园2栋"

    def test_what_happened_since_comes_back_first(self, post: Post, estate: list[Building]) -> None:
        event = post(f"{DOOR}readdress/", RENAME)["event"]
        later = post(f"/api/buildings/{estate[0].pk}/readdress/", {"address": "人民路9号"})["event"]["id"]
        body = {"event": event, "reason": "误操作"}
        assert post(f"/api/buildings/{estate[1].pk}/revert/", body, status=409)["events"] == [later]

    def test_numbers_move_up_though_each_was_another_s(self, post: Post, get: Any, estate: list[Building]) -> None:
        post(f"{DOOR}readdress/", {"select": ESTATE, "numbers": {"of": "building", "add": 1}})
        assert addresses(get, estate) == [f"人民路1号幸福花园{n}栋" for n in (2, 3, 4)]

    def test_numbers_from_the_first_on(self, post: Post, get: Any, estate: list[Building]) -> None:
        body = {"select": ESTATE, "numbers": {"of": "building", "first": 11, "step": 2}}
        post(f"{DOOR}renumber/", body)
        assert addresses(get, estate) == [f"人民路1号幸福花园{n}栋" for n in (11, 13, 15)]
        assert LifecycleEvent.objects.get().kind == "renumber"

    def test_one_that_refuses_is_named_and_stops_all(self, post: Post, get: Any, estate: list[Building]) -> None:
        taken = factories.building(at(0.2, 0.2), address="人民路1号新华华府2栋", community=estate[0].community)
        problem = post(f"{DOOR}readdress/", RENAME, status=409)
        assert problem["code"] == "refused_by_some"
        assert [(r["building"], r["code"]) for r in problem["refusals"]] == [(estate[1].pk, "address_taken")]
        assert addresses(get, estate)[0] == "人民路1号幸福花园1栋"
        post(f"/api/buildings/{taken.pk}/demolish/", {"reason": "拆"})
        post(f"{DOOR}readdress/", RENAME)

    def test_what_follows_is_refused_beforehand_too(self, post: Post, estate: list[Building]) -> None:
        unit = Unit.objects.get(building=estate[2])
        Address.objects.filter(unit=unit).end(hours_ago(2))
        text = "人民路1号幸福花园3栋101"
        Address.objects.create(unit=unit, text=text, normalized=text, valid=since(hours_ago(1)))
        name = Address(
            building=estate[1], text="幸福花园2栋", normalized="幸福花园2栋", kind="alternate", source="name"
        )
        name.valid = since(hours_ago(1))
        name.save()
        told = post(
            f"{DOOR}readdress/", {**RENAME, "effective_at": hours_ago(1.5).isoformat(), "dry_run": True}, status=200
        )
        assert [(r["building"], r["code"]) for r in told["refusals"]] == [
            (estate[1].pk, "effective_before_last_change"),
            (estate[2].pk, "effective_before_last_change"),
        ]
        body = {"select": ESTATE, "units": {"add": 100}, "effective_at": hours_ago(1.5).isoformat()}
        problem = post(f"{DOOR}renumber/", body, status=409)
        assert [(r["building"], r["code"]) for r in problem["refusals"]] == [
            (estate[2].pk, "effective_before_last_change")
        ]

    def test_a_name_of_a_person_is_refused_beforehand(self, post: Post, estate: list[Building]) -> None:
        Building.objects.filter(pk=estate[1].pk).update(name="幸福花园2栋 13800001234")
        told = post(f"{DOOR}readdress/", {**RENAME, "dry_run": True}, status=200)
        assert [(r["building"], r["code"]) for r in told["refusals"]] == [(estate[1].pk, "personal_in_address")]

    def test_a_building_that_has_ended_says_how(self, post: Post, estate: list[Building]) -> None:
        post(f"/api/buildings/{estate[1].pk}/demolish/", {"reason": "拆"})
        body = {"select": {"buildings": [row.pk for row in estate]}, "set": {"floors": 3}}
        [refusal] = post(f"{DOOR}update/", body, status=409)["refusals"]
        assert (refusal["building"], refusal["code"]) == (estate[1].pk, "building_ended")
        assert "demolished" in refusal["detail"]

    def test_a_table(self, post: Post, get: Any, estate: list[Building]) -> None:
        first, second = estate[:2]
        table = [
            {"building": first.pk, "address": "人民路1号幸福花园2栋"},
            {"building": second.pk, "address": "人民路1号幸福花园1栋"},
        ]
        post(f"{DOOR}readdress/", {"table": table})
        assert addresses(get, [first, second]) == ["人民路1号幸福花园2栋", "人民路1号幸福花园1栋"]

    def test_what_a_rule_does_not_speak_of_stays_and_is_told(self, post: Post, estate: list[Building]) -> None:
        other = factories.building(at(0.2, 0.2), address="解放路1号", community=estate[0].community)
        select = {"buildings": [estate[0].pk, other.pk]}
        told = post(f"{DOOR}readdress/", {"select": select, "names": {"人民路": "长安路"}})
        assert told["unchanged"] == [other.pk]


class TestOthers:
    def test_attributes(self, post: Post, get: Any, estate: list[Building]) -> None:
        Building.objects.filter(pk=estate[0].pk).update(floors=6)
        body = {"select": {"buildings": [row.pk for row in estate]}, "set": {"floors": 6, "kind": "residential"}}
        done = post(f"{DOOR}update/", body)
        assert done["changed"] == 3
        assert {row.floors for row in Building.objects.all()} == {6}
        post(f"/api/buildings/{estate[0].pk}/revert/", {"event": done["event"], "reason": "误操作"})
        floors = dict(Building.objects.values_list("pk", "floors"))
        assert [floors[row.pk] for row in estate] == [6, None, None]

    def test_demolition_by_code_and_id_and_back_again(self, post: Post, get: Any, estate: list[Building]) -> None:
        body = {"select": {"codes": ["1001"], "buildings": [estate[2].pk]}, "reason": "旧改"}
        refused = post(f"{DOOR}demolish/", body, status=409)
        assert [(r["building"], r["code"]) for r in refused["refusals"]] == [(estate[0].pk, "households_inside")]
        done = post(f"{DOOR}demolish/", {**body, "end_households": True})
        assert done["changes"][0]["before"] == {"units": 4, "entrances": 2, "households": 1}
        assert list(Building.objects.at()) == [estate[1]]
        post(f"/api/buildings/{estate[0].pk}/revert/", {"event": done["event"], "reason": "误操作"})
        assert (Building.objects.at().count(), Unit.objects.at().count(), Household.objects.at().count()) == (3, 5, 1)
        assert get("/api/codes/1001")["meanings"][-1]["status"] == "current"

    def test_units_get_other_numbers_and_their_addresses_follow(
        self, post: Post, get: Any, estate: list[Building]
    ) -> None:
        done = post(f"{DOOR}renumber/", {"select": ESTATE, "units": {"add": 100}})
        assert (done["changed"], done["unchanged"]) == (2, [estate[1].pk])
        numbers = Unit.objects.order_by("pk").values_list("number", flat=True)
        assert list(numbers) == ["201", "301", "201", "301", "201"]
        assert get(f"/api/units/?building={estate[2].pk}")["results"][0]["address"] == "人民路1号幸福花园3栋201"
        post(f"/api/buildings/{estate[0].pk}/revert/", {"event": done["event"], "reason": "误操作"})
        assert list(numbers.all()) == ["101", "201", "101", "201", "101"]

    def test_one_door_by_two_spellings_is_refused(self, post: Post, estate: list[Building]) -> None:
        first = Unit.objects.order_by("pk").first()
        assert first is not None
        problem = post(f"{DOOR}renumber/", {"table": [{"unit": first.pk, "number": "201室"}]}, status=409)
        assert [(r["building"], r["code"]) for r in problem["refusals"]] == [(estate[0].pk, "number_taken")]

    def test_codes_for_those_without(self, post: Post, estate: list[Building]) -> None:
        done = post(f"{DOOR}recode/", {"select": ESTATE, "next": "missing"})
        assert done["unchanged"] == [estate[0].pk]
        codes = BuildingCode.objects.at().exclude(code="1001").order_by("building_id")
        assert [(c.building_id, c.code[-5:]) for c in codes] == [(estate[1].pk, "00001"), (estate[2].pk, "00002")]

    def test_a_unit_without_its_building_s_code_is_refused(self, post: Post, estate: list[Building]) -> None:
        told = post(f"{DOOR}recode/", {"select": ESTATE, "of": "unit", "next": "all", "dry_run": True}, status=200)
        assert [(r["building"], r["code"]) for r in told["refusals"]] == [(estate[2].pk, "building_without_code")]

    def test_late_news_comes_after_what_is_said_now(self, post: Post, estate: list[Building]) -> None:
        post(f"/api/buildings/{estate[1].pk}/", {"floors": 9}, verb="patch", status=200)
        body = {"select": ESTATE, "set": {"floors": 7}, "effective_at": hours_ago(1).isoformat()}
        problem = post(f"{DOOR}update/", body, status=409)
        assert [(r["building"], r["code"]) for r in problem["refusals"]] == [
            (estate[1].pk, "effective_before_last_change")
        ]

    def test_the_same_key_gives_the_first_answer(self, post: Post, estate: list[Building]) -> None:
        key = {"Idempotency-Key": "k1"}
        assert post(f"{DOOR}readdress/", RENAME, **key) == post(f"{DOOR}readdress/", RENAME, **key)


class TestWhich:
    def test_a_drawn_area_within_one_s_own(self, post: Post, get: Any, estate: list[Building]) -> None:
        area = square(0.65, 0.4)
        told = post(f"{DOOR}update/", {"select": {"area": area}, "set": {"floors": 3}})
        assert [one["building"] for one in told["changes"]] == [estate[1].pk, estate[2].pk]
        then_ = get(f"/api/buildings/{estate[1].pk}/?{then(hours_ago(1))}")
        assert then_["floors"] is None

    def test_an_area_that_reaches_into_another_s_community(
        self, post: Post, client: Client, estate: list[Building]
    ) -> None:
        other = factories.division("440310001002", geometry=factories.drawn("..C")["C"])
        elsewhere(other)
        body = {"select": {"area": square(0.4, 0.4, 2.3)}, "set": {"floors": 3}}
        problem = post(f"{DOOR}update/", body, status=403)
        assert (problem["code"], problem["communities"]) == ("not_in_your_area", ["440310001002"])
        client.force_login(factories.administrator())
        answer = client.post(f"{DOOR}update/", body, content_type="application/json")
        assert answer.json()["changed"] == 4

    def test_a_reader_of_another_community_changes_nothing_there(
        self, post: Post, client: Client, estate: list[Building]
    ) -> None:
        other = factories.division("440310001002")
        stranger = elsewhere(other)
        reader = factories.user("li", role=Role.SUPERVISOR, area=estate[0].community)
        Grant.objects.create(user=reader, role=Role.ANALYST, area=other)
        client.force_login(reader)
        body = {"select": {"buildings": [estate[0].pk, stranger.pk]}, "set": {"floors": 3}}
        answer = client.post(f"{DOOR}update/", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_in_your_area")

    @pytest.mark.parametrize(
        ("select", "status", "code"),
        [
            ({"buildings": [999_999]}, 404, "no_such_building"),
            ({"codes": ["1001", "nope"]}, 404, "no_such_building"),
            ({"estate": "乌有苑"}, 404, "nothing_selected"),
            ({"estate": "幸福花园", "codes": ["1001"]}, 400, "bad_select"),
            ({}, 400, "bad_select"),
            ({"area": {"type": "Point", "coordinates": [114.26, 22.69]}}, 400, "bad_area"),
            ({"area": 7}, 400, "MALFORMED"),
        ],
    )
    def test_a_selection_that_says_nothing(
        self, post: Post, estate: list[Building], select: Any, status: int, code: str
    ) -> None:
        body = {"select": select, "set": {"floors": 3}}
        assert post(f"{DOOR}update/", body, status=status)["code"] == code

    def test_too_many_are_counted(self, post: Post, estate: list[Building], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("buildings.lifecycle.bulk.selection.MAX_BUILDINGS", 1)
        body = {"select": {"area": square(0.4, 0.4, 0.5)}, "set": {"floors": 3}}
        problem = post(f"{DOOR}update/", body, status=422)
        assert (problem["code"], "3" in problem["detail"]) == ("too_many_buildings", True)

    def test_an_address_selects_what_stands_at_it(self, post: Post, estate: list[Building]) -> None:
        body = {"select": {"estate": "人民路1号幸福花园2栋"}, "set": {"floors": 3}}
        assert [one["building"] for one in post(f"{DOOR}update/", body)["changes"]] == [estate[1].pk]
