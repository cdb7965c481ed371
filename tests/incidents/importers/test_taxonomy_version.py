"""Versions of a stream's tree of types, what became of its types, and counts over both."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from gisserver.common.db.clock import database_now
from incidents.models import Incident, IncidentType, TypeSuccession
from incidents.taxonomy import counts_by_type, types_at
from tests import factories
from tests.factories import LONG_AGO, hours_ago

pytestmark = pytest.mark.usefixtures("laws")
THEN, SINCE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
OLD = "code,name,parent\nU,城管,\nU1,乱摆卖,U\nU2,噪声,U\nU3,路灯,U\n"
NEW = "code,name,parent,replaces\nU,城管,,\nU1,乱摆卖,U,\nU4,工地噪声,U,U2\nU5,生活噪声,U,U2\nU3,照明设施,U,\n"


def bring_in(folder: Path, text: str, when: datetime, *options: str) -> None:
    path = folder / "types.csv"
    path.write_text(text)
    stream = () if "--stream=social" in options else ("--stream=urban",)
    call_command(
        "import_incident_types",
        str(path),
        *stream,
        *options,
        "--whole",
        f"--effective-at={when.isoformat()}",
        verbosity=0,
    )


@pytest.fixture
def versions(laws: None, tmp_path: Path) -> None:
    bring_in(tmp_path, OLD, THEN)
    bring_in(tmp_path, NEW, SINCE)


def happen(code: str, at: datetime, times: int) -> None:
    kind = IncidentType.objects.at(at).get(code=code)
    for _ in range(times):
        Incident.objects.create(occurred_at=hours_ago(1), type=kind, status="closed")


@pytest.mark.usefixtures("versions")
def test_each_moment_has_the_tree_of_its_version() -> None:
    before, now = ({row.code: row.name for row in types_at(moment, "urban")} for moment in (THEN, None))
    assert before == {"U": "城管", "U1": "乱摆卖", "U2": "噪声", "U3": "路灯"}
    assert now == {"U": "城管", "U1": "乱摆卖", "U3": "照明设施", "U4": "工地噪声", "U5": "生活噪声"}


@pytest.mark.usefixtures("versions")
def test_what_is_said_as_before_is_of_both_versions() -> None:
    assert IncidentType.objects.filter(code="U1").count() == 1
    shares = {(row.former.code, row.successor.code): row.share for row in TypeSuccession.objects.all()}
    assert shares == {("U2", "U4"): 0.5, ("U2", "U5"): 0.5, ("U3", "U3"): 1}


@pytest.mark.usefixtures("versions")
def test_counts_go_over_both_versions_either_way() -> None:
    happen("U2", THEN, 4)
    happen("U5", database_now(), 1)
    happen("U1", THEN, 2)
    span = {"since": LONG_AGO, "until": database_now()}
    root = factories.administrator()
    now = {row.code: row.incidents for row in counts_by_type(root, **span)}
    then = {row.code: row.incidents for row in counts_by_type(root, at=THEN, **span)}
    assert (now, then) == ({"U1": 2, "U4": 2, "U5": 3}, {"U1": 2, "U2": 5})


@pytest.mark.usefixtures("versions")
def test_what_has_no_counterpart_is_told_by_itself(tmp_path: Path) -> None:
    happen("U1", THEN, 2)
    bring_in(tmp_path, "code,name,parent\nX,其他,\n", database_now() - timedelta(minutes=1))
    [row] = counts_by_type(factories.administrator(), since=LONG_AGO, until=database_now())
    assert (row.code, row.incidents) == (None, 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("code,name,parent,replaces\nU9,新,,U8\n", "unknown_former_type"),
        ("code,name,parent,replaces\nU,城管,,\nU1,乱摆卖,U,\nU9,新,U,U1\n", "former_type_goes_on"),
        ("code,name,parent\nU9,新,U8\n", "unknown_parent"),
    ],
)
def test_a_row_that_contradicts_is_rejected(tmp_path: Path, text: str, reason: str) -> None:
    bring_in(tmp_path, OLD, THEN)
    with pytest.raises(CommandError, match=reason):
        bring_in(tmp_path, text, SINCE)


@pytest.mark.usefixtures("versions")
def test_a_code_of_another_stream_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="code_of_another_stream"):
        bring_in(tmp_path, "code,name\nU,综治\n", SINCE, "--stream=social")


def test_the_whole_taxonomy_of_a_city_fits(tmp_path: Path) -> None:
    rows = ["code,name,parent"]
    rows += [f"{main},大类{main}," for main in range(19)]
    rows += [f"{n % 19}.{n},小类{n},{n % 19}" for n in range(1285)]
    bring_in(tmp_path, "\n".join(rows) + "\n", THEN)
    assert types_at(None, "urban").count() == 19 + 1285
