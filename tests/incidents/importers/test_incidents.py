"""Incidents from files: types, times, places, communities, and importing the same again."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.importers.words import moment_of, status_of
from incidents.models import Assignment, Incident, IncidentType
from tests.factories import ORIGIN, community_of

pytestmark = pytest.mark.usefixtures("laws")
HEAD = "rec_id,create_time,sub_type_id,sub_type_name,main_type_id,main_type_name,community_name,status,occur_place,x,y"
EAST, NORTH = ORIGIN[0] + 50, ORIGIN[1] + 50


def load(folder: Path, *lines: str, options: tuple[str, ...] = (), head: str = HEAD) -> str:
    path, out = folder / "calls.csv", StringIO()
    path.write_text("\n".join([head, *lines]))
    call_command("import_incidents", str(path), "--crs=EPSG:4547", *options, stdout=out)
    return out.getvalue().strip()


def line(**words: object) -> str:
    row = {
        "rec_id": "1",
        "create_time": "2025-06-01 08:00:00",
        "sub_type_id": "11",
        "sub_type_name": "噪声",
        "main_type_id": "1",
        "main_type_name": "环保水务",
        "x": EAST,
        "y": NORTH,
    }
    return ",".join(str((row | words).get(name, "")) for name in HEAD.split(","))


def test_an_incident_with_a_place_gets_its_grid(tmp_path: Path) -> None:
    community = community_of("AB")
    load(tmp_path, line())
    incident = Incident.objects.get()
    assert (incident.community_id, incident.declared_crs) == (community.pk, "EPSG:4547")
    assert (incident.reported_x, incident.reported_y) == (EAST, NORTH)
    assert Assignment.objects.get().grid_version.code == "A"


def test_a_time_without_a_zone_is_local(tmp_path: Path) -> None:
    load(tmp_path, line())
    assert Incident.objects.get().occurred_at == datetime(2025, 6, 1, 0, 0, tzinfo=UTC)


def test_the_type_and_its_main_type_are_made(tmp_path: Path) -> None:
    load(tmp_path, line())
    made = IncidentType.objects.get(code="11")
    assert (made.name, made.parent and made.parent.name) == ("噪声", "环保水务")


def test_a_known_type_is_used_as_it_is(tmp_path: Path) -> None:
    load(tmp_path, line())
    load(tmp_path, line(rec_id=2, sub_type_name="别的"))
    assert IncidentType.objects.get(code="11").name == "噪声"


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, line(), line(rec_id=2))
    assert load(tmp_path, line(), line(rec_id=2)) == "read 2, begun 0, ended 0, unchanged 2, rejected 0"
    assert Assignment.objects.count() == 2


def test_rows_without_a_number_are_known_by_what_they_say(tmp_path: Path) -> None:
    head = "create_time,sub_type_name,x,y"
    rows = [f"2025-06-01,噪声,{EAST},{NORTH}", f"2025-06-02,噪声,{EAST},{NORTH}"]
    load(tmp_path, *rows, head=head)
    assert load(tmp_path, *rows, head=head) == "read 2, begun 0, ended 0, unchanged 2, rejected 0"


def test_without_coordinates_it_waits_with_its_community(tmp_path: Path) -> None:
    community = community_of("AB")
    load(tmp_path, line(x="", y="", community_name="440310001001名"))
    assert Incident.objects.get().community_id == community.pk
    assert (Assignment.objects.get().rule, Assignment.objects.get().reason) == ("none", "no_location")


def test_a_dash_for_a_community_is_none(tmp_path: Path) -> None:
    load(tmp_path, line(x="", y="", community_name="-", occur_place="-"))
    assert (Incident.objects.get().community_id, Incident.objects.get().address) == (None, "")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"create_time": "yesterday"}, "bad_time"),
        ({"create_time": ""}, "bad_time"),
        ({"create_time": "2990-01-01"}, "time_in_future"),
        ({"sub_type_id": "", "sub_type_name": ""}, "no_type"),
        ({"status": "perhaps"}, "unknown_status"),
        ({"community_name": "nowhere"}, "unknown_community"),
        ({"x": NORTH, "y": EAST}, "coordinate_axes_swapped"),
        ({"x": "nan"}, "bad_coordinate"),
        ({"rec_id": "7"}, "duplicate_external_id"),
    ],
)
def test_a_row_that_can_not_be_is_rejected_by_name(tmp_path: Path, words: dict[str, object], reason: str) -> None:
    good = line(rec_id=7)
    with pytest.raises(CommandError, match=f"rows_rejected: 1 of 2 .*{reason}"):
        load(tmp_path, good, line(**words))
    assert load(tmp_path, good, line(**words), options=("--partial",)).startswith("read 2, begun 1")


def test_rows_without_a_type_may_be_given_one(tmp_path: Path) -> None:
    load(tmp_path, line(sub_type_id="", sub_type_name=""), options=("--type=其他",))
    assert Incident.objects.get().type.code == "其他"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("OPEN", "new"),
        ("IN-PROGRESS", "in_progress"),
        ("In Progress", "in_progress"),
        ("已结案", "closed"),
        ("??", None),
    ],
)
def test_a_status_in_the_words_of_others(word: str, status: str | None) -> None:
    assert status_of(word) == status


@pytest.mark.parametrize(
    "text", ["2025-06-01", "2025/06/01 08:00", "2025-06-01T08:00:00+08:00", "2015-10-05T12:41:49.000Z"]
)
def test_times_in_usual_spellings(text: str) -> None:
    assert moment_of(text) is not None


@pytest.mark.parametrize("text", ["", "2025-13-01", "10:00", "31.12.2025", "9" * 5000])
def test_what_is_no_time(text: str) -> None:
    assert moment_of(text) is None
