"""What stands twice is found, and one stands for all of it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

import buildings.migrations
from buildings.models import Address, Building, Entrance, Household, Unit
from buildings.succession import fates
from gisserver.common.db import sql
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

MIGRATIONS = Path(buildings.migrations.__path__[0]) / "sql"
pytestmark = pytest.mark.usefixtures("laws")


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_doubles", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def heal(laws: None) -> None:
    factories.administrator()


def home(building: Building, number: str, name: str, entrance: Entrance | None = None) -> Household:
    unit = Unit.objects.create(building=building, entrance=entrance, number=number, valid=since(LONG_AGO))
    return Household.objects.create(unit=unit, head_name=name, valid=since(LONG_AGO))


@pytest.fixture
def house(laws: None) -> Building:
    row = factories.building(at(0.5, 0.5), address="人民路1号", community=community_of("AB"))
    Building.objects.update(source="s", source_ref="h1")
    return row


@pytest.fixture
def double(house: Building) -> Building:
    """The same house once more, marked as the migration marks it, known by another address."""
    row = factories.building(at(0.5, 0.5), address="人民路1号附楼", community=house.community)
    Building.objects.filter(pk=row.pk).update(source="s", source_ref=f"h1#double-{row.pk}")
    return row


def test_nothing_doubled_is_said_so(house: Building) -> None:
    assert "building: 0 stand more than once" in check()


def test_what_is_doubled_is_told_with_exit_code_1(double: Building) -> None:
    with pytest.raises(CommandError, match="doubled: 1"):
        check()


@pytest.mark.usefixtures("heal")
class TestHealed:
    def test_one_building_stands_for_both_with_all_that_was_in_them(self, house: Building, double: Building) -> None:
        kept, same, other = home(house, "101", "王某"), home(double, "101室", "王某"), home(double, "102", "李某")
        check("--heal", "--author=admin")
        assert Building.objects.at().get() == house
        assert set(Household.objects.at()) == {kept, other}
        assert set(Unit.objects.at().values_list("building_id", "number")) == {(house.pk, "101"), (house.pk, "102")}
        assert Address.objects.at().filter(building=house, text="人民路1号附楼").exists()
        assert fates("building", [double.pk])[double.pk]["successors"] == [house.pk]
        assert Household.objects.filter(pk=same.pk, valid__upper_inf=True).count() == 0
        check()

    def test_the_one_that_stays_has_the_reference(self, house: Building, double: Building) -> None:
        factories_code(double)
        check("--heal", "--author=admin")
        assert Building.objects.at().get().pk == double.pk
        assert Building.objects.at().get().source_ref == "h1"

    def test_units_of_one_door_are_one(self, house: Building) -> None:
        stair, again = (
            Entrance.objects.create(building=house, name=n, valid=since(LONG_AGO)) for n in ("1单元", "一单元")
        )
        home(house, "102", "王某", stair)
        home(house, "102室", "李某", again)
        home(house, "1-102", "赵某")
        check("--heal", "--author=admin")
        assert Unit.objects.at().get().number == "102"
        assert Entrance.objects.at().get() == stair
        assert Household.objects.at().count() == 3

    def test_a_household_that_stands_twice_is_one(self, house: Building) -> None:
        first = home(house, "101", "王某")
        Household.objects.create(unit=first.unit, head_name="王某", twin=2, valid=since(LONG_AGO))
        check("--heal", "--author=admin")
        assert Household.objects.at().get() == first

    def test_somebody_heals(self, double: Building) -> None:
        with pytest.raises(CommandError, match="no_author"):
            check("--heal")


def test_the_upgrade_marks_what_stands_twice_and_reverses_that(house: Building) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DROP INDEX buildings_building_one_reference")
    twin = factories.building(at(0.5, 0.5))
    Building.objects.filter(pk=twin.pk).update(source="s", source_ref="h1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    sql.run(next(MIGRATIONS.glob("*_doubles.sql")))
    references = Building.objects.order_by("pk").values_list("source_ref", flat=True)
    assert list(references) == ["h1", f"h1#double-{twin.pk}"]
    sql.run(next(MIGRATIONS.glob("*_doubles_reverse.sql")))
    assert list(references.all()) == ["h1", "h1"]


def factories_code(building: Building) -> None:
    """Give a building a code."""
    building.codes.create(code="1001", scheme="sz19", valid=since(LONG_AGO))
