"""The front's tiles on the test's own connection, before a Django that is a test client."""

import asyncio
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from gisserver.serving.answers import INTERNAL, Answer
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.cache.revalidation import Revalidator
from gisserver.serving.front.cache.tiles import Tiles
from gisserver.serving.front.http.credentials import Credentials
from gisserver.serving.front.statements import Statement
from gisserver.serving.workers.front_settings import holder_statements, revalidation_statement
from tests.gisserver.serving.stand_ins import Scope
from tiles.address import TileAddress


class OneConnection:
    """The front's database, by way of the test's own connection."""

    def __init__(self) -> None:
        self.is_away = False
        self.statements: list[str] = []
        connection.ensure_connection()
        self._raw = connection.connection

    async def warm(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """The one connection is as warm as it gets."""

    async def row(self, statement: Statement, values: Mapping[str, Any], **options: Any) -> Any:
        """Return the row of a statement."""
        self.statements.append(statement.sql.decode())
        return psycopg.RawCursor(self._raw).execute(statement.sql, statement.bound(values), binary=True).fetchone()


class Door:
    """The front's door for tiles, before a Django that counts how often it is asked."""

    def __init__(self) -> None:
        self.database, self.asked = OneConnection(), 0
        revalidations: Any = MicroBatches(Revalidator(self.database, revalidation_statement()).revalidate)  # type: ignore[arg-type]
        self.tiles = Tiles(self.database, revalidations, Credentials())  # type: ignore[arg-type]
        self.start()

    def start(self) -> None:
        """Begin with no tiles in memory."""
        self.tiles.start(10_000_000, holder_statements())

    def get(self, path: str, query: str = "", method: str = "GET", **headers: str) -> Answer:
        """Answer a request; what the front does not answer Django does."""
        told = {name.replace("_", "-"): value for name, value in {"accept_encoding": "gzip", **headers}.items()}
        scope = Scope(method=method, path=path, query_string=query, headers=told)
        answer = asyncio.run(self.tiles.answer(scope))
        if answer is None:
            self.asked += 1
            answer = django(scope)
            asyncio.run(self._learned(scope, answer))
        return answer

    async def _learned(self, scope: Scope, answer: Answer) -> None:
        self.tiles.learn(scope, answer)


def django(scope: Scope) -> Answer:
    """Return Django's own answer, what is for the front apart, as the front gets it."""
    ask = getattr(Client(raise_request_exception=False), scope.method.lower())
    response: HttpResponse = ask(f"{scope.path}?{scope.query_string}", headers=scope.headers)
    headers = [(name, value) for name, value in response.items() if not name.lower().startswith(INTERNAL)]
    own = {name.lower(): value for name, value in response.items() if name.lower().startswith(INTERNAL)}
    return Answer(response.status_code, headers, response.content, own=own)


def headers_of(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers}


def path_of(address: TileAddress, layers: str = "grids") -> str:
    return f"/tiles/{layers}/{address.z}/{address.x}/{address.y}.mvt"


def same(door: Door, path: str, query: str = "", **headers: str) -> Answer:
    """Return the front's own second answer, which must be Django's."""
    door.get(path, query, **headers)
    asked = door.asked
    ours = door.get(path, query, **headers)
    assert door.asked == asked, "Django was asked again"
    told = {name.replace("_", "-"): value for name, value in {"accept_encoding": "gzip", **headers}.items()}
    theirs = django(Scope(path=path, query_string=query, headers=told))
    assert (ours.status, ours.body) == (theirs.status, theirs.body)
    for name in ("etag", "cache-control", "content-type", "content-encoding"):
        assert headers_of(ours).get(name) == headers_of(theirs).get(name)
    return ours
