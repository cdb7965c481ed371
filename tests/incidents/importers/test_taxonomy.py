"""The taxonomy of incidents from a file: types below their parents, in whatever order the file has them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.models import IncidentType

pytestmark = pytest.mark.usefixtures("laws")


def load(folder: Path, *lines: str, options: tuple[str, ...] = ()) -> str:
    path, out = folder / "types.csv", StringIO()
    path.write_text("\n".join(["code,name,parent", *lines]))
    call_command("import_incident_types", str(path), *options, stdout=out)
    return out.getvalue().strip()


def test_a_type_stands_below_its_parent_wherever_the_file_has_it(tmp_path: Path) -> None:
    assert load(tmp_path, "L1,路灯不亮,L", "L,路灯,") == "read 2, begun 2, ended 0, unchanged 0, rejected 0"
    assert IncidentType.objects.get(code="L1").parent == IncidentType.objects.get(code="L")


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, "L,路灯,")
    assert load(tmp_path, "L,路灯,") == "read 1, begun 0, ended 0, unchanged 1, rejected 0"


def test_a_known_type_gets_no_other_name(tmp_path: Path) -> None:
    load(tmp_path, "L,路灯,")
    with pytest.raises(CommandError, match="known_otherwise: L is known as '路灯'"):
        load(tmp_path, "L,树木,")
    assert IncidentType.objects.get(code="L").name == "路灯"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["L1,路灯不亮,nothing"], "unknown_parent"),
        (["A,甲,B", "B,乙,A"], "unknown_parent"),
        (["A,甲,", "A,甲,"], "duplicate_code"),
        (["A,,"], "incomplete"),
        (["A," + "长" * 201 + ","], "too_long"),
    ],
)
def test_a_row_that_can_not_be_is_rejected_by_name(tmp_path: Path, lines: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        load(tmp_path, *lines)
    assert not IncidentType.objects.exists()
