"""What a GeoPackage may hold: tables. A view is a query, which may never end, and a virtual table is a program."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

SIGNATURE = b"SQLite format 3\x00"


def check(path: Path) -> None:
    """Refuse (Invalid ``layer_is_view``, ``unreadable_file``) a GeoPackage that holds views or virtual tables."""
    try:
        with closing(_opened(path)) as database:
            found = database.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
            queries = [name for name, kind, sql in found if _is_query(str(name), kind, str(sql))]
    except sqlite3.Error as error:
        raise Invalid("unreadable_file", "The file is no whole GeoPackage.") from error
    if queries:
        raise Invalid(
            "layer_is_view",
            Sentence(
                "{queries!r} is a view or virtual table, not a table: save its rows as a layer of their own.",
                queries=queries[0],
            ),
            layer=queries[0],
        )


def geometries_in(path: Path, table: str) -> int:
    """Return how many rows of a table hold a geometry: GDAL gives null for one that it can't read, without a word."""
    try:
        with closing(_opened(path)) as database:
            asked = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
            column = database.execute(asked, [table]).fetchone()
            if column is None:
                return 0
            count = " ".join(("SELECT count(", _quoted(str(column[0])), ") FROM", _quoted(table)))
            return int(database.execute(count).fetchone()[0])
    except sqlite3.Error as error:
        raise Invalid("unreadable_file", "The file is no whole GeoPackage.") from error


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _is_query(name: str, kind: str, sql: str) -> bool:
    is_index = name.startswith("rtree_")  # of a table's geometries; a virtual table that the standard describes
    return kind == "view" or (sql.upper().split()[:2] == ["CREATE", "VIRTUAL"] and not is_index)
