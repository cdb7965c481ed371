"""What happens to households at the doors: they keep their id, late news finds its place, two times are read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from buildings.lifecycle.act import Act
from buildings.models import Building, Household, HouseholdState, Unit
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Role
from gisserver.common.db import deferred
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from tests import factories
from tests.buildings.lifecycle.conftest import Post, then
from tests.factories import LONG_AGO, at

pytestmark = pytest.mark.usefixtures("laws")
Get = Callable[[str], Any]
MARCH, JUNE, SEPTEMBER = (datetime(2025, month, 1, tzinfo=UTC) for month in (3, 6, 9))


@pytest.fixture
def family(house: Building) -> int:
    """The household 张三丰 in the first unit, since long ago."""
    return Household.objects.get().identity


@pytest.fixture
def units(house: Building) -> list[int]:
    return list(Unit.objects.order_by("pk").values_list("pk", flat=True))


def on(moment: datetime) -> dict[str, str]:
    return {"effective_at": moment.isoformat()}


def test_a_household_moves_in_with_its_people_as_numbers(post: Post, units: list[int]) -> None:
    body = {"unit": units[1], "head_name": "王小明", "phone": "13800001234", "residents": 4, "children": 2}
    answer = post("/api/households/", body)
    assert answer["event"]["kind"] == "move_in"
    [row] = answer["households"]
    assert (row["unit"], row["residents"], row["children"], row["elderly"]) == (units[1], 4, 2, None)
    assert (row["head_name"], row["masked"]) == ("王**", True)


def test_a_new_head_is_the_same_household(post: Post, get: Get, family: int) -> None:
    post(f"/api/households/{family}/", {"head_name": "张翠山", **on(MARCH)}, status=200, verb="patch")
    assert get(f"/api/households/{family}/?{then(LONG_AGO)}")["head_name"].startswith("张")
    assert len(get(f"/api/households/{family}/history/")["periods"]) == 3  # two hold, one was believed
    assert {row.identity for row in Household.objects.all()} == {family}


class TestTwoTimes:
    def test_late_news_goes_into_the_middle(self, post: Post, get: Get, family: int, units: list[int]) -> None:
        post(f"/api/households/{family}/move/", {"unit": units[1], **on(SEPTEMBER)})
        before = database_now()
        post(f"/api/households/{family}/move/", {"unit": units[2], **on(MARCH)})
        lived = [get(f"/api/households/{family}/?{then(m)}")["unit"] for m in (LONG_AGO, JUNE, database_now())]
        assert lived == [units[0], units[2], units[1]]
        known = then(before).replace("at=", "known=")
        assert get(f"/api/households/{family}/?{then(JUNE)}&{known}")["unit"] == units[0]

    def test_who_has_left_is_gone_and_may_come_back(self, post: Post, get: Get, family: int, units: list[int]) -> None:
        post(f"/api/households/{family}/move-out/", on(MARCH))
        assert get(f"/api/households/{family}/")["code"] == "no_such_household"
        again = {"head_name": "张三丰", **on(JUNE)}
        refused = post(f"/api/households/{family}/", again, status=409, verb="patch")
        assert refused["code"] == "household_absent"
        post(f"/api/households/{family}/move/", {"unit": units[3], **on(JUNE)})
        assert get(f"/api/households/{family}/")["unit"] == units[3]
        gap = datetime(2025, 4, 1, tzinfo=UTC)
        assert get(f"/api/households/{family}/?{then(gap)}")["code"] == "no_such_household"

    def test_a_revert_is_as_if_it_had_not_been_told(self, post: Post, get: Get, family: int, units: list[int]) -> None:
        moved = post(f"/api/households/{family}/move/", {"unit": units[1], **on(MARCH)})["event"]["id"]
        told = database_now()
        post(f"/api/households/{family}/revert/", {"event": moved, "reason": "看错了"})
        assert get(f"/api/households/{family}/?{then(JUNE)}")["unit"] == units[0]
        known = then(told).replace("at=", "known=")
        assert get(f"/api/households/{family}/?{then(JUNE)}&{known}")["unit"] == units[1]

    def test_later_events_come_back_first(self, post: Post, family: int, units: list[int]) -> None:
        moved = post(f"/api/households/{family}/move/", {"unit": units[1]})["event"]["id"]
        post(f"/api/households/{family}/move/", {"unit": units[2]})
        body = {"event": moved, "reason": "看错了"}
        assert post(f"/api/households/{family}/revert/", body, status=409)["code"] == "later_events"


def test_a_household_splits_and_joins_again(post: Post, get: Get, family: int, units: list[int]) -> None:
    Household.objects.update(residents=5)
    part = {"head_name": "张无忌", "residents": 2, "unit": units[1]}
    split = post(f"/api/households/{family}/split/", {"parts": [part]})
    young = next(row["id"] for row in split["households"] if row["id"] != family)
    assert get(f"/api/households/{family}/")["residents"] == 3
    refused = post(f"/api/households/{family}/split/", {"parts": [{"residents": 3}]}, status=422)
    assert refused["code"] == "nobody_left"
    post(f"/api/households/{family}/join/", {"households": [young]})
    assert get(f"/api/households/{family}/")["residents"] == 5
    assert get(f"/api/households/{young}/")["code"] == "no_such_household"


def test_numbers_are_of_the_residents(post: Post, family: int) -> None:
    body = {"residents": 2, "children": 2, "elderly": 1}
    refused = post(f"/api/households/{family}/", body, status=422, verb="patch")
    assert refused["code"] == "more_than_residents"


def test_more_people_than_a_household_can_have_do_not_join(post: Post, family: int, units: list[int]) -> None:
    Household.objects.update(residents=32_000)
    other = post("/api/households/", {"unit": units[1], "residents": 1})["households"][0]["id"]
    refused = post(f"/api/households/{family}/join/", {"households": [other]}, status=422)
    assert refused["code"] == "too_many_residents"


def test_late_news_of_a_unit_ends_with_it(post: Post, family: int, units: list[int]) -> None:
    Unit.objects.filter(pk=units[3]).end(SEPTEMBER)
    post("/api/households/", {"unit": units[3], **on(MARCH)})
    assert Household.objects.get(unit=units[3]).valid.upper == SEPTEMBER
    post(f"/api/households/{family}/move/", {"unit": units[3], **on(MARCH)})
    lived = [Household.objects.at(m).get(identity=family).unit_id for m in (LONG_AGO, JUNE, database_now())]
    assert lived == [units[0], units[3], units[0]]


class TestAnotherArea:
    @pytest.fixture
    def elsewhere(self, house: Building) -> Unit:
        """A home in another community, whose supervisor is li."""
        there = factories.division("440310001002")
        factories.user("li", role=Role.SUPERVISOR, area=there)
        building = factories.building(at(1.5, 0.5), community=there)
        return Unit.objects.create(building=building, number="1", valid=since(LONG_AGO))

    def test_who_left_there_is_not_fetched_without_its_rights(
        self, post: Post, family: int, units: list[int], elsewhere: Unit
    ) -> None:
        words = {"identity": family, "head_name": "张三丰", "phone": "13800001234"}
        Household.objects.filter(identity=family).end(MARCH)
        Household.objects.create(unit=elsewhere, valid=DateTimeTZRange(MARCH, JUNE), **words)
        refused = post(f"/api/households/{family}/move/", {"unit": units[1]}, status=404)
        assert refused["code"] == "no_such_building"

    def test_who_never_lived_here_is_not_known(
        self, post: Post, family: int, units: list[int], elsewhere: Unit
    ) -> None:
        Household.objects.create(unit=elsewhere, identity=family, valid=since(LONG_AGO))
        Household.objects.filter(identity=family).exclude(unit=elsewhere).update(valid="empty")
        refused = post(f"/api/households/{family}/move/", {"unit": units[1]}, status=404)
        assert refused["code"] == "no_such_household"

    def test_who_moved_there_meanwhile_is_looked_at_again(
        self, post: Post, family: int, elsewhere: Unit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock = Act.lock

        def wait(act: Act, ids: Any, *, ended: bool = False) -> Any:
            Household.objects.filter(identity=family).update(unit=elsewhere)
            return lock(act, ids, ended=ended)

        monkeypatch.setattr(Act, "lock", wait)
        refused = post(f"/api/households/{family}/move-out/", {}, status=409)
        assert refused["code"] == "household_moved"


def test_another_areas_supervisor_changes_nothing(client: Client, family: int) -> None:
    stranger = factories.user("li", role=Role.SUPERVISOR, area=factories.division("440310001002"))
    client.force_login(stranger)
    response = client.post(f"/api/households/{family}/move-out/", {}, content_type="application/json")
    assert response.json()["code"] == "no_such_household"


def test_the_same_key_moves_in_once(post: Post, units: list[int]) -> None:
    body = {"unit": units[1], "head_name": "王小明"}
    first, second = (post("/api/households/", body, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first == second
    assert Household.objects.filter(head_name="王小明").count() == 1


def test_an_unmasked_history_is_recorded(post: Post, get: Get, family: int) -> None:
    read = get(f"/api/households/{family}/history/")["periods"][0]
    recorded = PersonalDataRead.objects.filter(door__endswith="/history/").exists()
    assert recorded is not read["masked"]


def test_counts_are_told_over_time(post: Post, get: Get, family: int, units: list[int]) -> None:
    post("/api/households/", {"unit": units[1], "residents": 3, "registered": True, **on(MARCH)})
    post(f"/api/households/{family}/move-out/", on(JUNE))
    times = ",".join(m.isoformat().replace("+00:00", "Z") for m in (LONG_AGO, MARCH, JUNE))
    told = get(f"/api/households/counts/?building={Unit.objects.get(pk=units[0]).building_id}&times={times}")
    assert [(one["units"], one["vacant"], one["households"], one["residents"]) for one in told] == [
        (4, 3, 1, 1),
        (4, 2, 2, 4),
        (4, 3, 1, 3),
    ]


def test_a_city_is_counted_at_one_moment_at_a_time(get: Get, family: int) -> None:
    assert get("/api/households/counts/")[0]["households"] == 1
    assert get("/api/households/counts/?times=2025-01-01,2025-02-01")["code"] == "bad_times"


class TestLaws:
    def test_no_household_lives_in_two_units_at_once(self, family: int, units: list[int]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Household.objects.create(identity=family, unit_id=units[1], valid=since(MARCH))
            deferred.check_now()

    def test_whoever_writes_what_was_believed_stays(self, family: int) -> None:
        Household.objects.filter(identity=family).update(head_name="李四", known_since=database_now())
        assert HouseholdState.objects.get(identity=family).head_name == "张三丰"

    def test_a_row_is_of_one_household_for_life(self, family: int) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Household.objects.filter(identity=family).update(identity=family + 1)
