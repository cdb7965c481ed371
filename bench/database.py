"""The database that a bench asks: the one in use, else one with the demo district, made for it and gone afterwards."""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from gisserver.runtime.testing import throw_away_database

ROOT = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def database_in_use() -> Iterator[None]:
    """Have DATABASE_URL, or the home's server, answer while this lasts; to be entered before Django is set up."""
    if _answers():
        yield
        return
    print("No server runs: the demo district is loaded into a database for these benches.", flush=True)
    with throw_away_database() as url:
        _create(url)
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DJANGO_SUPERUSER_PASSWORD", secrets.token_urlsafe(12))
        for command in (
            ("migrate", "--verbosity=0"),
            ("load_demo", "small"),
            ("createsuperuser", "--noinput", "--username=bench-admin", "--email="),
        ):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)  # noqa: S603 our own
        yield


def _create(url: str) -> None:
    """Make the database that ``url`` names, in a cluster that has none of ours yet."""
    name = str(conninfo_to_dict(url)["dbname"])
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )


def _answers() -> bool:
    url = os.environ.get("DATABASE_URL")
    written = Path(os.environ.get("GISSERVER_HOME") or ROOT / "var") / "database_url"
    if not url and not written.exists():
        return False
    try:
        psycopg.connect(url or written.read_text().strip(), connect_timeout=3).close()
    except psycopg.OperationalError:
        if url:
            raise  # who names a database means that one
        return False
    return True
