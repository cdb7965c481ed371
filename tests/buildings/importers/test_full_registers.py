"""Full and partial registers: who is missing has left, vacancy and departures are read, homes that are gone asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from buildings.decisions.decide import Decision, decide
from buildings.lifecycle.act import Order
from buildings.lifecycle.events.demolish import demolish_building
from buildings.lifecycle.events.unit_succession import divide_unit
from buildings.models import Building, BuildingCode, Household, ReviewItem, Target, Unit, UnitCode
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
Load = Callable[..., str]
CODE = "4403100010010100001"
JANUARY, FEBRUARY, MARCH = "2026-01-01", "2026-02-01", "2026-03-01"
HEADER = "房屋编码,户号,户主,电话,人数,户籍,状态"


@pytest.fixture
def house(laws: None) -> Building:
    """A coded house of ten units with codes: u101 … u110."""
    row = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community_of("AB"))
    BuildingCode.objects.create(building=row, code=CODE, scheme="sz19", valid=since(LONG_AGO))
    for number in range(101, 111):
        unit = Unit.objects.create(building=row, number=str(number), valid=since(LONG_AGO))
        UnitCode.objects.create(unit=unit, code=f"u{number}", scheme="sz25", valid=since(LONG_AGO))
    return row


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Load:
    """Import lines of a register as of a day; returns what the command said."""

    def run(*lines: str, day: str = JANUARY, options: tuple[str, ...] = ("--full",), header: str = HEADER) -> str:
        path = tmp_path / "register.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        out = StringIO()
        call_command("import_households", str(path), "--source=网格", f"--effective-at={day}", *options, stdout=out)
        return out.getvalue() + capsys.readouterr().err

    return run


def homes(day: str = MARCH) -> dict[str, str]:
    rows = Household.objects.at(datetime.fromisoformat(day).replace(tzinfo=UTC))
    return dict(rows.values_list("head_name", "unit__number"))


def line(unit: int, ref: str, name: str = "王某", phone: str = "13800001234", *, rest: str = "3,流动,在住") -> str:
    return f"u{unit},{ref},{name},{phone},{rest}"


TWO = (line(101, "h1", "王一"), line(102, "h2", "王二"))


def test_who_is_missing_has_left_and_who_moved_lives_once(load: Load, house: Building) -> None:
    load(*TWO, line(103, "h3", "王三"))
    said = load(line(101, "h1", "王一"), line(104, "h2", "王二"), day=FEBRUARY)
    assert "read 2, begun 0, ended 0, unchanged 1, rejected 0, changed 1, missing 1" in said
    assert homes() == {"王一": "101", "王二": "104"}
    assert homes(JANUARY) == {"王一": "101", "王二": "102", "王三": "103"}


def test_many_missing_ones_are_a_question_with_a_list(load: Load, house: Building, tmp_path: Path) -> None:
    load(*(line(100 + n, f"h{n}", f"王{n}") for n in range(1, 9)))
    report = tmp_path / "missing.csv"
    with pytest.raises(CommandError, match="--confirm-missing=6"):
        load(*TWO, day=FEBRUARY, options=("--full", f"--report={report}"))
    assert len(homes()) == 8
    text = report.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 7
    assert "王" not in text
    load(*TWO, day=FEBRUARY, options=("--full", "--confirm-missing=6"))
    assert len(homes()) == 2


def test_a_partial_register_ends_nobody(load: Load, house: Building) -> None:
    load(*TWO)
    load(TWO[0], day=FEBRUARY, options=())
    assert len(homes()) == 2


def test_a_full_register_of_an_area_ends_nobody_elsewhere(load: Load, house: Building) -> None:
    load(*TWO)
    factories.division("440310001009")
    load(TWO[0], day=FEBRUARY, options=("--full", "--area=440310001009"))
    assert len(homes()) == 2
    with pytest.raises(CommandError, match="no_such_division"):
        load(TWO[0], options=("--full", "--area=1"))
    with pytest.raises(CommandError, match="not_full"):
        load(TWO[0], options=("--area=440310001009",))


def test_a_doubtful_or_rejected_row_ends_nobody(load: Load, house: Building) -> None:
    load(*TWO, line(103, "h3", "王三"))
    rejected = "u101,h1,王一,138,many,,", "u999,h2,王二,138,1,,"
    said = load(*rejected, line(103, "h3", "王三"), day=FEBRUARY, options=("--full", "--partial"))
    assert "missing" not in said
    assert len(homes()) == 3


def test_a_vacancy_ends_nobody_of_whom_a_row_waits(load: Load, house: Building) -> None:
    load(*TWO)
    header = "房屋编码,楼栋编码,房号,户号,户主,状态"
    waiting = f",{CODE},9999,h1,王一,在住"
    said = load("u101,,,,,空置", waiting, "u102,,,h2,王二,", day=FEBRUARY, header=header)
    assert "in doubt 1" in said and "ended 0" in said
    assert homes() == {"王一": "101", "王二": "102"}


@pytest.mark.parametrize("gone", ["3,流动,已迁出", "3,迁出,", "0,流动,"])
def test_a_departure_ends_its_household(load: Load, house: Building, gone: str) -> None:
    load(*TWO)
    assert "ended 1" in load(line(101, "h1", "王一", rest=gone), day=FEBRUARY, options=())
    assert homes() == {"王二": "102"}


@pytest.mark.parametrize("vacant", ["u101,,,,,,空置", "u101,,空户,,,,", "u101,,,,0,,"])
def test_a_vacant_unit_ends_who_lived_there(load: Load, house: Building, vacant: str) -> None:
    load(*TWO)
    assert "ended 1" in load(vacant, day=FEBRUARY, options=())
    assert homes() == {"王二": "102"}


def test_masked_cells_change_nothing(load: Load, house: Building) -> None:
    load(*TWO)
    masked = line(101, "h1", "王*", "138****1234")
    assert "unchanged 1" in load(masked, day=FEBRUARY, options=())
    assert homes() == {"王一": "101", "王二": "102"}


def test_without_references_who_moves_goes_on_as_the_same(load: Load, house: Building) -> None:
    load(line(101, "", "王一"), line(102, "", "王二", "139"))
    load(line(103, "", "王一"), line(102, "", "王大", "139"), day=FEBRUARY)
    assert homes() == {"王一": "103", "王大": "102"}
    assert len(set(Household.objects.values_list("identity", flat=True))) == 2


def test_late_news_does_not_take_back_what_a_later_register_confirms(load: Load, house: Building) -> None:
    load(*TWO)
    load(*TWO, day=MARCH)
    load(line(105, "h1", "王一"), TWO[1], day=FEBRUARY)
    assert (homes(FEBRUARY)["王一"], homes(MARCH)["王一"]) == ("105", "101")


def test_one_reference_twice_is_a_rows_error(load: Load, house: Building) -> None:
    with pytest.raises(CommandError, match="named_twice"):
        load(line(101, "h1"), line(102, "h1"))
    assert "unchanged 1" in load(line(101, "h1"), line(101, "h1"))


def test_a_code_that_nothing_ever_had_is_a_rows_error(load: Load, house: Building) -> None:
    with pytest.raises(CommandError, match="unknown_code"):
        load(line(999, "h1"))


class TestHomesThatAreGone:
    @pytest.fixture
    def order(self, house: Building) -> Order:
        return Order(user=factories.administrator(), reason="旧改")

    def test_a_demolished_home_is_never_revived(self, load: Load, house: Building, order: Order) -> None:
        demolish_building(order=order, building_id=house.pk)
        said = load(line(101, "h1"), day=datetime.now(UTC).isoformat())
        assert "in doubt 1" in said
        assert ReviewItem.objects.get().reason == "ended_home"
        assert not Household.objects.exists()

    def test_a_divided_home_asks_which_room(self, load: Load, house: Building, order: Order) -> None:
        flat = Unit.objects.get(number="101")
        rooms = [{"number": "101之1"}, {"number": "101之2"}]
        divide_unit(order=order, unit_id=flat.pk, building_id=house.pk, parts=rooms)
        load(line(101, "h1"), day=datetime.now(UTC).isoformat())
        labels = [one["label"] for one in ReviewItem.objects.get().candidates]
        assert [label[-5:] for label in labels] == ["101之1", "101之2"]

    def test_a_door_that_has_ended_is_asked_and_not_made_again(self, load: Load, house: Building, order: Order) -> None:
        flat = Unit.objects.get(number="101")
        rooms = [{"number": "101之1"}, {"number": "101之2"}]
        divide_unit(order=order, unit_id=flat.pk, building_id=house.pk, parts=rooms)
        now = datetime.now(UTC).isoformat()
        said = load(
            f"{CODE},101,王一", f"{CODE},199,王二", header="楼栋编码,房号,户主", day=now, options=("--make-units",)
        )
        assert "begun 1" in said and "in doubt 1" in said
        item = ReviewItem.objects.get()
        assert (item.reason, [one["label"][-5:] for one in item.candidates]) == ("ended_home", ["101之1", "101之2"])
        assert not Unit.objects.filter(number="101", valid__upper_inf=True).exists()

    def test_what_was_decided_of_a_home_that_has_ended_is_not_asked_again(
        self, load: Load, house: Building, order: Order
    ) -> None:
        flat = Unit.objects.get(number="101")
        rooms = [{"number": "101之1"}, {"number": "101之2"}]
        divide_unit(order=order, unit_id=flat.pk, building_id=house.pk, parts=rooms)
        load(line(101, "h1"), day=datetime.now(UTC).isoformat())
        room = Unit.objects.get(number="101之2")
        meant = Decision(target=Target.UNIT, target_id=room.pk, building_id=house.pk)
        decide(user=order.user, item_id=ReviewItem.objects.get().pk, decision=meant)
        said = load(line(101, "h1", rest="4,流动,在住"), day=datetime.now(UTC).isoformat())
        assert "changed 1" in said and "in doubt" not in said
        assert Household.objects.get(valid__upper_inf=True).unit_id == room.pk

    def test_who_has_left_a_home_that_has_ended_is_not_asked(self, load: Load, house: Building, order: Order) -> None:
        load(line(101, "h1"))
        demolish_building(order=order, building_id=house.pk, end_households=True)
        said = load(line(101, "h1", rest="3,流动,已迁出"), day=datetime.now(UTC).isoformat())
        assert "unchanged 1" in said and "in doubt" not in said
