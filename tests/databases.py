"""Databases in the cluster that the tests run on, as other processes are told of them.

What many tests need takes long to make: it is made once a run, by the first worker that asks for it, and copied.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
# The workers of a run are told it by the process that starts them.
ORIGINALS = f"original_{os.environ.setdefault('TEST_RUN', str(os.getpid()))}_"
# A person's shell has none of these; the last are what the server forbids its own GDAL (`gisserver/__init__.py`).
OF_THE_TESTS = {"DATABASE_URL", "SURVEY_SRID", "OGR_SKIP", "GML_DOWNLOAD_SCHEMA", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS"}


def cluster_url(name: str) -> str:
    """Return the address of a database in the cluster that the tests run on."""
    database = settings.DATABASES["default"]
    host, port = str(database["HOST"] or ""), str(database["PORT"] or "")
    words = {"host": host, "port": port, "user": database["USER"], "password": database["PASSWORD"]}
    query = urlencode({word: value for word, value in words.items() if value}, quote_via=quote)
    return f"postgresql:///{name}?{query}"


@contextmanager
def new_database(name: str, original: str = "template0") -> Iterator[str]:
    """Make a database for as long as it is needed, empty or a copy of ``original``; yield its address."""
    with psycopg.connect(cluster_url("postgres"), autocommit=True) as connection:
        _drop(connection, name)
        _create(connection, name, original)
        try:
            yield cluster_url(name)
        finally:
            _drop(connection, name)


def shell_of(home: Path, url: str) -> dict[str, str]:
    """Return the environment of somebody who has just said `make run`: a home whose database the settings find."""
    (home / "database_url").write_text(url)
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
    return kept | {"GISSERVER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev"}


def migrated(survey_srid: int) -> str:
    """Return the name of the database with all tables and no rows in this survey CRS, to be copied."""

    def fill(url: str) -> None:
        told = {"DATABASE_URL": url, "SURVEY_SRID": str(survey_srid)}
        _run(os.environ | told, "manage.py", "migrate", "--verbosity=0", "--settings=gisserver.settings.dev")

    return _original(f"migrated_{survey_srid}", fill)


def demo() -> str:
    """Return the name of the database that the first `make run` makes: the demo district, small; to be copied."""

    def fill(url: str) -> None:
        with TemporaryDirectory() as home:
            _run(shell_of(Path(home), url), "-m", "gisserver.runtime.prepare")

    return _original("demo", fill)


def _original(name: str, fill: Callable[[str], None]) -> str:
    """Return the name of the run's database that ``fill``, given its address, has filled; others wait while it does."""
    name, unfinished = ORIGINALS + name, f"{ORIGINALS}unfinished_{name}"
    with psycopg.connect(cluster_url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # until the connection is closed
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            _drop(connection, unfinished)
            _create(connection, unfinished, "template0")
            fill(cluster_url(unfinished))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def drop_originals() -> None:
    """Drop what was made for the run."""
    with (
        suppress(psycopg.OperationalError),  # without a cluster nothing was made
        psycopg.connect(cluster_url("postgres"), autocommit=True) as connection,
    ):
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (name,) in connection.execute(query, [ORIGINALS]).fetchall():
            _drop(connection, name)


def _create(connection: psycopg.Connection, name: str, original: str) -> None:
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy ENCODING 'UTF8'")
    connection.execute(create.format(sql.Identifier(name), sql.Identifier(original)))


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(environment: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=True, timeout=1200)
