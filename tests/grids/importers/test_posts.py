"""Posts from a sheet: they begin, end with the sheet that no longer names them, and are told twice without effect."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gisserver.common.db.validity import since
from grids.models import GridVersion, Officer, Post
from grids.who_serves import serving
from tests.factories import community_of, hours_ago
from tests.redrawing import check_constraints

pytestmark = pytest.mark.usefixtures("partition")
SHEET = "网格编码,网格员,工号,联系电话,岗位\nA,陈静,001,13800001234,主责\nA,林涛,002,,协管\nB,陈静,001,13800001234,\n"


@pytest.fixture
def partition(laws: None) -> None:
    """AAB"""
    community_of("AAB")
    check_constraints()


def imported(tmp_path: Path, text: str, **options: object) -> str:
    file = tmp_path / "posts.csv"
    file.write_text(text)
    said = StringIO()
    call_command("import_posts", str(file), stdout=said, **options)
    return said.getvalue().strip()


def officers_by_grid() -> dict[str, list[tuple[str, str]]]:
    codes = dict(GridVersion.objects.at().values_list("grid_id", "code"))
    return {codes[grid]: [(one.name, one.role) for one in found] for grid, found in serving(list(codes)).items()}


def test_a_sheet_appoints(tmp_path: Path) -> None:
    assert imported(tmp_path, SHEET) == "read 3, begun 3, ended 0, unchanged 0, rejected 0"
    assert officers_by_grid() == {"A": [("陈静", "main"), ("林涛", "deputy")], "B": [("陈静", "main")]}
    assert Officer.objects.count() == 2


def test_the_same_sheet_again_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, SHEET)
    assert imported(tmp_path, SHEET) == "read 3, begun 0, ended 0, unchanged 3, rejected 0"


def test_who_a_named_grid_no_longer_has_is_relieved(tmp_path: Path) -> None:
    imported(tmp_path, SHEET, effective_at=hours_ago(2))
    imported(tmp_path, "网格编码,网格员,工号\nA,林涛,002\n")
    assert officers_by_grid() == {"A": [("林涛", "main")], "B": [("陈静", "main")]}
    assert Post.objects.count() == 4


def test_two_main_officers_of_a_grid_are_a_mistake_of_the_sheet(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"row 2, two_main_officers: Row 1 names a main officer of grid A"):
        imported(tmp_path, "网格编码,网格员\nA,陈静\nA,林涛\n")


def test_an_unknown_grid_is_reported_and_the_rest_taken_when_asked(tmp_path: Path) -> None:
    told = imported(tmp_path, "网格编码,网格员\nZ,陈静\nB,林涛\n", partial=True, report=tmp_path / "report.csv")
    assert told == "read 2, begun 1, ended 0, unchanged 0, rejected 1"
    assert "no_such_grid" in (tmp_path / "report.csv").read_text()


def test_shifts_are_kept_by_hand(tmp_path: Path) -> None:
    imported(tmp_path, SHEET, effective_at=hours_ago(2))
    lin = Officer.objects.get(name="林涛")
    grid = GridVersion.objects.get(code="B").grid
    Post.objects.create(grid=grid, officer=lin, role="deputy", hours=((480, 1080),), valid=since(hours_ago(1)))
    assert imported(tmp_path, SHEET) == "read 3, begun 0, ended 0, unchanged 3, rejected 0"
    with pytest.raises(CommandError, match="row 1, post_taken"):
        imported(tmp_path, "网格编码,网格员,工号,岗位\nB,林涛,002,协管\n")


def test_nobody_is_relieved_in_the_past(tmp_path: Path) -> None:
    imported(tmp_path, SHEET, effective_at=hours_ago(2))
    with pytest.raises(CommandError, match="post_in_the_past"):
        imported(tmp_path, "网格编码,网格员,工号\nA,林涛,002\n", effective_at=hours_ago(1))
