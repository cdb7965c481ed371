"""Whatever ends an importer's statement (a law, a cancellation, a deadlock), no log quotes the people of its file."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from tests.factories import ORIGIN
from tests.gisserver.common.test_logs import CODE, NAME, PHONE, Log, house, log  # noqa: F401 -- fixtures
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("house")
EAST, NORTH = ORIGIN[0] + 50, ORIGIN[1] + 50


@dataclass(frozen=True, slots=True)
class Import:
    """A command, a file with a person in it, and the table that the person would come to."""

    command: str
    head: str
    row: str
    options: tuple[str, ...]
    table: str


IMPORTS = {
    "households": Import(
        "import_households",
        "building_code,room,name,tel",
        f"{CODE},102,{NAME},{PHONE}",
        ("--partial",),
        "buildings_household",
    ),
    "households in doubt": Import(
        "import_households",
        "building_code,room,name,tel",
        f"{CODE},no such unit,{NAME},{PHONE}",
        ("--partial",),
        "buildings_reviewitem",
    ),
    "addresses": Import(
        "import_addresses",
        "road,house_number,lon,lat",
        f"{NAME}路,{PHONE},{EAST},{NORTH}",
        ("--crs=EPSG:4547",),
        "buildings_address",
    ),
    "buildings": Import(
        "import_buildings",
        "name,address,lon,lat",
        f"{NAME}宅,{NAME} {PHONE},{EAST},{NORTH}",
        ("--crs=EPSG:4547",),
        "buildings_building",
    ),
    "incidents": Import(
        "import_incidents",
        "rec_id,create_time,sub_type_id,sub_type_name,main_type_id,main_type_name,occur_place,x,y",
        f"1,2025-06-01 08:00:00,11,噪声,1,环保,{NAME}家 {PHONE},{EAST},{NORTH}",
        ("--crs=EPSG:4547", "--without-grids"),
        "incidents_incident",
    ),
}
each_importer = pytest.mark.parametrize("kind", IMPORTS)


def stop_at(table: str, body: str) -> None:
    """Let the database run ``body`` (of PL/pgSQL) before each row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE FUNCTION pg_temp.stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body} END$$")
        cursor.execute(f"CREATE TRIGGER aa_stop BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION pg_temp.stop()")


def load(kind: str, folder: Path) -> str:
    """Import the file and return what was said, also by the refusal."""
    case, out = IMPORTS[kind], StringIO()
    path = folder / "file.csv"
    path.write_text(f"{case.head}\n{case.row}\n")
    try:
        call_command(case.command, str(path), *case.options, stdout=out, stderr=out)
    except (CommandError, DatabaseError) as refusal:
        out.write(str(refusal))
    return out.getvalue()


def assert_nobody_is_named(words: str) -> None:
    assert not [word for word in (NAME, PHONE) if word in words]


@each_importer
def test_a_law_that_refuses_a_row(kind: str, log: Log, tmp_path: Path) -> None:  # noqa: F811
    stop_at(IMPORTS[kind].table, "RAISE check_violation USING MESSAGE = 'never', DETAIL = NEW::text;")
    output = load(kind, tmp_path)
    assert "never" in log.text()
    assert_nobody_is_named(log.text() + output)


@each_importer
def test_a_cancellation(kind: str, log: Log, tmp_path: Path) -> None:  # noqa: F811
    stop_at(IMPORTS[kind].table, "PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(60);")
    output = load(kind, tmp_path)
    assert "canceling statement due to user request" in log.text()
    assert_nobody_is_named(log.text() + output)


HELD, WANTED = 761, 762


@pytest.fixture
def rival() -> Iterator[Callable[[], None]]:
    """Somebody who holds one lock and, as soon as the import holds another, wants that."""
    address = connection.get_connection_params()
    known = {name: address[name] for name in ("dbname", "user", "host", "port", "password") if address.get(name)}
    with psycopg.connect(**known, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [HELD])

        def want() -> None:
            taken = (
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
                " WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s"
            )
            until(lambda: other.execute(taken, [WANTED]).fetchone(), lambda row: row == (1,))
            with contextlib.suppress(psycopg.errors.DeadlockDetected):
                other.execute("SELECT pg_advisory_lock(%s)", [WANTED])
            other.execute("SELECT pg_advisory_unlock_all()")

        thread = Thread(target=want)
        yield thread.start
        thread.join()


@each_importer
def test_a_deadlock(kind: str, log: Log, rival: Callable[[], None], tmp_path: Path) -> None:  # noqa: F811
    locks = f"PERFORM pg_advisory_xact_lock({WANTED}); PERFORM pg_advisory_xact_lock({HELD}); RETURN NEW;"
    stop_at(IMPORTS[kind].table, locks)
    rival()
    output = load(kind, tmp_path)
    assert "deadlock detected" in log.text()
    assert_nobody_is_named(log.text() + output)
