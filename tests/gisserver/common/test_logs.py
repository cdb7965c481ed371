"""No log quotes a row: neither the database's nor the server's own."""

import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from buildings.models import Building, BuildingCode, Household, ReviewItem, Unit
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

NAME, PHONE = "诸葛孔明", "13912345678"
CODE = "4403100010010100001"


@pytest.fixture
def log(laws: None) -> "Log":
    """The log of the throw-away cluster, from here on."""
    return Log(Path(settings.GISSERVER_HOME) / "log" / "postgres.log")


class Log:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.began = path.stat().st_size

    def text(self) -> str:
        return self.path.read_bytes()[self.began :].decode()


@pytest.fixture
def house(laws: None) -> Building:
    """A coded house with one unit."""
    row = factories.building(at(0.5, 0.5), address="人民路1号", community=community_of("AB"))
    BuildingCode.objects.create(building=row, code=CODE, scheme="sz19", valid=since(LONG_AGO))
    Unit.objects.create(building=row, number="102", valid=since(LONG_AGO))
    return row


def forbid(model: Any, column: str) -> None:
    """Let the database refuse the rows of an import."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} ADD CONSTRAINT never CHECK ({column} IS NULL) NOT VALID")


def load(tmp_path: Path, unit: str) -> str:
    """Import one household whose row the database refuses; return what the command says."""
    path = tmp_path / "homes.csv"
    path.write_text(f"building_code,room,name,tel\n{CODE},{unit},{NAME},{PHONE}\n")
    with pytest.raises(CommandError) as refusal:
        call_command("import_households", str(path), "--partial", stdout=StringIO())
    return str(refusal.value)


def test_a_refused_household_is_in_no_log(log: Log, house: Building, tmp_path: Path) -> None:
    forbid(Household, "unit_id")
    output = load(tmp_path, "102")
    assert 'violates check constraint "never"' in log.text()
    assert not any(word in log.text() + output for word in (NAME, PHONE))


def test_a_refused_row_in_doubt_is_in_no_log(log: Log, house: Building, tmp_path: Path) -> None:
    forbid(ReviewItem, "register")
    output = load(tmp_path, "no such unit")
    assert 'violates check constraint "never"' in log.text()
    assert not any(word in log.text() + output for word in (NAME, PHONE))


def test_a_statement_that_is_cancelled_is_in_no_log(log: Log) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s, pg_cancel_backend(pg_backend_pid()), pg_sleep(60)", [PHONE])
    assert "canceling statement due to user request" in log.text() and PHONE not in log.text()


def test_a_copy_that_fails_is_in_no_log(log: Log) -> None:
    with pytest.raises(psycopg.Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged (name text, floor int NOT NULL) ON COMMIT DROP")
        with cursor.copy("COPY staged FROM STDIN") as copy:
            copy.write(f"{NAME} {PHONE}\t\\N\n")
    assert "violates not-null constraint" in log.text()
    assert not any(word in log.text() for word in (NAME, PHONE))


@pytest.fixture
def console() -> Iterator[StringIO]:
    """What the settings' console handler writes."""
    [handler] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def test_the_server_s_log_keeps_the_sentence_without_the_row(console: StringIO, house: Building) -> None:
    forbid(Household, "unit_id")
    with pytest.raises(IntegrityError), transaction.atomic():
        try:
            Household.objects.create(unit=Unit.objects.get(), head_name=NAME, phone=PHONE, valid=since(LONG_AGO))
        except IntegrityError:
            logging.getLogger("gisserver.test").exception("a request failed")
            raise
    assert 'violates check constraint "never"' in console.getvalue()
    assert not any(word in console.getvalue() for word in (NAME, PHONE))
