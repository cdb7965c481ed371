"""Grids from files: a proved partition or nothing, its history, and the neighbours' vertices."""

from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.core.management import CommandError
from shapely.affinity import translate

from buildings.models import BuildingAssignment
from buildings.services import assign_buildings
from gisserver.common.geo.geometry import to_shapely
from grids.models import DivisionVersion, GridVersion
from grids.proof import partition_defects
from tests.factories import ORIGIN, at, building, community_of, division, drawn
from tests.grids.importers.conftest import COMMUNITY, FIRST, SECOND, Draw, Run, framed

pytestmark = pytest.mark.usefixtures("laws")


def current_codes() -> list[str]:
    return sorted(GridVersion.objects.at().values_list("code", flat=True))


def test_a_drawn_partition_comes_in_and_is_proved(run: Run, draw: Draw) -> None:
    summary = run("import_grids", draw(framed("AB/CC")), COMMUNITY, FIRST)
    assert summary == "read 3, begun 3, ended 0, unchanged 0, rejected 0"
    assert partition_defects() == ([], 1, 3)


def test_the_same_again_changes_nothing(run: Run, draw: Draw) -> None:
    path = draw(framed("AB/CC"))
    run("import_grids", path, COMMUNITY, FIRST)
    again = run("import_grids", path, COMMUNITY, SECOND)
    assert again == "read 3, begun 0, ended 0, unchanged 3, rejected 0"


def test_a_new_vintage_ends_what_it_leaves_out_and_keeps_what_it_repeats(run: Run, draw: Draw) -> None:
    run("import_grids", draw(framed("AABC")), COMMUNITY, FIRST)
    run("import_grids", draw(drawn("AADD")), COMMUNITY, SECOND)
    assert current_codes() == ["A", "D"]
    assert GridVersion.objects.filter(code="A").count() == 1
    assert partition_defects() == ([], 1, 2)


def test_the_former_partition_can_still_be_read(run: Run, draw: Draw) -> None:
    run("import_grids", draw(framed("AB")), COMMUNITY, FIRST)
    run("import_grids", draw(drawn("CC")), COMMUNITY, SECOND)
    then = GridVersion.objects.at(GridVersion.objects.get(code="A").valid.lower)
    assert sorted(then.values_list("code", flat=True)) == ["A", "B"]


