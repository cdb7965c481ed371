"""A tile that nobody has, by one prepared statement: for whom it is, its versions and bytes, as of one instant."""

import asyncio
import contextlib
import gzip
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.types.numeric import Int4, Int8

from gisserver.common.errors import Unavailable
from gisserver.serving.front.cache.revalidation import Holder, VersionedArea, is_same
from gisserver.serving.front.database import Database
from gisserver.serving.front.statements import Statement, numbered
from gisserver.serving.limits import COMPRESSED_AT_ONCE_BYTES
from tiles.address import MAX_ZOOM

# A tile that took longer is planned for its own place the next time: a prepared plan does not know how many rows
# lie there, which costs little where they are few and doubles the time where they are many.
PREPARED_BELOW_S = 0.1

Place = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it goes out: ``body`` is gzip (empty when nothing is there), ``version`` that of its ground."""

    version: int
    body: bytes


@dataclass(slots=True)
class RenderStatement:
    """How the tiles of a tileset are made at one zoom: valid as long as its layers were not touched as a whole."""

    definition: int
    statement: Statement
    params: Mapping[str, Any]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RenderedTile:
    """A tile, the version of its layers as wholes, and whether whoever began it is who Django took them for."""

    tile: Tile
    definition: int
    is_for_holder: bool


def statement_for(tile: str, holder: str | None) -> Statement:
    """Return the statement of tiles with a statement that says for whom a credential stands, None for no credential."""
    return numbered(f"SELECT ({holder or 'NULL'}), made.* FROM ({tile}) AS made")  # noqa: S608 - both are Django's


def written(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a statement with lists of whole numbers as PostgreSQL writes arrays, once for all tiles."""
    return {
        name: "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) and _are_whole(value) else value
        for name, value in params.items()
    }


def _are_whole(values: list[Any]) -> bool:
    return all(type(value) is int for value in values)


async def rendered(
    database: Database, statement: RenderStatement, place: Place, area: VersionedArea, holder: Holder | None
) -> RenderedTile | None:
    """Return the tile, None if Django must make it: its layers are defined anew, or have too much for it.

    Raises what the database raises.
    """
    began = time.perf_counter()
    row = await database.row(
        statement.statement,
        {**statement.params, **_values(place, area, holder)},
        planned_once=statement.seconds < PREPARED_BELOW_S,
    )
    statement.seconds = time.perf_counter() - began
    told, definition, cells, body = row
    if definition != statement.definition or body is None:
        return None
    tile = Tile(definition + cells, await _compressed(bytes(body)))
    return RenderedTile(tile, definition, holder is None or is_same(holder, told))


async def warm(database: Database, statement: RenderStatement, layers: tuple[str, ...], holder: Holder | None) -> None:
    """Have the statement planned everywhere, by a tile at the edge of the world, where nothing is."""
    nowhere = VersionedArea(layers, (0, 0, 0, 0))
    with contextlib.suppress(psycopg.Error, Unavailable):  # whoever needs it will be told
        await database.warm(statement.statement, {**statement.params, **_values(("", MAX_ZOOM, 0, 0), nowhere, holder)})


def _values(place: Place, area: VersionedArea, holder: Holder | None) -> dict[str, Any]:
    x_min, y_min, x_max, y_max = area.cells
    numbers = {"z": place[1], "x": place[2], "y": place[3], "cell_x_min": x_min, "cell_y_min": y_min}
    numbers |= {"cell_x_max": x_max, "cell_y_max": y_max}
    values: dict[str, Any] = {name: Int4(number) for name, number in numbers.items()}
    if holder is not None:
        values |= {"user": Int8(holder.user_id), "proof": holder.proof}
    return {**values, "layers": _array(area.layers)}


@lru_cache(1024)
def _array(names: tuple[str, ...]) -> str:
    """Return names of layers, which hold no quotes, as PostgreSQL writes an array of text."""
    return "{" + ",".join(f'"{name}"' for name in names) + "}"


async def _compressed(body: bytes) -> bytes:
    if len(body) <= COMPRESSED_AT_ONCE_BYTES:
        return gzip.compress(body, 6, mtime=0) if body else b""
    return await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
