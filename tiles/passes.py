"""What Django leaves for the front with a tile, so that the front may answer the next ones like it by itself.

The front (`gisserver/serving/front/tiles.py`) takes the pass out of the answer; no client sees it.
"""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from gisserver.common.access.credentials import recheck
from gisserver.common.access.scope import holder_mark
from tiles import delivery, mvt
from tiles.address import TileAddress
from tiles.tileset import Tileset

HEADER = "X-Gisserver-Pass"
# Values of these types are the same after they have been sent as JSON.
_PLAIN = (str, int, float, bool, type(None))


def leave(
    response: HttpResponse, request: HttpRequest, tileset: Tileset, address: TileAddress, *, version: int, whole: int
) -> None:
    """Put a pass on the answer to ``request``.

    ``version`` is that of the tile, ``whole`` the version of the tileset's layers as wholes, read before anything that
    the answer rests on: should their definition change in between, the front will find another one. The pass holds
    the scope that was read for this request, for the same reason.
    """
    user: Any = request.user
    if not (user.is_authenticated or tileset.is_public):
        return
    holder = recheck.holder_of(user) if user.is_authenticated else None
    mark = holder and {"user": holder.user_id, "mark": holder_mark(holder.password, holder.scope_key)}
    statement = mvt.statement_of(tileset, address.z)
    params = {name: list(value) if isinstance(value, set) else value for name, value in statement.params.items()}
    sayable = all(_is_plain(value) for value in params.values())
    told = {
        "key": tileset.key,
        "layers": delivery.layers_of(tileset),
        "holder": mark,
        "version": version,
        "whole": whole,
        "sql": statement.sql if sayable else None,
        "params": params if sayable else None,
        "headers": delivery.headers_of(tileset),
    }
    response[HEADER] = orjson.dumps(told).decode()


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, _PLAIN) for one in value)
    return isinstance(value, _PLAIN)
