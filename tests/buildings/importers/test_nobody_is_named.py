"""A register names a thousand people; without permission nobody reads one name or telephone number anywhere."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from buildings.masking import quotable
from buildings.models import Building, BuildingCode, LifecycleEvent, ReviewItem, Unit, UnitCode
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
PEOPLE = 1000
CODE = "4403100010010100001"
HEADER = "房屋编码,楼栋编码,房号,户号,户主,电话,人数,状态"


def name(number: int) -> str:
    return "慕容" + chr(0x4E00 + number) + chr(0x5E00 + number)


def phone(number: int) -> str:
    return f"139{number * 7919 % 100_000_000:08d}"


def rows(*, said: str = "在住") -> Iterator[str]:
    """Every tenth lives behind a door that its building does not have, and waits."""
    for number in range(PEOPLE):
        home = f",{CODE},x{number}" if number % 10 == 0 else f"u{number % 20},,"
        yield f"{home},h{number},{name(number)},{phone(number)},3,{said}"


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Any:
    """Import lines; returns all that was said, wherever."""

    def run(*lines: str, options: tuple[str, ...] = (), header: str = HEADER) -> str:
        path, out = tmp_path / "register.csv", StringIO()
        path.write_text("\n".join([header, *lines]) + "\n")
        try:
            call_command("import_households", str(path), "--source=网格", *options, stdout=out, stderr=out)
        except CommandError as refusal:
            out.write(str(refusal))
        said = capsys.readouterr()
        return out.getvalue() + said.out + said.err + caplog.text

    return run


def named_in(text: str) -> list[int]:
    return [number for number in range(PEOPLE) if name(number) in text or phone(number) in text]


@pytest.fixture
def house() -> Building:
    row = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community_of("AB"))
    BuildingCode.objects.create(building=row, code=CODE, scheme="sz19", valid=since(LONG_AGO))
    units = Unit.objects.bulk_create([Unit(building=row, number=str(n), valid=since(LONG_AGO)) for n in range(20)])
    UnitCode.objects.bulk_create(
        [UnitCode(unit=unit, code=f"u{unit.number}", scheme="sz25", valid=since(LONG_AGO)) for unit in units]
    )
    return row


def test_no_door_names_anybody_to_who_may_not_read_it(load: Any, house: Building, client: Client) -> None:
    said = load(*rows())
    assert ("begun 900" in said, named_in(said)) == (True, [])
    assert "changed 900" in load(*(line.replace(",3,", ",4,") for line in rows()))
    client.force_login(factories.user("wu", role=Role.ANALYST, area=house.community))
    household, item = (
        LifecycleEvent.objects.latest("pk").effects.latest("pk").target_id,
        ReviewItem.objects.latest("pk"),
    )
    doors = [
        "/api/households/?limit=1000",
        f"/api/households/{household}/",
        f"/api/households/{household}/history/",
        f"/api/households/counts/?building={house.pk}",
        f"/api/units/?building={house.pk}&limit=1000",
        f"/api/buildings/{house.pk}/history/",
        f"/api/events/{LifecycleEvent.objects.latest('pk').pk}/",
        "/api/reviews/?limit=1000",
        f"/api/reviews/{item.pk}/",
        "/api/changes?since=0",
        "/api/quality/addresses/",
    ]
    read = {door: client.get(door) for door in doors}
    assert {door: answer.status_code for door, answer in read.items() if answer.status_code not in (200, 403)} == {}
    told = {door: named_in(answer.content.decode()) for door, answer in read.items()}
    assert {door: numbers for door, numbers in told.items() if numbers} == {}
    assert b'"masked":true' in read["/api/households/?limit=1000"].content


def test_no_refusal_names_anybody(load: Any, house: Building, tmp_path: Path) -> None:
    swapped = "房屋编码,楼栋编码,房号,户号,人数,状态,户主,电话"
    assert named_in(load(*rows(), header=swapped)) == []
    assert named_in(load(*(line + ",more" for line in rows()))) == []
    load(*rows())
    report = tmp_path / "missing.csv"
    said = load(*list(rows())[:20], options=("--full", f"--report={report}"))
    assert ("too_many_missing" in said, named_in(said), named_in(report.read_text())) == (True, [], [])


def test_the_report_of_rejected_rows_is_its_owners(load: Any, house: Building, tmp_path: Path) -> None:
    report = tmp_path / "rejected.csv"
    load(*rows(said="?"), options=(f"--report={report}",))
    assert (len(named_in(report.read_text())), report.stat().st_mode & 0o777) == (PEOPLE, 0o600)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("慕容复", "慕**"),
        ("13912345678", "1**********"),
        ("u999", "u999"),
        ("-3", "-3"),
        ("王一 139-1234-5678", "王" + "*" * 15),
    ],
)
def test_of_a_cell_in_a_wrong_column_no_name_or_number_is_quoted(text: str, shown: str) -> None:
    assert quotable(text) == shown
