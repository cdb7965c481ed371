"""Incidents from files: types, times, places, communities, and importing the same again."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Assignment, Incident, IncidentType
from incidents.services import NewIncident, record_incidents
from tests.factories import ORIGIN, community_of, hours_ago, incident_type

CASES = Path(__file__).parent / "cases"
pytestmark = pytest.mark.usefixtures("laws")
HEAD = "rec_id,create_time,sub_type_id,sub_type_name,main_type_id,main_type_name,community_name,status,occur_place,x,y"
EAST, NORTH = ORIGIN[0] + 50, ORIGIN[1] + 50


def load(folder: Path, *lines: str, options: tuple[str, ...] = (), head: str = HEAD) -> str:
    path, out = folder / "calls.csv", StringIO()
    path.write_text("\n".join([head, *lines]))
    call_command("import_incidents", str(path), "--crs=EPSG:4547", "--without-grids", *options, stdout=out)
    return out.getvalue().strip()


def without_places(name: str, folder: Path) -> Path:
    """Copy a case whose places lie outside the survey CRS of the tests, its coordinates under other names."""
    path = folder / name
    path.write_text((CASES / name).read_text().replace("lat,long", "a,b").replace("lat,lon", "a,b"))
    return path


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
        ({"create_time": "2190-01-01"}, "time_in_future"),
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


def test_equal_rows_without_an_id_are_numbered(tmp_path: Path) -> None:
    head = "create_time,sub_type_name,x,y"
    row = f"2025-06-01,噪声,{EAST},{NORTH}"
    assert load(tmp_path, row, row, head=head) == "read 2, begun 2, ended 0, unchanged 0, rejected 0"
    assert load(tmp_path, row, row, row, head=head) == "read 3, begun 1, ended 0, unchanged 2, rejected 0"


def test_what_a_source_reported_by_the_api_is_known_to_the_import(tmp_path: Path) -> None:
    kind = incident_type("11")
    record_incidents(
        [NewIncident(occurred_at=hours_ago(1), received_at=hours_ago(1), type_id=kind.pk, source="s", external_id="1")]
    )
    assert load(tmp_path, line(), options=("--source=s",)) == "read 1, begun 0, ended 0, unchanged 1, rejected 0"


def test_what_a_known_incident_is_said_to_be_now_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(tmp_path, line(occur_place="甲"))
    load(tmp_path, line(occur_place="乙"))
    assert "1 incidents are known and stay as first recorded" in capsys.readouterr().err
    assert Incident.objects.get().address == "甲"


def test_ids_that_are_alike_for_a_hundred_characters_are_not_made_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="2 of 2 .*external_id_too_long"):
        load(tmp_path, line(rec_id="x" * 101 + "1"), line(rec_id="x" * 101 + "2"))


def test_types_known_by_long_names_that_begin_alike_stay_apart(tmp_path: Path) -> None:
    names = ["路" * 70 + end for end in "甲乙"]
    load(tmp_path, *(line(rec_id=n, sub_type_id="", sub_type_name=name) for n, name in enumerate(names)))
    assert sorted(IncidentType.objects.filter(parent__isnull=False).values_list("name", flat=True)) == sorted(names)


@pytest.mark.parametrize("place", [{"x": 0, "y": 0}, {"x": 500000, "y": 0}, {"x": "NULL", "y": "N/A"}])
def test_what_stands_for_no_coordinates_is_none_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: dict[str, object]
) -> None:
    load(tmp_path, line(), line(rec_id=2, **place))
    assert Assignment.objects.get(incident__external_id="2").reason == "no_location"
    assert "1 incidents have no coordinates" in capsys.readouterr().err


def test_a_received_at_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    given = (str(without_places("inc_received.csv", tmp_path)), "--time-zone=America/New_York")
    with pytest.raises(CommandError, match=r"1 of 2 .*row 1, bad_time: .*3/2/2012 9:00 AM.*--time-format"):
        call_command("import_incidents", *given)
    assert not Incident.objects.exists()


@pytest.mark.parametrize("words", [{"received_at": "2190-01-01"}, {"accuracy_m": "perhaps"}, {"accuracy_m": "-5"}])
def test_what_a_row_says_is_not_replaced_by_something_else(tmp_path: Path, words: dict[str, str]) -> None:
    [(name, value)] = words.items()
    with pytest.raises(CommandError, match="time_in_future|bad_accuracy"):
        load(tmp_path, f"{line()},{value}", head=f"{HEAD},{name}")


def test_a_city_s_own_words_for_a_status_are_mapped(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unknown_status: .*--status-map 'Completed - Dup'=closed"):
        load(tmp_path, line(status="Completed - Dup"))
    load(tmp_path, line(status="Completed - Dup"), options=("--status-map=completed - dup=closed",))
    assert Incident.objects.get().status == "closed"


def test_a_city_s_file_in_declared_forms(tmp_path: Path) -> None:
    """Every row says 14:05 in New York in a form of its own, but for those whose clock was being changed."""
    forms = ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %H:%M", "epoch-ms", "excel", "%b %d, %Y %I:%M %p", "%Y%m%d%H%M%S"]
    declared = [f"--time-format={form}" for form in [*forms, "%Y-%m-%d %H:%M:%S EST"]]
    words = ["--status-map=Completed=closed", "--status-map=Completed - Dup=closed"]
    zone = "--time-zone=America/New_York"
    path = str(without_places("inc_times.csv", tmp_path))
    with pytest.raises(CommandError, match="rows_rejected: 9 of 19 .*row 2, bad_time"):
        call_command("import_incidents", path, zone)
    call_command("import_incidents", path, zone, *declared, *words)
    moments = {i.external_id: i.occurred_at.astimezone(UTC) for i in Incident.objects.all()}
    others = {"5": 14, "11": 14, "13": 5, "8": 5, "9": 7}
    assert {key: moment.hour for key, moment in moments.items()} == {
        str(n): others.get(str(n), 19) for n in range(1, 20)
    }
    assert {moment.minute for key, moment in moments.items() if key not in {"8", "9", "13"}} == {5}


def test_a_status_that_is_none_of_ours_is_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="bad_status_map"):
        load(tmp_path, line(), options=("--status-map=Completed=over",))
