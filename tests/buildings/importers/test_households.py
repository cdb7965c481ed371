"""Households from files: each in the one door that is meant, at the dates that were told."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from buildings.models import (
    Address,
    Building,
    BuildingCode,
    Entrance,
    Household,
    HouseholdAsKnown,
    LifecycleEvent,
    ReviewItem,
    Unit,
    UnitCode,
)
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
Load = Callable[..., str]
CODE = "4403100010010100001"
PAST, LATER, FUTURE = "2026-01-01", "2026-02-01", "2099-01-01"


@pytest.fixture
def house(laws: None) -> Building:
    """A coded house with one unit, 102 in 1单元."""
    row = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community_of("AB"))
    BuildingCode.objects.create(building=row, code=CODE, scheme="sz19", valid=since(LONG_AGO))
    stair = Entrance.objects.create(building=row, name="1单元", valid=since(LONG_AGO))
    Unit.objects.create(building=row, entrance=stair, number="102", valid=since(LONG_AGO))
    return row


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Load:
    """Import lines of (building code, entrance, unit, reference, name, phone); returns what the command said."""

    def run(*lines: str, options: tuple[str, ...] = (), source: str = "民政") -> str:
        path = tmp_path / "homes.csv"
        path.write_text("\n".join(["building_code,stair,room,household_id,name,tel", *lines]) + "\n")
        out = StringIO()
        call_command("import_households", str(path), f"--source={source}", *options, stdout=out)
        return out.getvalue() + capsys.readouterr().err

    return run


def line(unit: str, *, entrance: str = "", ref: str = "", name: str = "王某", phone: str = "138") -> str:
    return f"{CODE},{entrance},{unit},{ref},{name},{phone}"


def dated(moment: str) -> tuple[str, ...]:
    return (f"--effective-at={moment}",)


def names_at(moment: datetime) -> list[str]:
    return sorted(Household.objects.at(moment).values_list("head_name", flat=True))


@pytest.mark.parametrize("unit", ["102", "102室", "１０２", "1-102", "一单元102", "一零二", "102房"])
def test_every_spelling_is_the_one_door(load: Load, house: Building, unit: str) -> None:
    assert "begun 1" in load(line(unit))
    assert Household.objects.get().unit.number == "102"
    assert Unit.objects.count() == 1


def test_an_unknown_unit_is_a_question(load: Load, house: Building) -> None:
    said = load(line("999"), line("102"))
    assert "begun 1" in said
    assert "--make-units" in said
    item = ReviewItem.objects.get()
    assert (item.reason, item.community_id) == ("unknown_unit", house.community_id)
    assert [one["label"] for one in item.candidates] == ["人民路1号幸福花园1栋"]
    assert Unit.objects.count() == 1


def test_units_are_made_when_told_so_with_address_code_and_event(load: Load, house: Building) -> None:
    said = load(line("二单元201室"), line("２０１", entrance="2单元", name="李某"), options=("--make-units",))
    assert "1 units are new" in said
    assert "new unit: 人民路1号幸福花园1栋 2单元201" in said
    unit = Unit.objects.get(number="201")
    assert Address.objects.get(unit=unit).text == "人民路1号幸福花园1栋2单元201"
    assert UnitCode.objects.get(unit=unit).code == f"{CODE}000001"
    assert LifecycleEvent.objects.filter(effects__target="unit", effects__target_id=unit.pk).exists()
    assert Household.objects.filter(unit=unit).count() == 2


def test_a_room_that_two_entrances_have_is_a_question(load: Load, house: Building) -> None:
    stair = Entrance.objects.create(building=house, name="2单元", valid=since(LONG_AGO))
    Unit.objects.create(building=house, entrance=stair, number="102", valid=since(LONG_AGO))
    load(line("102"))
    assert len(ReviewItem.objects.get().candidates) == 3
    assert not Household.objects.exists()


def test_a_new_room_that_two_new_entrances_would_have_is_a_question(load: Load, house: Building) -> None:
    load(line("301", entrance="2单元"), line("301", entrance="3单元"), line("301"), options=("--make-units",))
    assert Household.objects.count() == 2
    assert ReviewItem.objects.get().reason == "unknown_unit"


class TestDates:
    def test_a_past_date_leaves_one_household_now(self, load: Load, house: Building) -> None:
        load(line("102", ref="h1", name="王某"), options=dated(LATER))
        load(line("102", ref="h1", name="王大"), options=dated(PAST))
        assert names_at(datetime(2026, 1, 15, tzinfo=UTC)) == ["王大"]
        assert names_at(datetime.now(UTC)) == ["王某"]

    def test_late_news_goes_into_the_middle_and_what_was_believed_is_still_read(
        self, load: Load, house: Building
    ) -> None:
        load(line("102", ref="h1", name="王某"), options=dated(PAST))
        load(line("102", ref="h1", name="王大"), options=dated(LATER))
        before = database_now()
        load(line("102", ref="h1", name="王三"), options=dated("2026-01-15"))
        middle = datetime(2026, 1, 20, tzinfo=UTC)
        told = [names_at(m) for m in (datetime(2026, 1, 10, tzinfo=UTC), middle, datetime(2026, 2, 2, tzinfo=UTC))]
        assert told == [["王某"], ["王三"], ["王大"]]
        believed = HouseholdAsKnown.objects.filter(known__contains=before).at(middle)
        assert [row.head_name for row in believed] == ["王某"]
        assert len(set(Household.objects.values_list("identity", flat=True))) == 1

    def test_what_is_planned_stays(self, load: Load, house: Building) -> None:
        load(line("102", ref="h1", name="王某"), options=dated(PAST))
        load(line("102", ref="h1", name="王大"), options=dated(FUTURE))
        load(line("102", ref="h1", name="王三"))
        assert names_at(datetime.now(UTC)) == ["王三"]
        assert names_at(datetime(2099, 2, 1, tzinfo=UTC)) == ["王大"]

    def test_a_household_that_moves_lives_in_one_unit(self, load: Load, house: Building) -> None:
        load(line("102", ref="h1"), options=dated(PAST))
        load(line("302", ref="h1"), options=("--make-units",))
        assert Household.objects.at().get().unit.number == "302"

    @pytest.mark.parametrize("said", [{"source": "民政", "source_ref": "h1"}, {"head_name": "王某", "phone": "138"}])
    def test_the_database_holds_one_at_a_time(self, house: Building, said: dict[str, str]) -> None:
        unit = Unit.objects.get()
        Household.objects.create(unit=unit, valid=since(LONG_AGO), **said)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            Household.objects.create(unit=unit, valid=since(LONG_AGO), **said)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_equal_rows_are_households_of_their_own(load: Load, house: Building) -> None:
    anonymous = line("102", name="", phone="")
    assert "begun 2" in load(anonymous, anonymous)
    assert "begun 0, ended 0, unchanged 2" in load(anonymous, anonymous)


def test_buildings_keep_their_dates_too(tmp_path: Path, house: Building) -> None:
    def buildings(name: str, moment: str) -> None:
        path = tmp_path / "houses.csv"
        path.write_text(f"id,name,x,y\nb1,{name},527050,2510050\n")
        options = ["--crs=EPSG:4547", "--map=lon=x", "--map=lat=y", "--source=住建", f"--effective-at={moment}"]
        call_command("import_buildings", str(path), *options, stdout=StringIO())

    buildings("新楼", LATER)
    with pytest.raises(CommandError, match="effective_before_last_change"):
        buildings("旧楼", PAST)
    with pytest.raises(CommandError, match="effective_in_future"):
        buildings("明楼", FUTURE)
    assert Building.objects.get(source="住建").name == "新楼"
