"""The version of the ground under a tile: reading it, and having the database keep it."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

from gisserver.common.access.models import Viewer
from layers import registry
from layers import rows as layer_rows
from tiles.address import TileAddress

# A layer of this name stands for all: what decides who may see what is written under it.
EVERY_LAYER = "*"

# The tables of a statement that Django's compiler has written.
_TABLE = re.compile(r'(?:FROM|JOIN) "([^"]+)"')

# Shared with the tile query (mvt.py), so that a tile and its version come from one snapshot.
VERSION_SQL = (
    "SELECT coalesce(sum(version), 0)::bigint FROM tiles_groundversion"
    " WHERE layer = ANY(%(layers)s) AND effective_at <= statement_timestamp()"
    " AND ((x BETWEEN %(cell_x_min)s AND %(cell_x_max)s AND y BETWEEN %(cell_y_min)s AND %(cell_y_max)s) OR x = -1)"
)


def version_params(layers: Iterable[str], address: TileAddress) -> dict[str, Any]:
    """Return the values that VERSION_SQL binds for the ``layers`` under ``address``."""
    cells = address.cells
    return {
        "layers": [EVERY_LAYER, *layers],
        "cell_x_min": cells.x_min,
        "cell_x_max": cells.x_max,
        "cell_y_min": cells.y_min,
        "cell_y_max": cells.y_max,
    }


def version_under(layers: Iterable[str], address: TileAddress) -> int:
    """Return the version of the ground of ``layers`` under the tile and its buffer; it only ever grows."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION_SQL, version_params(layers, address))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def touch(layer: str) -> None:
    """Make every tile of ``layer`` old, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_touch_layer(%s)", [layer])


def compact() -> None:
    """Merge the rows that changes have left behind; versions stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_compact()")


def watch_table(layer: str, table: str, geometry_column: str = "") -> None:
    """Put the triggers of ``layer`` on ``table``; without the name of an EPSG:3857 column, changes touch all of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_watch(%s, %s, %s)", [layer, connection.ops.quote_name(table), geometry_column])


def watch(collection: registry.Collection, reader: Viewer) -> list[str]:
    """Put triggers on every table that the rows of ``collection`` are read from; return those tables.

    The collection's own table tells where it changed. A change in a table that it only joins (a name, a code)
    has no place of its own there and makes the whole layer old.
    """
    rows = collection.rows(reader, None)
    own = rows.model._meta.db_table
    text = layer_rows.select(collection, rows, geometry=collection.geometry_3857).sql
    tables = {own, *_TABLE.findall(text)} & set(connection.introspection.table_names())
    for table in tables:
        watch_table(collection.id, table, _column(rows.model, collection.geometry_3857) if table == own else "")
    return sorted(tables)


def _column(model: type[models.Model], path: str) -> str:
    try:
        field = model._meta.get_field(path)
    except FieldDoesNotExist:
        return ""
    return str(getattr(field, "column", "") or "")