def test_words_come_along_and_a_changed_word_is_a_new_version(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    run("import_grids", draw(shapes, name_={"A": "x", "B": "y"}), COMMUNITY, FIRST, "--map=name=name_")
    run("import_grids", draw(shapes, name_={"A": "x", "B": "z"}), COMMUNITY, SECOND, "--map=name=name_")
    assert GridVersion.objects.filter(code="A").count() == 1
    assert GridVersion.objects.at().get(code="B").name == "z"


def test_what_a_file_does_not_say_stays(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    run("import_grids", draw(shapes, officer={"A": "王", "B": "李"}), COMMUNITY, FIRST)
    run("import_grids", draw(shapes), COMMUNITY, SECOND)
    assert GridVersion.objects.at().get(code="A").officer == "王"


def test_a_gap_is_refused_and_shown(run: Run, draw: Draw, tmp_path: Path) -> None:
    shapes = framed("AB")
    shapes["A"] = shapes["A"] - shapely.buffer(shapely.Point(ORIGIN[0] + 50, ORIGIN[1] + 50), 3)
    report = tmp_path / "defects.geojson"
    with pytest.raises(CommandError, match="not_a_partition.*1 gap"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST, f"--report={report}")
    assert '"kind": "gap"' in report.read_text()
    assert not GridVersion.objects.exists()


def test_a_gap_is_mended_when_asked(run: Run, draw: Draw, tmp_path: Path) -> None:
    shapes = framed("AB")
    shapes["A"] = shapes["A"] - shapely.box(ORIGIN[0] + 99, ORIGIN[1] + 20, ORIGIN[0] + 100, ORIGIN[1] + 30)
    report = tmp_path / "changes.geojson"
    run("import_grids", draw(shapes), COMMUNITY, FIRST, "--repair", f"--report={report}")
    assert '"moved_m2": 10.0' in report.read_text()
    assert partition_defects() == ([], 1, 2)


def test_mending_stops_at_its_limit(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    shapes["A"] = shapely.buffer(shapes["A"], 3, join_style="mitre")
    with pytest.raises(CommandError, match="repair_changes_too_much"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST, "--repair", "--max-change=1%,10")


def test_a_missing_grid_is_refused(run: Run, draw: Draw) -> None:
    shapes = framed("AB/CD")
    del shapes["D"]
    with pytest.raises(CommandError, match="not_a_partition.*1 missing"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST)


def test_with_reframe_the_community_follows_its_grids(run: Run, draw: Draw) -> None:
    framed("AB")
    run("import_grids", draw(drawn("ABC")), COMMUNITY, FIRST, "--reframe")
    assert to_shapely(DivisionVersion.objects.at().get().geom).area == 30_000
    assert partition_defects() == ([], 1, 3)


def test_a_community_without_boundary_is_told_what_to_do(run: Run, draw: Draw) -> None:
    division("440310001001")
    with pytest.raises(CommandError, match="community_without_boundary.*--reframe"):
        run("import_grids", draw(drawn("AB")), COMMUNITY, FIRST)


def test_an_unknown_community_is_told_what_to_do(run: Run, draw: Draw) -> None:
    with pytest.raises(CommandError, match="unknown_community.*import_divisions"):
        run("import_grids", draw(drawn("AB")), COMMUNITY, FIRST)


def test_a_file_that_names_no_community_is_told_how(run: Run, draw: Draw) -> None:
    with pytest.raises(CommandError, match="no_community.*--community-prefix"):
        run("import_grids", draw(drawn("AB")))


def test_communities_by_column_and_by_prefix(run: Run, draw: Draw) -> None:
    left, right = drawn("AB").values()
    division("1", geometry=left)
    division("2", geometry=right)
    run("import_grids", draw({"1a": left, "2a": right}, of={"1a": "1", "2a": "2"}), "--map=community=of", FIRST)
    again = run("import_grids", draw({"1a": left, "2a": right}), "--community-prefix=1", SECOND)
    assert again == "read 2, begun 0, ended 0, unchanged 2, rejected 0"


def test_joints_on_the_frame_are_put_into_the_frame_and_the_neighbour_next_door(run: Run, draw: Draw) -> None:
    """The neighbour's grid N has a long side; A and B meet in the middle of it."""
    west = shapely.box(ORIGIN[0], ORIGIN[1], ORIGIN[0] + 100, ORIGIN[1] + 100)
    east = translate(west, 100)
    division("1", geometry=west)
    division("2", geometry=east)
    run("import_grids", draw({"N": east}), "--community=2", FIRST)
    south = shapely.box(ORIGIN[0], ORIGIN[1], ORIGIN[0] + 100, ORIGIN[1] + 37.1234)
    run("import_grids", draw({"A": south, "B": west - south}), "--community=1", SECOND)
    joint = (ORIGIN[0] + 100, ORIGIN[1] + 37.123)
    current = [*GridVersion.objects.at(), *DivisionVersion.objects.at()]
    assert all(joint in to_shapely(version.geom).geoms[0].exterior.coords for version in current)
    assert partition_defects() == ([], 2, 3)


def test_rows_of_one_code_are_refused_unless_they_are_parts(run: Run, draw: Draw) -> None:
    a, b, c = framed("ABC").values()
    path = draw({"A#1": a, "A#2": c, "B": b})
    with pytest.raises(CommandError, match="duplicate_code.*--merge-parts"):
        run("import_grids", path, COMMUNITY, FIRST)
    run("import_grids", path, COMMUNITY, FIRST, "--merge-parts")
    assert to_shapely(GridVersion.objects.get(code="A").geom).area == 20_000


def test_a_grid_never_moves_to_another_community(run: Run, draw: Draw) -> None:
    community_of("AB", code="1")
    division("2", geometry=translate(drawn("A")["A"], 500))
    with pytest.raises(CommandError, match="grid_in_other_community"):
        run("import_grids", draw({"A": translate(drawn("A")["A"], 500)}), "--community=2")


def test_a_successor_takes_effect_later_than_what_it_succeeds(run: Run, draw: Draw) -> None:
    run("import_grids", draw(framed("AB")), COMMUNITY, SECOND)
    with pytest.raises(CommandError, match="effective_too_early"):
        run("import_grids", draw(drawn("AA")), COMMUNITY, SECOND)


def test_a_dry_run_proves_all_and_keeps_nothing(run: Run, draw: Draw) -> None:
    summary = run("import_grids", draw(framed("AB")), COMMUNITY, "--dry-run")
    assert summary.startswith("would have read 2, begun 2")
    assert not GridVersion.objects.exists()


def test_buildings_follow_the_partition(run: Run, draw: Draw) -> None:
    house = building(at(1.5, 0.5))
    shapes = framed("AB")
    assign_buildings(ids=[house.pk])
    run("import_grids", draw(shapes), COMMUNITY, FIRST)
    current = BuildingAssignment.objects.get(building=house, valid__upper_inf=True)
    assert current.grid_version.code == "B"


def test_the_file_s_own_crs_is_not_the_survey_s(run: Run, draw: Draw) -> None:
    framed("AB")
    with pytest.raises(CommandError, match=r"coordinate_outside_area"):
        run("import_grids", draw(drawn("AB")), COMMUNITY, "--crs=wgs84")


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (shapely.Point(ORIGIN), "not_a_polygon"),
        (shapely.LineString([ORIGIN, (ORIGIN[0] + 9, ORIGIN[1])]), "not_a_polygon"),
        (shapely.Polygon(), "no_geometry"),
        (
            shapely.Polygon([ORIGIN, (ORIGIN[0] + 100, ORIGIN[1]), (ORIGIN[0] + 50, ORIGIN[1] + 0.001)]),
            "degenerate_polygon",
        ),
    ],
)
def test_what_is_no_land_is_rejected_by_name(
    run: Run, draw: Draw, tmp_path: Path, shape: shapely.Geometry, reason: str
) -> None:
    shapes = framed("AB") | {"C": shape}
    report = tmp_path / "r.csv"
    with pytest.raises(CommandError, match="rows_rejected: 1 of 3"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST, f"--report={report}")
    assert reason in report.read_text(encoding="utf-8-sig")


def test_a_bow_tie_is_shown_as_a_defect(run: Run, draw: Draw) -> None:
    shapes = framed("AB")
    x, y = ORIGIN
    shapes["A"] = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    with pytest.raises(CommandError, match="1 invalid_polygon"):
        run("import_grids", draw(shapes), COMMUNITY, FIRST)


def test_a_place_on_the_map_has_its_grid_afterwards(run: Run, draw: Draw) -> None:
    run("import_grids", draw(framed("AB")), COMMUNITY, FIRST)
    place: Point = at(0.5, 0.5)
    assert GridVersion.objects.at().get(geom__contains=place).code == "A"
