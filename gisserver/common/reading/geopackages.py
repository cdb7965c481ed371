"""What a GeoPackage may hold: tables. A view is a query, which may never end, and a virtual table is a program."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from gisserver.common.errors import Invalid

SIGNATURE = b"SQLite format 3\x00"


def check(path: Path) -> None:
    """Refuse (Invalid ``layer_is_view``, ``unreadable_file``) a GeoPackage that holds views or virtual tables."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            found = database.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
            queries = [name for name, kind, sql in found if _is_query(str(name), kind, str(sql))]
    except sqlite3.Error as error:
        raise Invalid("unreadable_file", "The file is no whole GeoPackage.") from error
    if queries:
        raise Invalid(
            "layer_is_view",
            f"{queries[0]!r} is a view or virtual table, not a table: save its rows as a layer of their own.",
            layer=queries[0],
        )


def _is_query(name: str, kind: str, sql: str) -> bool:
    is_index = name.startswith("rtree_")  # of a table's geometries; a virtual table that the standard describes
    return kind == "view" or (sql.upper().split()[:2] == ["CREATE", "VIRTUAL"] and not is_index)
