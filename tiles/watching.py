"""Having the database keep tile versions: triggers on every table that the tiles of a layer are read from.

A trigger's function is plain SQL with the columns of its table written out, by `db/per_column/changed.sql`.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from gisserver.common.access.models import Viewer
from gisserver.common.db.sql import read
from layers import registry
from layers import rows as layer_rows
from layers.fields import Field
from layers.versions import looked_up
from tiles import tile_version

_CHANGED = Path(__file__).parent / "db" / "per_column" / "changed.sql"
# The tables of a statement that Django's compiler has written.
_TABLE = re.compile(r'(?:FROM|JOIN) "([^"]+)"')
# Event, the transition tables that it has, and the rows to look at in them.
_EVENTS = {
    "INSERT": ("NEW TABLE AS new_rows", "new_rows"),
    "UPDATE": ("NEW TABLE AS new_rows OLD TABLE AS old_rows", "(TABLE new_rows UNION ALL TABLE old_rows) AS either"),
    "DELETE": ("OLD TABLE AS old_rows", "old_rows"),
}
_BRANCH = """IF TG_OP = '{event}' THEN
        INSERT INTO tiles_groundversion (layer, x, y, effective_at, version)
        SELECT TG_ARGV[0], x, y, effective_at, 1 + floor(random() * 2147483647)::bigint
        FROM (
            SELECT DISTINCT change.x, change.y, change.effective_at
            FROM (SELECT DISTINCT {cells} AS cells, {validity} AS valid FROM {rows}) AS touched,
                 tiles_changes(touched.cells, touched.valid) AS change
        ) AS squares;{unplaced}
    END IF;"""
# Rows without a place are in no tile, but lists and counts hold them.
_UNPLACED = """
        INSERT INTO tiles_groundversion (layer, x, y, effective_at, version)
        SELECT TG_ARGV[0] || '+', -1, -1, effective_at, 1 + floor(random() * 2147483647)::bigint
        FROM (
            SELECT DISTINCT change.effective_at
            FROM (
                SELECT DISTINCT {validity} AS valid FROM {rows} WHERE {column} IS NULL OR ST_IsEmpty({column})
            ) AS touched, tiles_changes(ARRAY[-1, -1, -1, -1], touched.valid) AS change
        ) AS moments;"""


def watch(collection: registry.Collection, reader: Viewer) -> None:
    """Put triggers on every table that the tiles of ``collection`` are read from.

    The table with the geometry tells where it changed. A change in another one (a name, a code) has no place of
    its own there and makes the whole layer old; in one that only properties on request come from, just the tiles
    with those.
    """
    rows = collection.rows(reader, None)
    home, column = _home(rows, collection.geometry_3857)
    usual = _tables(collection, rows, tuple(field for field in collection.fields if field.in_tiles))
    for table in usual:
        watch_table(collection.id, table, column if table == home else "")
    for table in _tables(collection, rows, collection.fields) - usual:
        watch_table(looked_up(collection.id), table)


def watch_table(layer: str, table: str, geometry_column: str = "") -> None:
    """Put the triggers of ``layer`` on ``table``, again if need be, and make all its tiles old.

    Without an EPSG:3857 column a change touches the whole layer. Rows that carry a validity ``valid`` also touch the
    version at the moments when they begin and end.
    """
    function = _function(geometry_column, dated=_is_dated(table))
    prefix = "tiles_" + hashlib.md5(layer.encode(), usedforsecurity=False).hexdigest()[:12]
    call = sql.SQL("FOR EACH STATEMENT EXECUTE FUNCTION {}({})").format(sql.Identifier(function), layer)
    with connection.cursor() as cursor:
        for event in [*_EVENTS, "TRUNCATE"]:
            seen = f"REFERENCING {_EVENTS[event][0]} " if event in _EVENTS else ""
            statement = sql.SQL("CREATE OR REPLACE TRIGGER {} AFTER {} ON {} {}{}").format(
                *(sql.Identifier(f"{prefix}_{event.lower()}"), sql.SQL(event), sql.Identifier(table)),
                *(sql.SQL(seen), call),
            )
            cursor.execute(statement)
    tile_version.touch(layer)


def _function(geometry_column: str, *, dated: bool) -> str:
    """Return the name of the trigger function for tables with such columns, made if it is new or has changed."""
    name = "_".join(["tiles_changed", geometry_column or "somewhere", *(["dated"] if dated else [])])
    text = function_text(name, geometry_column, dated=dated)
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE oid = to_regproc(%s)", [name])
        found = cursor.fetchone()
        if (
            found is None or found[0] not in text
        ):  # written once, for two writers of one function get in each other's way
            cursor.execute(text, None)
    return name


def function_text(name: str, geometry_column: str, *, dated: bool) -> str:
    """Return the statement that makes the trigger function ``name`` for these columns."""
    column = sql.Identifier(geometry_column).as_string(None)
    placed = f" WHERE {column} IS NOT NULL AND NOT ST_IsEmpty({column})" if geometry_column else ""
    cells = f"tiles_cells({column})" if geometry_column else "ARRAY[-1, -1, -1, -1]"
    validity = "valid" if dated else "NULL::tstzrange"
    branches = [
        _BRANCH.format(
            event=event,
            cells=cells,
            validity=validity,
            rows=rows + placed,
            unplaced=_UNPLACED.format(validity=validity, rows=rows, column=column) if geometry_column else "",
        )
        for event, (_, rows) in _EVENTS.items()
    ]
    return read(_CHANGED).format(function=name, branches="\n    ".join(branches))


def _is_dated(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'valid'"
            " AND atttypid = 'tstzrange'::regtype",
            [sql.Identifier(table).as_string(None)],
        )
        return cursor.fetchone() is not None


def _tables(collection: registry.Collection, rows: registry.Rows, fields: tuple[Field, ...]) -> set[str]:
    text = layer_rows.select(collection, rows, geometry=collection.geometry_3857, fields=fields).sql
    return set(_TABLE.findall(text)) & set(connection.introspection.table_names())


def _home(rows: registry.Rows, path: str) -> tuple[str, str]:
    """Return the table and column that the ORM path leads to; neither for a geometry computed on the way."""
    model: Any = rows.model
    *relations, name = path.split("__")
    if path in rows.query.annotations:
        return "", ""
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.db_table, model._meta.get_field(name).column
