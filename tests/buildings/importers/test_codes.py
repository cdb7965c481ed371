"""Codes of buildings on their way in: every digit is kept, or the row is refused with the cure."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from buildings.models import BuildingCode

pytestmark = pytest.mark.usefixtures("laws")
CASES = Path(__file__).parent / "cases"


def load(path: Path, *options: str) -> list[str]:
    call_command("import_buildings", str(path), "--crs=EPSG:4547", "--map=code=code", *options)
    return sorted(BuildingCode.objects.values_list("code", flat=True))


def written(folder: Path, *codes: str) -> Path:
    path = folder / "buildings.csv"
    rows = [f"{code},{535_050 + number * 50},2510050" for number, code in enumerate(codes)]
    path.write_text("\n".join(["code,x,y", *rows]))
    return path


def test_19_digits_of_a_number_column_are_kept() -> None:
    codes = ["4403100010010010012", "4403100010020010013", "4403100010030010014"]
    assert load(CASES / "b1_n19_buildings.zip") == codes


def test_what_a_spreadsheet_wraps_around_digits_is_taken_off() -> None:
    assert load(CASES / "b3_apostrophe.csv") == ["4403100010010010015", "4403100010010010016"]


def test_full_width_digits_are_digits(tmp_path: Path) -> None:
    assert load(written(tmp_path, "４４０３")) == ["4403"]


@pytest.mark.parametrize("code", ["4.4031E+18", "4.40310001001001e+18", "4.4031000100100102E+18"])
def test_a_code_that_has_lost_digits_is_refused_with_the_cure(tmp_path: Path, code: str) -> None:
    with pytest.raises(CommandError, match="row 2, digits_lost: .*format the column as text") as refusal:
        load(written(tmp_path, "A1", code))
    assert "--merge-parts" not in str(refusal.value)


def test_the_report_has_the_lost_code_as_it_came(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    with pytest.raises(CommandError):
        load(CASES / "b2_excel_sci.csv", f"--report={report}")
    assert "4.4031E+18" in report.read_text().splitlines()[1]


@pytest.mark.parametrize("code", ["1E1", "1.10", "007"])
def test_a_code_that_looks_like_a_number_is_text(tmp_path: Path, code: str) -> None:
    assert load(written(tmp_path, code)) == [code]


@pytest.mark.parametrize("code", ["440310001001001001", "a/b", "x" * 61])
def test_a_code_unlike_the_deployment_s_is_refused(tmp_path: Path, settings: Any, code: str) -> None:
    settings.CODE_PATTERNS = {"building": "[0-9]{19}"}
    with pytest.raises(CommandError, match="row 2, bad_code"):
        load(written(tmp_path, "4403100010010010015", code))


def test_long_codes_that_all_end_in_noughts_were_cut_by_a_spreadsheet(tmp_path: Path) -> None:
    cut = ("4403100010010010000", "4403100010020010000")
    with pytest.raises(CommandError, match="2 of 2 .*digits_lost"):
        load(written(tmp_path, *cut))
    whole = "4403100010030010014"
    assert load(written(tmp_path, *cut, whole)) == sorted([*cut, whole])
