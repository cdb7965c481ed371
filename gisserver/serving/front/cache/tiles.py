"""Tiles from memory or from one prepared statement; Django is asked who may have them, and how they are made.

Django answers a tile first, with everything that takes, and leaves a pass: on whom and on what the answer rests, and
the statement that makes such tiles. As long as the database confirms the credential, and the layers are defined as they
were, the next tiles of the same kind are made here (`rendering.py`). Whatever is not plain goes on to Django.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import orjson
import psycopg
from cachetools import LRUCache

from gisserver.common.conditional import accepts_gzip, etags_in
from gisserver.common.errors import Unavailable
from gisserver.serving.answers import Answer, Headers
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.cache.rendering import (
    Place,
    RenderedTile,
    RenderStatement,
    Tile,
    rendered,
    statement_for,
    warm,
    written,
)
from gisserver.serving.front.cache.revalidation import (
    HOLDER,
    Dependencies,
    Found,
    Holder,
    VersionedArea,
    holder_told,
    own_of,
)
from gisserver.serving.front.database import Database
from gisserver.serving.front.http.credentials import Credential, Credentials
from gisserver.serving.front.statements import Statement
from gisserver.serving.limits import KEPT_CHARACTERS, STALE_S, TILE_STATEMENTS, TILESET_PLANS
from tiles.address import MAX_ZOOM, TileAddress

logger = logging.getLogger(__name__)

MVT = "application/vnd.mapbox-vector-tile"
DOOR = "/tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt"
PLAN = "x-gisserver-plan"
_PATH = re.compile(r"/tiles/([a-z0-9_,-]+)/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt")
OVERHEAD_BYTES = 256


@dataclass(slots=True, eq=False)
class TilesetPlan:
    """What Django found out about a credential and a tileset."""

    key: str
    layers: tuple[str, ...]
    holder: Holder | None
    headers: Headers
    own: Mapping[str, str]
    confirmed: float = 0.0
    statements: dict[int, RenderStatement] = field(default_factory=dict)


# A tile on its way, for all who ask for it meanwhile; None comes if Django must make it.
Flight = asyncio.Future["RenderedTile | None"]
Question = tuple[Credential | None, str, str]


class Tiles:
    """The door /tiles/…mvt."""

    def __init__(
        self, database: Database, revalidations: "MicroBatches[Dependencies, Found | None]", credentials: Credentials
    ) -> None:
        self._database, self._revalidations, self._credentials = database, revalidations, credentials
        self._plans: OrderedDict[Question, TilesetPlan] = OrderedDict()
        self._tiles: LRUCache[Place, Tile] = LRUCache(0)
        self._flights: dict[Place, Flight] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._making = asyncio.Semaphore(TILE_STATEMENTS)
        self._holders: Mapping[str, str] = {}

    def start(self, most_bytes: int, holders: Mapping[str, str]) -> None:
        """Begin to keep tiles; ``holders`` are by kind of credential the statements that say for whom one stands."""
        self._holders = holders
        self._tiles = LRUCache(most_bytes, getsizeof=lambda tile: len(tile.body) + OVERHEAD_BYTES)

    async def answer(self, scope: Any) -> Answer | None:
        """Return a tile, or None for what Django is to answer."""
        asked, headers = _asked(scope.path), scope.headers
        if asked is None or scope.method != "GET" or not accepts_gzip(headers.get("accept-encoding", "")):
            return None
        layers, z, x, y = asked
        given = self._plans.get((self._credentials.shown(headers), layers, scope.query_string))
        if given is None:
            return None
        place = (given.key, z, x, y)
        held = etags_in(headers.get("if-none-match", ""))
        if self._database.is_away:
            return self._stale(given, place, held)
        rests = _dependencies(given, z, x, y)
        statement = given.statements.get(z)
        try:
            if not held and statement is not None and place not in self._tiles and place not in self._flights:
                return await self._first(given, place, rests.area, statement)
            found = await self._revalidations.ask(rests)
            return None if found is None else await self._current(given, place, rests.area, found, held)
        except Unavailable:
            return self._stale(given, place, held)

    async def _first(
        self, given: TilesetPlan, place: Place, area: VersionedArea, statement: RenderStatement
    ) -> Answer | None:
        """Return a tile that nobody has, if its statement confirms who asks; None if Django must answer."""
        made = await asyncio.shield(self._start(given, statement, place, area))
        if made is None or not made.is_for_holder:
            return None
        given.confirmed = time.monotonic()
        return _answer(given, made.tile.version, made.tile.body)

    async def _current(
        self, given: TilesetPlan, place: Place, area: VersionedArea, found: Found, held: frozenset[str]
    ) -> Answer | None:
        """Return the tile of the version that was found just now, or a newer one; None if Django must make it."""
        given.confirmed = time.monotonic()
        if _etag(given, found.version) in held:
            return _answer(given, found.version, None)
        tile = self._tiles.get(place)
        if tile is None or tile.version != found.version:
            tile = await self._made(given, place, area, found)
        return None if tile is None else _answer(given, tile.version, tile.body)

    def learn(self, scope: Any, answer: Answer) -> None:
        """Take the pass that Django has left in an answer."""
        text = answer.own.get(PLAN)
        asked = _asked(scope.path)
        if text is None or asked is None or scope.method != "GET" or len(scope.query_string) > KEPT_CHARACTERS:
            return
        told = orjson.loads(text)
        layers, z, x, y = asked
        question = (self._credentials.shown(scope.headers), layers, scope.query_string)
        if (HOLDER in answer.own) != (question[0] is not None):
            return
        given = self._plan(question, holder_told(question[0], answer.own), told)
        if told["sql"] is not None:
            kind = None if given.holder is None else given.holder.kind
            statement = statement_for(told["sql"], None if kind is None else self._holders[kind])
            if self._learn(given, statement, told) and not scope.query_string:  # filters come in endless kinds
                self._begin(warm(self._database, given.statements[z], given.layers, given.holder))
        if isinstance(answer.body, bytes) and (answer.status == 204 or answer.header("content-encoding") == "gzip"):
            self._keep((given.key, z, x, y), Tile(told["version"], answer.body))

    def _learn(self, given: TilesetPlan, statement: Statement, told: Mapping[str, Any]) -> bool:
        """Take the statement for the zooms that lack it; return whether there were any."""
        new = RenderStatement(told["definition"], statement, written(told["params"]))
        zooms = [
            zoom
            for zoom in told["zooms"]
            if zoom not in given.statements or given.statements[zoom].definition != new.definition
        ]
        # How long tiles take is told apart by zoom.
        given.statements.update((zoom, replace(new)) for zoom in zooms)
        return bool(zooms)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _plan(self, question: Question, holder: Holder | None, told: Mapping[str, Any]) -> TilesetPlan:
        given = self._plans.get(question)
        if given is None or (given.key, given.holder) != (told["key"], holder):
            headers = [(name, value) for name, value in told["headers"]]
            given = self._plans[question] = TilesetPlan(
                told["key"], tuple(told["layers"]), holder, headers, own_of(DOOR, holder)
            )
            if len(self._plans) > TILESET_PLANS:
                self._plans.popitem(last=False)
        self._plans.move_to_end(question)
        return given

    def _stale(self, given: TilesetPlan, place: Place, held: frozenset[str]) -> Answer | None:
        """Return what is known, while the database is away, to whom it has confirmed a short time ago."""
        tile = self._tiles.get(place)
        if tile is None or time.monotonic() - given.confirmed > STALE_S:
            return None
        return _answer(given, tile.version, None if _etag(given, tile.version) in held else tile.body)

    async def _made(self, given: TilesetPlan, place: Place, area: VersionedArea, found: Found) -> Tile | None:
        """Return a tile at least as new as ``found``, made once for all who ask now; None if Django must make it."""
        statement = given.statements.get(place[1])
        if statement is None or statement.definition != found.definition:
            return None
        while (flight := self._flights.get(place)) is not None:
            made = await asyncio.shield(flight)
            if made is None:
                return None
            if tile := _as_found(made, found):
                return tile
        made = await asyncio.shield(self._start(given, statement, place, area))
        return None if made is None else made.tile

    def _start(self, given: TilesetPlan, statement: RenderStatement, place: Place, area: VersionedArea) -> Flight:
        """Begin a tile for all who ask from now on; None comes if Django must make it, or say what is wrong."""
        flight: Flight = asyncio.get_running_loop().create_future()
        self._flights[place] = flight
        made = rendered(self._database, statement, place, area, given.holder)
        self._begin(self._fly(flight, place, made))
        return flight

    async def _fly(self, flight: Flight, place: Place, rendering: Coroutine[Any, Any, RenderedTile | None]) -> None:
        made = None
        try:
            async with self._making:
                made = await rendering
        except (psycopg.Error, Unavailable):
            logger.info("A tile could not be made here", exc_info=True)
        finally:
            rendering.close()  # it has not begun when the front ends first
            if made is not None:
                self._keep(place, made.tile)
            if self._flights.get(place) is flight:
                del self._flights[place]
            if not flight.done():
                flight.set_result(made)

    def let_go(self, _: Exception) -> None:
        """Tell all who wait for a tile that it does not come: the database is away. What asks it is not cancelled."""
        flights = list(self._flights.values())
        self._flights.clear()
        for flight in flights:
            if not flight.done():
                flight.set_result(None)

    def _keep(self, place: Place, tile: Tile) -> None:
        held = self._tiles.get(place)
        if (held is None or held.version <= tile.version) and len(tile.body) + OVERHEAD_BYTES <= self._tiles.maxsize:
            self._tiles[place] = tile


def _as_found(made: RenderedTile | None, found: Found) -> Tile | None:
    """Return the tile if it is at least as new as ``found``, and made as its layers are defined now."""
    if made is None or made.definition != found.definition or made.tile.version < found.version:
        return None
    return made.tile


def _asked(path: str) -> tuple[str, int, int, int] | None:
    """Return the layers, z, x and y that a path names; None where there is no such tile, or for another door."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    z, x, y = int(match[2]), int(match[3]), int(match[4])
    return (match[1], z, x, y) if z <= MAX_ZOOM and max(x, y) < 1 << z else None


@lru_cache(10_000)
def _dependencies(given: TilesetPlan, z: int, x: int, y: int) -> Dependencies:
    cells = TileAddress(z, x, y).cells
    return Dependencies(given.holder, VersionedArea(given.layers, (cells.x_min, cells.y_min, cells.x_max, cells.y_max)))


def _etag(given: TilesetPlan, version: int) -> str:
    return f'"{given.key}-{version:x}-gz"'


def _answer(given: TilesetPlan, version: int, body: bytes | None) -> Answer:
    """Return a tile: 200, 204 when nothing is there, 304 for ``body`` None."""
    headers = [*given.headers, ("etag", _etag(given, version)), ("x-content-type-options", "nosniff")]
    if not body:
        return Answer(304 if body is None else 204, headers, b"", own=given.own)
    return Answer(200, [*headers, ("content-type", MVT), ("content-encoding", "gzip")], body, own=given.own)
