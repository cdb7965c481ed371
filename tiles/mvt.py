"""Vector tiles from PostGIS: one statement for all layers of a tile, prepared once, z/x/y bound."""

import gzip
import re
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import DateField, F
from psycopg import sql
from psycopg.types.numeric import Int4

from gisserver.common.db.sql import server_cursor
from layers import rows as layer_rows
from layers.fields import Field, FieldType, GeometryType
from layers.registry import Collection, Rows
from tiles.address import BUFFER, EXTENT, MARGIN, MAX_ZOOM, TileAddress
from tiles.cache import CachedTile
from tiles.matrix_sets import WEB_MERCATOR_QUAD, MatrixSet, MatrixTile
from tiles.tile_version import CELLS_SQL, DEFINITION_SQL, version_params
from tiles.tileset import Tileset

SQL = Path(__file__).parent / "sql"
# Above either of these a layer of a tile holds counts in place of features (DESIGN §8).
MAX_LAYER_BYTES = 500_000
MAX_FEATURES = 20_000
# Counts are gathered in bins, so many along the side of a tile: finely in place of features that do not fit, and so
# that a number can be written into each where that is the layer's own way.
BINS = 64
COUNT_BINS = 16
# No feature has such an id, and JavaScript still counts exactly there.
BEYOND_IDS = 1 << 50
MAX_KEPT = 1024
# The values of the box of EPSG:3857 in which a tile of another CRS is searched.
_BOX = ("search_west", "search_south", "search_east", "search_north")
# The moment of a row, for finding it again in a partitioned table.
MOMENT = "__moment"
# A tile that took longer is planned for its own place the next time: a prepared plan does not know how many rows
# lie there, which costs little where they are few and doubles the time where they are many.
PREPARED_BELOW_S = 0.1

# ST_AsMVT takes text, whole numbers, floats and booleans; the rest is written as text, as in JSON.
_CASTS = {
    FieldType.STRING: "{}::text",
    FieldType.INTEGER: "{}::bigint",
    FieldType.NUMBER: "{}::float8",
    FieldType.BOOLEAN: "{}::boolean",
    FieldType.DATE: "to_char({}, 'YYYY-MM-DD')",
    FieldType.DATETIME: 'to_char({}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')',
    FieldType.TIME: "{}::text",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named values; z, x, y and the version cells are bound for each tile."""

    sql: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Cut:
    """How a layer is cut into the tiles of a matrix set, as SQL: see sql/layer.sql."""

    tile: str
    buffered: str
    searched: str
    shape: str
    # "" for what is stored in the CRS of the set.
    transformed: str
    down: str

    def middle(self, collection: Collection, axis: str) -> str:
        """Return the middle of a feature's box along an axis; NULL where it lies outside what is searched."""
        if not self.transformed:
            if collection.geometry_type is GeometryType.POINT:
                return f'ST_{axis}("__geom")'
            return f'(ST_{axis}Min("__geom") + ST_{axis}Max("__geom")) / 2'
        box = """(ST_XMin("__geom") + ST_XMax("__geom")) / 2, (ST_YMin("__geom") + ST_YMax("__geom")) / 2"""
        middle = f"ST_SetSRID(ST_MakePoint({box}), {WEB_MERCATOR_QUAD.srid})"
        return f"ST_{axis}(CASE WHEN {middle} && {self.searched} THEN {self.transformed.format(middle)} END)"


