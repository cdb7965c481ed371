"""Files from trials, each for a kind of trouble: what the importing commands make of them, or how they refuse."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grids.models import DivisionVersion, GridVersion
from grids.proof import partition_defects

pytestmark = pytest.mark.usefixtures("laws")
CASES = Path(__file__).parent / "cases"
COMMUNITY = "440310001001"
CODE = "--map=code=code"
FIRST, SECOND = "--effective-at=2026-01-01", "--effective-at=2026-02-01"


def bring_in(name: str, *options: str, frame: tuple[str, ...] = ()) -> list[str]:
    """Make the community of the file's own outline, import its grids, and return their codes."""
    call_command(
        "import_divisions", str(CASES / name), "--level=community", f"--dissolve={COMMUNITY}", "--name=x", FIRST, *frame
    )
    call_command("import_grids", str(CASES / name), f"--community={COMMUNITY}", CODE, SECOND, *options)
    assert partition_defects()[0] == []
    return sorted(GridVersion.objects.at().values_list("code", flat=True))


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("k1_enclave_exclave.geojson", ["001", "002"]),
        ("k7_codes_space.geojson", ["001", "002"]),
        ("k9_inverted_shell.geojson", ["001", "002"]),
        ("k10_gap_0_4mm.geojson", ["m1", "m2"]),
        ("k12_tjunction.geojson", ["m1", "m2", "m3"]),
        ("k17_z_m.geojson", ["m1", "m2"]),
    ],
)
def test_what_is_whole_comes_in(name: str, codes: list[str]) -> None:
    assert bring_in(name) == codes


@pytest.mark.parametrize("name", ["k2_numeric_codes_null.geojson", "k21_n18_null.zip"])
def test_a_code_of_18_digits_beside_a_null_keeps_them(name: str) -> None:
    with pytest.raises(CommandError, match="1 of 3 rows can't be taken.*row 3, no_code"):
        bring_in(name)
    call_command("import_grids", str(CASES / name), f"--community={COMMUNITY}", CODE, "--partial", "--reframe", SECOND)
    codes = GridVersion.objects.at().values_list("code", flat=True)
    assert sorted(codes) == ["440310001001001001", "440310001001001003"]


@pytest.mark.parametrize(
    ("name", "found"), [("k11_gap_5mm.geojson", "1 missing"), ("k15_spike.geojson", "1 invalid_polygon")]
)
def test_a_defect_is_refused_and_mended_when_asked(name: str, found: str) -> None:
    with pytest.raises(CommandError, match=f"not_a_partition.*{found}.*--repair"):
        bring_in(name)
    assert len(bring_in(name, "--repair", frame=("--repair",))) == 2


def test_a_row_that_stands_twice_is_told_and_may_be_left_out() -> None:
    with pytest.raises(CommandError, match="row 3, duplicate_row: .* row 2 too, .*one row too many.*--partial"):
        bring_in("k5_dup_rows.geojson", frame=("--repair", "--partial"))
    assert bring_in("k5_dup_rows.geojson", "--partial", frame=("--repair", "--partial", SECOND)) == ["001", "002"]


def test_two_grids_in_the_same_place_are_an_overlap_and_one_may_be_left_out() -> None:
    doubled = "k6_dup_geom.geojson"
    with pytest.raises(CommandError, match="repair_lost_polygon: Mending would erase row 3: --partial"):
        bring_in(doubled, frame=("--repair",))
    assert bring_in(doubled, "--repair", "--partial", frame=("--repair", "--partial")) == ["001", "002"]


def test_a_sheet_of_a_workbook_has_a_header_and_its_codes_are_text() -> None:
    call_command("import_divisions", str(CASES / "x1_divisions.xlsx"))
    found = DivisionVersion.objects.at().order_by("code").values_list("code", "name")
    assert list(found) == [("0201", "新和"), ("202", "江岭"), ("440310001001", "沙田")]
