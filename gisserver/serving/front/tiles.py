"""Tiles from memory or from one prepared statement; Django is asked who may have them, and how they are made.

Django answers a tile first, with everything that takes, and leaves a pass: on whom and on what the answer rests, and
the statement that makes such tiles. As long as the database confirms the credential, and the layers are defined as they
were, the next tiles of the same kind are made here. Whatever is not plain goes on to Django.
"""

import asyncio
import gzip
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
import psycopg
from cachetools import LRUCache
from psycopg.types.numeric import Int4

from gisserver.common.conditional import accepts_gzip, etags_in
from gisserver.common.errors import Unavailable
from gisserver.serving.answers import Answer, Headers
from gisserver.serving.front.credentials import Credential, Credentials
from gisserver.serving.front.database import Database
from gisserver.serving.front.gather import Gather
from gisserver.serving.front.looks import HOLDER, Basis, Found, Ground, Holder, holder_told, own_of
from gisserver.serving.limits import COMPRESSED_AT_ONCE_BYTES, PASSES, STALE_S
from tiles.address import MAX_ZOOM, TileAddress

logger = logging.getLogger(__name__)

MVT = "application/vnd.mapbox-vector-tile"
DOOR = "/tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt"
LEFT = "x-gisserver-pass"
_PATH = re.compile(r"/tiles/([a-z0-9_,-]+)/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt")
# A tile that took longer is planned for its own place the next time: a prepared plan does not know how many rows
# lie there, which costs little where they are few and doubles the time where they are many.
PREPARED_BELOW_S = 0.02
OVERHEAD_BYTES = 256


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it goes out: ``body`` is gzip (empty when nothing is there), ``version`` that of its ground."""

    version: int
    body: bytes


@dataclass(slots=True)
class Maker:
    """How the tiles of a tileset are made at one zoom: valid as long as its layers were not touched as a whole."""

    whole: int
    sql: str
    params: Mapping[str, Any]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Made:
    """A tile, and the version of its layers as wholes for which its maker was left."""

    tile: Tile
    whole: int


@dataclass(slots=True)
class Pass:
    """What Django found out about a credential and a tileset."""

    key: str
    layers: tuple[str, ...]
    holder: Holder | None
    headers: Headers
    own: Mapping[str, str]
    confirmed: float = 0.0
    makers: dict[int, Maker] = field(default_factory=dict)


Place = tuple[str, int, int, int]
Question = tuple[Credential | None, str, str]


class Tiles:
    """The door /tiles/…mvt."""

    def __init__(self, database: Database, looks: "Gather[Basis, Found | None]", credentials: Credentials) -> None:
        self._database, self._looks, self._credentials = database, looks, credentials
        self._passes: OrderedDict[Question, Pass] = OrderedDict()
        self._tiles: LRUCache[Place, Tile] = LRUCache(0)
        self._flights: dict[Place, asyncio.Future[Made | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, most_bytes: int) -> None:
        """Begin to keep tiles."""
        self._tiles = LRUCache(most_bytes, getsizeof=lambda tile: len(tile.body) + OVERHEAD_BYTES)

    async def answer(self, scope: Any) -> Answer | None:
        """Return a tile, or None for what Django is to answer."""
        match = _PATH.fullmatch(scope.path)
        headers = scope.headers
        if match is None or scope.method != "GET" or not accepts_gzip(headers.get("accept-encoding", "")):
            return None
        layers, z, x, y = match[1], int(match[2]), int(match[3]), int(match[4])
        given = self._passes.get((self._credentials.shown(headers), layers, scope.query_string))
        if given is None or z > MAX_ZOOM:
            return None
        place = (given.key, z, x, y)
        held = etags_in(headers.get("if-none-match", ""))
        if self._database.is_away:
            return self._stale(given, place, held)
        ground = Ground(given.layers, _cells(z, x, y))
        ahead = None if held or place in self._tiles else self._begun(given, place, ground)
        try:
            found = await self._looks.ask(Basis(given.holder, ground))
            return None if found is None else await self._current(given, place, ground, found, held, ahead)
        except Unavailable:
            return self._stale(given, place, held)

    def _begun(self, given: Pass, place: Place, ground: Ground) -> "asyncio.Future[Made | None] | None":
        """Begin a tile that nobody has while the look is under way, which says whether it may be shown."""
        maker = given.makers.get(place[1])
        if maker is None or place in self._flights:
            return None
        return self._start(maker, place, ground)

    async def _current(
        self,
        given: Pass,
        place: Place,
        ground: Ground,
        found: Found,
        held: frozenset[str],
        ahead: "asyncio.Future[Made | None] | None",
    ) -> Answer | None:
        """Return the tile of the version that was found just now, or a newer one; None if Django must make it.

        ``ahead`` may come to be that tile.
        """
        given.confirmed = time.monotonic()
        if _etag(given, found.version) in held:
            return _answer(given, found.version, None)
        tile = self._tiles.get(place)
        if tile is None or tile.version != found.version:
            tile = _as_found(await asyncio.shield(ahead), found) if ahead is not None else None
            tile = tile or await self._made(given, place, ground, found)
        if tile is None:
            return None
        self._keep(place, tile)
        return _answer(given, tile.version, tile.body)

    def learn(self, scope: Any, answer: Answer) -> None:
        """Take the pass that Django has left in an answer."""
        text = answer.own.get(LEFT)
        match = _PATH.fullmatch(scope.path)
        if text is None or match is None or scope.method != "GET" or not isinstance(answer.body, bytes):
            return
        told = orjson.loads(text)
        question = (self._credentials.shown(scope.headers), match[1], scope.query_string)
        if (HOLDER in answer.own) != (question[0] is not None):
            return
        given = self._pass(question, holder_told(question[0], answer.own), told)
        z, x, y = int(match[2]), int(match[3]), int(match[4])
        if told["sql"] is not None:
            given.makers[z] = Maker(told["whole"], told["sql"], told["params"])
        if answer.status == 204 or answer.header("content-encoding") == "gzip":
            self._keep((given.key, z, x, y), Tile(told["version"], answer.body))

    def _pass(self, question: Question, holder: Holder | None, told: Mapping[str, Any]) -> Pass:
        given = self._passes.get(question)
        if given is None or (given.key, given.holder) != (told["key"], holder):
            headers = [(name, value) for name, value in told["headers"]]
            given = self._passes[question] = Pass(
                told["key"], tuple(told["layers"]), holder, headers, own_of(DOOR, holder)
            )
            if len(self._passes) > PASSES:
                self._passes.popitem(last=False)
        self._passes.move_to_end(question)
        return given

    def _stale(self, given: Pass, place: Place, held: frozenset[str]) -> Answer | None:
        """Return what is known, while the database is away, to whom it has confirmed a short time ago."""
        tile = self._tiles.get(place)
        if tile is None or time.monotonic() - given.confirmed > STALE_S:
            return None
        return _answer(given, tile.version, None if _etag(given, tile.version) in held else tile.body)

    async def _made(self, given: Pass, place: Place, ground: Ground, found: Found) -> Tile | None:
        """Return a tile at least as new as ``found``, made once for all who ask now; None if Django must make it."""
        maker = given.makers.get(place[1])
        if maker is None or maker.whole != found.whole:
            return None
        while (flight := self._flights.get(place)) is not None:
            made = await asyncio.shield(flight)
            if made is None:
                return None
            if tile := _as_found(made, found):
                return tile
        made = await asyncio.shield(self._start(maker, place, ground))
        return None if made is None else made.tile

    def _start(self, maker: Maker, place: Place, ground: Ground) -> "asyncio.Future[Made | None]":
        """Begin a tile for all who ask from now on; None comes if Django must make it, or say what is wrong."""
        flight: asyncio.Future[Made | None] = asyncio.get_running_loop().create_future()
        self._flights[place] = flight
        task = asyncio.ensure_future(self._fly(flight, maker, place, ground))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return flight

    async def _fly(self, flight: "asyncio.Future[Made | None]", maker: Maker, place: Place, ground: Ground) -> None:
        made = None
        try:
            made = Made(await self._database.answered(self._make(maker, place, ground)), maker.whole)
        except (psycopg.Error, Unavailable):
            logger.info("A tile could not be made here", exc_info=True)
        finally:
            del self._flights[place]
            flight.set_result(made)

    async def _make(self, maker: Maker, place: Place, ground: Ground) -> Tile:
        x_min, y_min, x_max, y_max = ground.cells
        numbers = {"z": place[1], "x": place[2], "y": place[3], "cell_x_min": x_min, "cell_y_min": y_min}
        numbers |= {"cell_x_max": x_max, "cell_y_max": y_max}
        values = {name: Int4(number) for name, number in numbers.items()}
        begun = time.perf_counter()
        async with self._database.connection() as connection:
            prepare = maker.seconds < PREPARED_BELOW_S
            params = {**maker.params, **values, "layers": list(ground.layers)}
            cursor = await connection.execute(maker.sql, params, prepare=prepare, binary=True)
            row = await cursor.fetchone()
        maker.seconds = time.perf_counter() - begun
        assert row is not None  # noqa: S101 - a SELECT without FROM
        return Tile(int(row[0]), await _compressed(bytes(row[1])))

    def _keep(self, place: Place, tile: Tile) -> None:
        held = self._tiles.get(place)
        if (held is None or held.version <= tile.version) and len(tile.body) + OVERHEAD_BYTES <= self._tiles.maxsize:
            self._tiles[place] = tile


def _as_found(made: Made | None, found: Found) -> Tile | None:
    """Return the tile if it is at least as new as ``found``, and made as its layers are defined now."""
    if made is None or made.whole != found.whole or made.tile.version < found.version:
        return None
    return made.tile


@lru_cache(100_000)
def _cells(z: int, x: int, y: int) -> tuple[int, int, int, int]:
    cells = TileAddress(z, x, y).cells
    return cells.x_min, cells.y_min, cells.x_max, cells.y_max


async def _compressed(body: bytes) -> bytes:
    if len(body) <= COMPRESSED_AT_ONCE_BYTES:
        return gzip.compress(body, 6, mtime=0) if body else b""
    return await asyncio.to_thread(gzip.compress, body, 6, mtime=0)


def _etag(given: Pass, version: int) -> str:
    return f'"{given.key}-{version:x}-gz"'


def _answer(given: Pass, version: int, body: bytes | None) -> Answer:
    """Return a tile: 200, 204 when nothing is there, 304 for ``body`` None."""
    headers = [*given.headers, ("etag", _etag(given, version)), ("x-content-type-options", "nosniff")]
    if not body:
        return Answer(304 if body is None else 204, headers, b"", own=given.own)
    return Answer(200, [*headers, ("content-type", MVT), ("content-encoding", "gzip")], body, own=given.own)
