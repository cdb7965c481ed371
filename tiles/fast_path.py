"""The door of tiles in memory, ahead of Django: one look at the database says who still may and what is still true.

Django answers a tile first, with everything that takes; then `remember` leaves a pass for this credential and these
layers. As long as the database confirms the pass (the session or token lives, the user is the same, active, with the
same password and grants) and the ground has not changed, the next answers come from here, ten times as fast. Whatever
is not plain goes on to Django: this door only ever says 200 from memory, 204 or 304.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.http import HttpRequest
from psycopg.types.numeric import Int4

from gisserver.common.access.credentials import recheck
from gisserver.common.access.credentials.recheck import Credential, Holder
from gisserver.common.web.metrics import REQUESTS
from tiles import delivery, tile_version
from tiles.address import MAX_ZOOM, TileAddress
from tiles.tileset import Tileset

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

DOOR = "/tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt"
MAX_PASSES = 20_000
_PATH = re.compile(r"/tiles/([a-z0-9_,-]+)/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt")


@dataclass(frozen=True, slots=True)
class Pass:
    """What Django found out about a credential and a list of layers."""

    tileset_key: str
    ground: tuple[str, ...]
    holder: Holder


_passes: OrderedDict[tuple[Credential, str], Pass] = OrderedDict()
_lock = threading.Lock()
_own = threading.local()


def remember(request: HttpRequest, layers: str, tileset: Tileset) -> None:
    """Leave a pass for the next request like this one; called by the view that has answered it.

    The pass holds the scope that Django read, never one read later: should it change in between, the look
    will find another one.
    """
    credential = recheck.shown(request.META)
    user: Any = request.user
    if credential is None or not user.is_authenticated or request.META.get("QUERY_STRING") or tileset.is_public:
        return
    given = Pass(tileset.key, tileset.ground, recheck.holder_of(user))
    with _lock:
        _passes[credential, layers] = given
        _passes.move_to_end((credential, layers))
        if len(_passes) > MAX_PASSES:
            _passes.popitem(last=False)


def forget() -> None:
    """Forget all passes."""
    with _lock:
        _passes.clear()


def in_front_of(application: Application) -> Application:
    """Return ``application`` behind this door (WSGI)."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        found = _from_memory(environ) if environ["PATH_INFO"].startswith("/tiles/") else None
        if found is None:
            return application(environ, start_response)
        status, headers, body = found
        REQUESTS.labels(DOOR, environ["REQUEST_METHOD"], status[:3]).inc()
        start_response(status, headers)
        return [body] if body else []

    return answer


def _from_memory(environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes] | None:
    match = _PATH.fullmatch(environ["PATH_INFO"])
    plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
    if match is None or not plain or "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", "").split(", "):
        return None
    layers, *numbers = match.groups()
    z, x, y = map(int, numbers)
    credential = recheck.shown(environ)
    given = None if credential is None else _passes.get((credential, layers))
    if credential is None or given is None or z > MAX_ZOOM:
        return None
    address = TileAddress(z, x, y)
    version = _look(credential, given, address)
    if version is None:
        return None
    return _answer(given, address, version, environ.get("HTTP_IF_NONE_MATCH", ""))


def _answer(
    given: Pass, address: TileAddress, version: int, held: str
) -> tuple[str, list[tuple[str, str]], bytes] | None:
    tile = delivery.cache.get((given.tileset_key, address))
    etag = delivery.etag_of(given.tileset_key, version, gzipped=True)
    headers = [
        ("ETag", etag),
        ("Cache-Control", delivery.PRIVATE),
        ("Vary", delivery.VARY),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if etag in delivery.etags_in(held):
        return "304 Not Modified", headers, b""
    if tile is None or tile.version != version:
        return None
    if not tile.body:
        return "204 No Content", headers, b""
    headers += [
        ("Content-Type", delivery.MVT),
        ("Content-Encoding", "gzip"),
        ("Content-Length", str(len(tile.body))),
    ]
    return "200 OK", headers, tile.body


def _look(credential: Credential, given: Pass, address: TileAddress) -> int | None:
    """Return the version of the ground, or None when the pass is no longer good or the database does not answer."""
    cells = tile_version.version_params(given.ground, address)
    values = {name: Int4(value) if isinstance(value, int) else value for name, value in cells.items()}
    values |= recheck.values(credential, given.holder)
    statement = recheck.statement(credential.kind, f"({tile_version.VERSION_SQL}) AS version")
    try:
        row = _cursor().execute(statement, values, prepare=True).fetchone()
    except psycopg.Error:
        _own.cursor = None
        return None
    if row is None or not recheck.is_same(given.holder, row[0], row[1]):
        return None
    return int(row[2])


def _cursor() -> psycopg.Cursor[Any]:
    """Return this thread's own cursor: a connection that stays open, so that its statement stays prepared."""
    cursor: psycopg.Cursor[Any] | None = getattr(_own, "cursor", None)
    if cursor is None or cursor.connection.closed:
        parameters = connection.get_connection_params() | {"prepare_threshold": 5, "autocommit": True}
        _own.cursor = cursor = psycopg.Cursor(psycopg.connect(**parameters))
    return cursor
