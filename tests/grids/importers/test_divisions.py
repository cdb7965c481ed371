"""Divisions from files: levels, parents, boundaries, and importing the same again."""

from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command

from gisserver.common.geo.geometry import to_shapely
from grids.models import DivisionVersion
from tests.factories import drawn
from tests.grids.importers.conftest import Draw, Run

pytestmark = pytest.mark.usefixtures("laws")
LATER = "--effective-at=2030-01-01"


@pytest.fixture
def official(shared_data: Path) -> Path:
    return shared_data / "pingshan" / "divisions_2023.csv"


def test_the_official_list_of_pingshan(official: Path) -> None:
    call_command("import_divisions", str(official))
    levels = DivisionVersion.objects.at().values_list("level", "kind")
    assert sorted((level, kind) for level, kind in levels).count(("community", "virtual")) == 1
    assert DivisionVersion.objects.at().count() == 33


def test_a_parent_s_code_may_lack_its_zeros(official: Path) -> None:
    call_command("import_divisions", str(official))
    version = DivisionVersion.objects.get(code="440310001001")
    assert DivisionVersion.objects.get(division=version.parent_id).code == "440310001000"


def test_the_same_again_changes_nothing(run: Run, draw: Draw) -> None:
    path = draw(drawn("AB/CC"))
    assert "begun 3" in run("import_divisions", path, "--level=community")
    assert run("import_divisions", path, "--level=community", LATER) == (
        "read 3, begun 0, ended 0, unchanged 3, rejected 0"
    )


def test_a_changed_boundary_ends_a_version_and_begins_another(run: Run, draw: Draw) -> None:
    run("import_divisions", draw(drawn("AB")), "--level=community", "--effective-at=2026-01-01")
    moved = run("import_divisions", draw(drawn("AB/AB")), "--level=community", "--effective-at=2026-02-01")
    assert moved == "read 2, begun 2, ended 2, unchanged 0, rejected 0"
    assert DivisionVersion.objects.filter(code="A").count() == 2


def test_a_list_of_names_leaves_boundaries_as_they_are(run: Run, draw: Draw, tmp_path: Path) -> None:
    run("import_divisions", draw(drawn("A")), "--level=community", "--effective-at=2026-01-01")
    names = tmp_path / "names.csv"
    names.write_text("code,name\nA,六联社区\n")
    run("import_divisions", names, "--level=community", "--effective-at=2026-02-01")
    current = DivisionVersion.objects.at().get(code="A")
    assert (current.name, to_shapely(current.geom).area) == ("六联社区", 10_000)


def test_communities_that_overlap_are_refused_with_the_place(run: Run, draw: Draw, tmp_path: Path) -> None:
    shapes = drawn("AB")
    shapes["A"] = shapely.buffer(shapes["A"], 5, join_style="mitre")
    with pytest.raises(CommandError, match="not_a_partition.*overlap"):
        run("import_divisions", draw(shapes), "--level=community", f"--report={tmp_path / 'd.geojson'}")
    assert '"neighbours": ["A", "B"]' in (tmp_path / "d.geojson").read_text()


def test_a_community_made_of_all_rows(run: Run, draw: Draw) -> None:
    run("import_divisions", draw(drawn("AB/CC")), "--level=community", "--dissolve=1", "--name=Whole")
    version = DivisionVersion.objects.get()
    assert (version.code, version.name, to_shapely(version.geom).area) == ("1", "Whole", 40_000)


def test_a_community_around_points(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("x,y\n527000,2510000\n527100,2510000\n527000,2510100\n")
    call_command("import_divisions", str(points), "--crs=EPSG:4547", "--level=community", "--hull=1", "--margin=10")
    assert to_shapely(DivisionVersion.objects.get().geom).covers(shapely.Point(527_100, 2_510_000))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("code,level\n,community\n", "no_code"),
        ("code,level\n1,community\n1,community\n", "duplicate_code"),
        ("code,level\n1,village\n", "unknown_level"),
        ("code,level,parent\n1,community,99\n", "unknown_parent"),
    ],
)
def test_a_row_that_says_too_little_is_rejected_by_name(tmp_path: Path, rows: str, reason: str) -> None:
    path, report = tmp_path / "d.csv", tmp_path / "rejected.csv"
    path.write_text(rows)
    with pytest.raises(CommandError, match=reason):
        call_command("import_divisions", str(path), f"--report={report}")
    assert reason in report.read_text(encoding="utf-8-sig")
    assert not DivisionVersion.objects.exists()


def test_with_partial_the_good_rows_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("code,level\n1,community\n,community\n")
    call_command("import_divisions", str(path), "--partial", f"--report={tmp_path / 'r.csv'}")
    assert DivisionVersion.objects.get().code == "1"


def test_a_level_never_changes(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("code,name\n1,a\n")
    call_command("import_divisions", str(path), "--level=community", "--effective-at=2026-01-01")
    with pytest.raises(CommandError, match="division_level_fixed"):
        call_command("import_divisions", str(path), "--level=district", "--effective-at=2026-02-01")


def test_a_boundary_needs_a_level(run: Run, draw: Draw) -> None:
    with pytest.raises(CommandError, match="no_level"):
        run("import_divisions", draw(drawn("A")), "--dissolve=1")
