"""A home with the demo district, made once and kept; every run of the bench begins on a fresh copy of it."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from gisserver.runtime import cluster, server
from gisserver.runtime.home import DATABASE, Home, home_from_environment, remove_socket_directory, take_lock
from gisserver.runtime.up import embedded_database

ROOT = Path(__file__).resolve().parents[2]
# The district as it was loaded; no bench touches it. DATABASE is its copy.
KEPT = "demo"
SIZES = ("full", "small")
Connection = psycopg.Connection[Any]


def kept_home(size: str) -> Home:
    """Return the home of the bench for this size of the demo, below the home in use."""
    return Home(home_from_environment(ROOT).root / f"bench-{size}")


def history_file() -> Path:
    """Return where the figures of former runs are kept."""
    return home_from_environment(ROOT).root / "bench-serving.jsonl"


@contextlib.contextmanager
def fresh_database(size: str) -> Iterator[str]:
    """Yield the URL of a fresh copy of the demo, served as `make run` serves it; made if there is none yet.

    Raises KeyError for an unknown size.
    """
    if size not in SIZES:
        raise KeyError(f"BENCH_DEMO must be one of {', '.join(SIZES)}, not {size!r}")
    home = kept_home(size)
    home.create()
    with contextlib.closing(take_lock(home, address="a bench")):
        yield from _served(home, size)


def _served(home: Home, size: str) -> Iterator[str]:
    process = embedded_database(home).start()
    try:
        url = home.database_url.read_text().strip()
        _copied(url, size)
        yield url
    finally:
        cluster.stop(process)
        remove_socket_directory(home)


def _copied(url: str, size: str) -> None:
    with _maintenance(url) as connection:
        if not _exists(connection, KEPT):
            print(f"The demo district ({size}) is made and kept for these benches; full takes ten minutes.", flush=True)
            _dropped(connection)
            server.create_database(connection, DATABASE)
            _commanded(url, ("migrate", "--verbosity=0"), ("load_demo", size))
            with psycopg.connect(url, autocommit=True) as made:
                made.execute("VACUUM ANALYZE")
            connection.execute(_named("ALTER DATABASE {} RENAME TO {}", DATABASE, KEPT))
        _dropped(connection)
        connection.execute(_named("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", DATABASE, KEPT))
    _commanded(url, ("migrate", "--verbosity=0"))  # what has come since the demo was made


def _maintenance(url: str) -> Connection:
    return psycopg.connect(url, dbname="postgres", autocommit=True)


def _exists(connection: Connection, name: str) -> bool:
    return connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _dropped(connection: Connection) -> None:
    connection.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", DATABASE))


def _named(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _commanded(url: str, *commands: tuple[str, ...]) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev"}
    for command in commands:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)  # noqa: S603
