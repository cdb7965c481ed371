"""The version of the ground under a tile: reading it, and having the database keep it."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection

from gisserver.common.access.models import Viewer
from layers import registry
from layers import rows as layer_rows
from layers.fields import Field
from tiles.address import TileAddress

# A layer of this name stands for all: what decides who may see what is written under it.
EVERY_LAYER = "*"

# The tables of a statement that Django's compiler has written.
_TABLE = re.compile(r'(?:FROM|JOIN) "([^"]+)"')

# Shared with the tile query (mvt.py), so that a tile and its version come from one snapshot.
VERSION_SQL = (
    "SELECT coalesce(sum(version), 0)::bigint FROM tiles_groundversion"
    " WHERE layer = ANY(%(layers)s) AND effective_at <= statement_timestamp()"
    " AND ((x BETWEEN %(cell_x_min)s AND %(cell_x_max)s AND y BETWEEN %(cell_y_min)s AND %(cell_y_max)s)"
    " OR x = -1)"
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


def looked_up(layer: str) -> str:
    """Return the name under which the ground of properties that tiles carry only on request is versioned."""
    return f"{layer}+"


def watch_table(layer: str, table: str, geometry_column: str = "") -> None:
    """Put the triggers of ``layer`` on ``table``; without an EPSG:3857 column, a change touches the whole layer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_watch(%s, %s, %s)", [layer, connection.ops.quote_name(table), geometry_column])


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
