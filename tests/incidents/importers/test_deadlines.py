"""Deadlines from a sheet, which says all of them from then on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from incidents.models import Deadline
from tests import factories

pytestmark = pytest.mark.usefixtures("laws")


def bring_in(folder: Path, text: str, when: str = "2026-01-01") -> None:
    path = folder / "deadlines.csv"
    path.write_text(text)
    call_command("import_deadlines", str(path), f"--effective-at={when}T00:00:00Z", verbosity=0)


def held(day: int, month: int = 6, year: int = 2026) -> list[tuple[str, int | None, int]]:
    rows = Deadline.objects.at(datetime(year, month, day, tzinfo=UTC)).order_by("state", "level")
    return [(row.state, row.level, row.minutes) for row in rows]


def test_a_later_sheet_ends_what_it_has_otherwise(tmp_path: Path) -> None:
    factories.incident_type("A")
    bring_in(tmp_path, "state,type,level,hours,remind_before_hours\nreported,,,2,0.5\ndispatched,A,1,24,\n")
    bring_in(
        tmp_path, "state,type,level,hours,remind_before_hours\nreported,,,1,0.5\ndispatched,A,1,24,\n", "2026-05-01"
    )
    assert held(1, 2) == [("dispatched", 1, 1440), ("reported", None, 120)]
    assert held(1) == [("dispatched", 1, 1440), ("reported", None, 60)]
    assert Deadline.objects.count() == 3


@pytest.mark.parametrize(
    "row", ["nowhere,,,2", "reported,B,,2", "reported,,9,2", "reported,,,", "reported,,,NaN", "reported,,,0.001"]
)
def test_a_row_that_says_no_deadline_is_rejected(tmp_path: Path, row: str) -> None:
    with pytest.raises(CommandError, match="bad_deadline"):
        bring_in(tmp_path, f"state,type,level,hours\n{row}\n")
