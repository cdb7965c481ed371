"""The version of the data under a tile, as `watching` has the database keep it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg.types.numeric import Int4

from gisserver.common.db import prepared
from layers.versions import Reads
from tiles.address import CellRange, TileAddress, cells_meeting
from tiles.matrix_sets import MatrixTile

# A layer of this name stands for all: what decides who may see what is written under it.
EVERY_LAYER = "*"

_SUM = (
    "SELECT coalesce(sum(version), 0)::bigint FROM tiles_groundversion"
    " WHERE layer = ANY(%(layers)s) AND effective_at <= statement_timestamp()"
)
# The part that is of the layers as wholes: it changes with their definition, and with names that come from elsewhere.
DEFINITION_SQL = f"{_SUM} AND x = -1"
CELLS_SQL = f"{_SUM} AND x BETWEEN %(cell_x_min)s AND %(cell_x_max)s AND y BETWEEN %(cell_y_min)s AND %(cell_y_max)s"
# The version is both together. Two sums, since with an OR between them the index would be read for every cell of the
# layers. The tile query (mvt.py) has them too, so that a tile and its version come from one snapshot.
VERSION_SQL = f"SELECT ({DEFINITION_SQL}) + ({CELLS_SQL})"


# Many areas, each of layers (names with commas between them) and cells; `for_each_area` makes a statement look at each.
AREAS_SQL = (
    "FROM unnest((SELECT %(layers)s::text[]), (SELECT %(x_min)s::int[]), (SELECT %(y_min)s::int[]),"
    " (SELECT %(x_max)s::int[]), (SELECT %(y_max)s::int[]))"
    " WITH ORDINALITY AS area (layers, x_min, y_min, x_max, y_max, number) ORDER BY area.number"
)


def for_each_area(statement: str) -> str:
    """Return VERSION_SQL, or a part of it, as a column of a statement that reads AREAS_SQL."""
    statement = statement.replace("ANY(%(layers)s)", "ANY(string_to_array(area.layers, ','))")
    return "(" + re.sub(r"%\(cell_(\w+)\)s", r"area.\1", statement) + ")"


def version_params(layers: Iterable[str], address: TileAddress | MatrixTile) -> dict[str, Any]:
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


def version_under(layers: Iterable[str], address: TileAddress | MatrixTile) -> int:
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


def versions_of(reads: Sequence[Reads]) -> list[int]:
    """Return the versions of what answers other than tiles were made of, by one statement."""
    cells = [cells_meeting(each.bbox_3857) for each in reads]
    values: dict[str, Any] = {"layers": [",".join((EVERY_LAYER, *each.names)) for each in reads]}
    for name in ("x_min", "y_min", "x_max", "y_max"):
        values[name] = [Int4(getattr(each, name)) for each in cells]
    return [int(version) for (version,) in prepared.rows(f"SELECT {for_each_area(VERSION_SQL)} {AREAS_SQL}", values)]


def touch(layer: str) -> None:
    """Make every tile of ``layer`` old, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_touch_layer(%s)", [layer])


def compact() -> None:
    """Merge the rows that changes have left behind; versions stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_compact()")
