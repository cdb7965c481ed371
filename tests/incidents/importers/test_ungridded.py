"""Incidents that come before the grids of their area are asked about, and placed when the grids have come."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Assignment, Incident
from tests.factories import ORIGIN, community_of

pytestmark = pytest.mark.usefixtures("laws")
EAST, NORTH = ORIGIN[0] + 50, ORIGIN[1] + 50


def load(folder: Path, *options: str, status: str = "closed", east: float = EAST) -> str:
    path, out = folder / "calls.csv", StringIO()
    path.write_text(f"rec_id,create_time,sub_type_name,status,x,y\n1,2025-06-01 08:00,噪声,{status},{east},{NORTH}\n")
    call_command("import_incidents", str(path), "--crs=EPSG:4547", *options, stdout=out)
    return out.getvalue().strip()


def placed() -> str:
    out = StringIO()
    call_command("assign_incidents", stdout=out)
    return out.getvalue().strip()


def receipts() -> list[tuple[str, str | None]]:
    rows = Assignment.objects.order_by("valid").select_related("grid_version")
    return [(row.rule, row.grid_version and row.grid_version.code) for row in rows]


def test_incidents_before_any_grid_are_refused_with_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no_grids_here: 1 of 1 places .*import_grids.*--without-grids.*assign_inc"):
        load(tmp_path)
    assert not Incident.objects.exists()


def test_outside_every_community_they_wait_without_a_question(tmp_path: Path) -> None:
    community_of("AB")
    assert load(tmp_path, east=EAST + 5000).startswith("read 1, begun 1")
    assert placed() == "placed 0 incidents: 0 open, 0 resolved or closed"


@pytest.mark.parametrize(
    ("status", "counts"), [("closed", "0 open, 1 resolved or closed"), ("new", "1 open, 0 resolved or closed")]
)
def test_what_waited_is_placed_once_the_grids_are_there(tmp_path: Path, status: str, counts: str) -> None:
    load(tmp_path, "--without-grids", status=status)
    community = community_of("AB")
    assert placed() == f"placed 1 incidents: {counts}"
    assert receipts() == [("none", None), ("inside", "A")]
    assert placed() == "placed 0 incidents: 0 open, 0 resolved or closed"
    incident = Incident.objects.get()
    assert incident.occurred_at == datetime(2025, 6, 1, tzinfo=UTC)
    assert incident.community_id == community.pk