def _cut(matrix_set: MatrixSet, *, is_native: bool) -> _Cut:
    """Return how a layer is cut that is stored in the CRS of the set (``is_native``), or else in EPSG:3857."""
    if matrix_set == WEB_MERCATOR_QUAD:
        square = ""
    else:
        west, south, east, north = matrix_set.square
        square = f", ST_MakeEnvelope({west!r}, {south!r}, {east!r}, {north!r}, {matrix_set.srid})"
    buffered = f"ST_TileEnvelope(%(z)s, %(x)s, %(y)s{square}, margin => {MARGIN!r})"
    box = ", ".join(f"%({name})s" for name in _BOX)
    searched = buffered if is_native else f"ST_MakeEnvelope({box}, {WEB_MERCATOR_QUAD.srid})"
    transformed = "" if is_native else f"ST_Transform({{}}, {matrix_set.srid})"
    # A projection has no place for what lies on the other side of the world.
    near = '"__geom"' if matrix_set.is_geographic else f'ST_ClipByBox2D("__geom", {searched}::box2d)'
    return _Cut(
        tile=f"ST_TileEnvelope(%(z)s, %(x)s, %(y)s{square})",
        buffered=buffered,
        searched=searched,
        shape=transformed.format(near) if transformed else '"__geom"',
        transformed=transformed,
        # The last row of a world in degrees is in the middle of its square.
        down="(1 << %(z)s) / 2" if matrix_set.is_geographic else "1 << %(z)s",
    )


def render(tileset: Tileset, address: TileAddress | MatrixTile) -> CachedTile:
    """Return the tile at ``address`` of the tileset's matrix set, compressed, with its version, by one query.

    A layer below its lowest zoom is left out. Raises what the database raises.
    """
    statement = statement_of(tileset, address.zoom)
    place: dict[str, Any] = {
        name: Int4(value) for name, value in (("z", address.depth), ("x", address.x), ("y", address.y))
    }
    if isinstance(address, MatrixTile):
        place |= dict(zip(_BOX, address.search_3857, strict=True))
    versioned = {
        name: Int4(value) if isinstance(value, int) else value
        for name, value in version_params(tileset.versioned_layers, address).items()
    }
    usage = (tileset.key, address.zoom)
    begun = time.perf_counter()
    definition, cells, body = _run(
        statement.sql,
        {**statement.params, **place, **versioned},
        prepare=_seconds.get(usage, 1.0) < PREPARED_BELOW_S,
    )
    _seconds[usage] = time.perf_counter() - begun
    _forget_oldest(_seconds)
    return CachedTile(definition + cells, gzip.compress(body, 6, mtime=0) if body else b"")


def _run(text: str, params: dict[str, Any], *, prepare: bool) -> tuple[int, int, bytes]:
    with server_cursor(prepare=prepare) as cursor:
        cursor.execute(text, params)
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM
    return int(row[0]), int(row[1]), bytes(row[2])


_statements: dict[tuple[str, tuple[str, ...], bool], Statement] = {}
# How long the last tile of a tileset at a zoom took.
_seconds: dict[tuple[str, int], float] = {}


def _forget_oldest(kept: dict[Any, Any]) -> None:
    """Drop the entry made first when there are too many; safe when two threads do it at once."""
    if len(kept) > MAX_KEPT:
        kept.pop(list(kept)[0], None)  # noqa: RUF015 - list() is atomic, iter() is not


def statement_of(tileset: Tileset, zoom: int, *, counts: bool = True) -> Statement:
    """Return the statement of a tileset, kept for all who see the same rows; one of a past moment is not kept.

    Its one row has the version of the layers as wholes, that of the cells, and the tile; without ``counts`` the tile is
    NULL where the features of a layer would not fit, which the database decides sooner.
    """
    shown = tuple(c for c in tileset.collections if c.min_zoom <= zoom)
    if not tileset.is_of_today:
        return _build(tileset, shown, zoom, counts=counts)
    key = (tileset.key, _ways(tileset, zoom), counts)
    kept = _statements.get(key)
    if kept is None:
        kept = _statements[key] = _build(tileset, shown, zoom, counts=counts)
        _forget_oldest(_statements)
    return kept


def zooms_alike(tileset: Tileset, zoom: int) -> list[int]:
    """Return the zooms whose tiles are made by the statement of ``zoom``."""
    ways = _ways(tileset, zoom)
    return [other for other in range(MAX_ZOOM + 1) if _ways(tileset, other) == ways]


def _ways(tileset: Tileset, zoom: int) -> tuple[str, ...]:
    """Return the layers that are drawn at a zoom, with a mark those that are drawn in bins."""
    return tuple(f"{c.id}{'#' * (zoom < c.bins_below)}" for c in tileset.collections if c.min_zoom <= zoom)


