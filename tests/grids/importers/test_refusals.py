"""What an import of grids refuses to swallow: slits, holes, doubled rows; and which argument its message names."""

from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError

from gisserver.common.geo.geometry import to_shapely
from grids.models import DivisionVersion
from grids.proof import partition_defects
from tests.factories import ORIGIN
from tests.grids.importers.conftest import COMMUNITY, FIRST, Draw, Run, framed

pytestmark = pytest.mark.usefixtures("laws")


def test_a_slit_that_reaches_the_edge_is_not_swallowed_by_the_new_frame(run: Run, draw: Draw) -> None:
    """With a slit of 5 mm the community would fall into two parts.

    A|B
    """
    shapes = framed("AB")
    shapes["B"] = shapes["B"] - shapely.box(ORIGIN[0] + 100, ORIGIN[1], ORIGIN[0] + 100.005, ORIGIN[1] + 100)
    with pytest.raises(CommandError, match="not_a_partition.*1 missing.*--repair"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST, "--reframe")
    run("import_grids", draw(shapes), COMMUNITY, FIRST, "--reframe", "--repair")
    assert to_shapely(DivisionVersion.objects.at().get().geom).area == 20_000


def test_an_enclave_is_a_gap_unless_holes_are_kept(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    enclave = shapely.box(ORIGIN[0] + 30, ORIGIN[1] + 30, ORIGIN[0] + 60, ORIGIN[1] + 60)
    shapes["A"] = shapes["A"] - enclave
    with pytest.raises(CommandError, match="not_a_partition.*1 gap.*--keep-holes"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST, "--reframe")
    run("import_grids", draw(shapes), COMMUNITY, FIRST, "--reframe", "--keep-holes")
    assert to_shapely(DivisionVersion.objects.at().get().geom).area == 20_000 - 900
    assert partition_defects() == ([], 1, 2)


def test_kept_holes_are_those_of_a_new_frame(run: Run, draw: Draw) -> None:
    with pytest.raises(CommandError, match="--keep-holes goes with --reframe"):
        run("import_grids", draw(framed("AB")), COMMUNITY, FIRST, "--keep-holes")


def test_the_next_command_says_how_wide_the_widest_gap_is(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    shapes["A"] = shapes["A"] - shapely.box(ORIGIN[0] + 40, ORIGIN[1] + 20, ORIGIN[0] + 52.4, ORIGIN[1] + 80)
    with pytest.raises(CommandError, match="widest gap is 12.4 m: --repair --gap-width 13 closes it"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST, "--repair")
    run("import_grids", draw(shapes), COMMUNITY, FIRST, "--repair", "--gap-width=13", "--max-change=10%")
    assert partition_defects() == ([], 1, 2)


def test_codes_that_a_spreadsheet_may_have_rounded_are_no_parts_of_one_grid(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    rounded = {"440310001001001000#1": shapes["A"], "440310001001001000#2": shapes["B"]}
    with pytest.raises(CommandError, match="digits_lost: .*format the column as text") as refusal:
        run("import_grids", draw(rounded), COMMUNITY, FIRST)
    assert "--merge-parts" not in str(refusal.value)
    with pytest.raises(CommandError, match="digits_lost"):
        run("import_grids", draw(rounded), COMMUNITY, FIRST, "--merge-parts")


def test_parts_of_one_grid_that_overlap_are_a_defect(run: Run, draw: Draw) -> None:
    shapes = framed("AAB")
    west, east = (shapely.box(ORIGIN[0] + x, ORIGIN[1], ORIGIN[0] + x + 120, ORIGIN[1] + 100) for x in (0, 80))
    parts = draw({"A#1": west, "A#2": east, "B": shapes["B"]})
    with pytest.raises(CommandError, match="not_a_partition.*1 overlap.*Rows of one code overlap"):
        run("import_grids", parts, COMMUNITY, FIRST, "--merge-parts")


def test_every_polygon_that_mending_would_erase_is_named_and_may_be_left_out(
    run: Run, draw: Draw, tmp_path: Path
) -> None:
    shapes = framed("AB")
    doubled = draw({**shapes, "C": shapes["A"], "D": shapes["B"]})
    report = tmp_path / "report.geojson"
    with pytest.raises(CommandError, match="repair_lost_polygon: Mending would erase C, D: --partial"):
        run("import_grids", doubled, COMMUNITY, FIRST, "--repair", f"--report={report}")
    assert report.read_text().count('"kind": "lost_polygon"') == 2
    left = run("import_grids", doubled, COMMUNITY, FIRST, "--repair", "--partial")
    assert left == "read 4, begun 2, ended 0, unchanged 0, rejected 2"
