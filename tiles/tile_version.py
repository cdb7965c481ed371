"""The version of the data under a tile, as `watching` has the database keep it."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from psycopg.types.numeric import Int4

from gisserver.common.db import prepared
from layers.versions import Reads
from tiles.address import CellRange, TileAddress, cells_meeting

# A layer of this name stands for all: what decides who may see what is written under it.
EVERY_LAYER = "*"

# Shared with the tile query (mvt.py), so that a tile and its version come from one snapshot.
VERSION_SQL = (
    "SELECT coalesce(sum(version), 0)::bigint FROM tiles_groundversion"
    " WHERE layer = ANY(%(layers)s) AND effective_at <= statement_timestamp()"
    " AND ((x BETWEEN %(cell_x_min)s AND %(cell_x_max)s AND y BETWEEN %(cell_y_min)s AND %(cell_y_max)s)"
    " OR x = -1)"
)


# The part that is of the layers as wholes: it changes with their definition, and with names that come from elsewhere.
DEFINITION_SQL = (
    "SELECT coalesce(sum(version), 0)::bigint FROM tiles_groundversion"
    " WHERE layer = ANY(%(layers)s) AND effective_at <= statement_timestamp() AND x = -1"
)


def version_params(layers: Iterable[str], address: TileAddress) -> dict[str, Any]:
    """Return the values that VERSION_SQL binds for the ``layers`` under ``address``."""
    return _params(layers, address.cells)


def _params(layers: Iterable[str], cells: CellRange) -> dict[str, Any]:
    return {
        "layers": [EVERY_LAYER, *layers],
        "cell_x_min": cells.x_min,
        "cell_x_max": cells.x_max,
        "cell_y_min": cells.y_min,
        "cell_y_max": cells.y_max,
    }


def version_under(layers: Iterable[str], address: TileAddress) -> int:
    """Return the version of ``layers`` under the tile and its buffer; it only ever grows."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION_SQL, version_params(layers, address))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def definition_version(layers: Iterable[str]) -> int:
    """Return the version of ``layers`` as wholes."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITION_SQL, {"layers": [EVERY_LAYER, *layers]})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def version_of(reads: Reads) -> int:
    """Return the version of what an answer other than a tile was made of."""
    params = _params(reads.names, cells_meeting(reads.bbox_3857))
    values = {name: Int4(value) if isinstance(value, int) else value for name, value in params.items()}
    [(version,)] = prepared.rows(VERSION_SQL, values)
    return int(version)


def touch(layer: str) -> None:
    """Make every tile of ``layer`` old, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_touch_layer(%s)", [layer])


def compact() -> None:
    """Merge the rows that changes have left behind; versions stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_compact()")