def _build(tileset: Tileset, shown: tuple[Collection, ...], zoom: int, *, counts: bool) -> Statement:
    parts: list[str] = []
    params: dict[str, Any] = {}
    for number, collection in enumerate(shown):
        part = _layer(tileset, collection, number, in_bins=zoom < collection.bins_below, counts=counts)
        parts.append(part.sql)
        params |= part.params
    body = "\n|| ".join(parts) or "''::bytea"
    return Statement(f"SELECT ({DEFINITION_SQL}), ({CELLS_SQL}),\n{body}", params)


def _layer(tileset: Tileset, collection: Collection, number: int, *, in_bins: bool, counts: bool) -> Statement:
    """Return a scalar: the layer in bins; or its features, and ``counts`` of them (else NULL) where they don't fit."""
    rows = tileset.rows_of(collection)
    fields = tileset.fields_of(collection)
    matrix_set = tileset.matrix_set
    is_native = matrix_set.srid in (WEB_MERCATOR_QUAD.srid, collection.srid)
    geometry = collection.geometry if matrix_set.srid == collection.srid else collection.geometry_3857
    cut = _cut(matrix_set, is_native=is_native)
    moment = {MOMENT: F(collection.datetime_field)} if in_bins and _is_dated(rows, collection) else {}
    full = _named(layer_rows.select(collection, rows, geometry=geometry, fields=fields, extra=moment), f"full{number}_")
    light = _named(layer_rows.select(collection, rows, geometry=geometry, fields=(), extra=moment), f"light{number}_")
    name = f"name{number}"
    template = _template("bins") if in_bins else _template("layer")
    if counts and not in_bins:
        template = f"coalesce({template}, {_template('counts')})"
    text = sql.SQL(template).format(
        full=sql.SQL(full.sql),
        light=sql.SQL(light.sql),
        columns=sql.SQL("".join(f"{_column(field)}, " for field in fields)),
        nulls=sql.SQL("NULL, " * len(fields)),
        name=sql.SQL(f"%({name})s::text"),
        moment=sql.SQL(f'"{MOMENT}"' if moment else "NULL::int"),
        same_moment=sql.SQL(f'source."{MOMENT}" = binned.moment' if moment else "true"),
        tile=sql.SQL(cut.tile),
        buffered=sql.SQL(cut.buffered),
        searched=sql.SQL(cut.searched),
        shape=sql.SQL(cut.shape),
        across=sql.SQL("1 << %(z)s"),
        down=sql.SQL(cut.down),
        middle_x=sql.SQL(cut.middle(collection, "X")),
        middle_y=sql.SQL(cut.middle(collection, "Y")),
        extent=sql.Literal(EXTENT),
        buffer=sql.Literal(BUFFER),
        bins=sql.Literal(COUNT_BINS if in_bins else BINS),
        beyond=sql.Literal(BEYOND_IDS),
        max_features=sql.Literal(MAX_FEATURES),
        max_bytes=sql.Literal(MAX_LAYER_BYTES),
    )
    used = full.params | (light.params if counts or in_bins else {})
    return Statement(text.as_string(None), {**used, name: collection.id})


def _is_dated(rows: Rows, collection: Collection) -> bool:
    """Whether the collection has a moment of its own, by which its table may be partitioned."""
    if not collection.datetime_field:
        return False
    return isinstance(rows.model._meta.get_field(collection.datetime_field), DateField)


@cache
def _template(name: str) -> str:
    return re.sub(r"\s*--.*$", "", (SQL / f"{name}.sql").read_text(), flags=re.MULTILINE)


def _column(field: Field) -> str:
    name = layer_rows.identifier(field.name)
    return f"{_CASTS[field.type].format(name)} AS {name}"


def _named(select: layer_rows.Select, prefix: str) -> Statement:
    """Return ``select`` with its values by name, so that it can stand beside others in one statement."""
    values = iter(select.params)
    params: dict[str, Any] = {}

    def name(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%%"
        key = f"{prefix}{len(params)}"
        params[key] = next(values)
        return f"%({key})s"

    return Statement(re.sub(r"%%|%s", name, select.sql), params)
