"""What Django leaves for the front with a tile, so that the front may answer the next ones like it by itself.

The front (`gisserver/serving/front/cache/tiles.py`) takes the pass out of the answer; no client sees it.
"""

from typing import Any

import orjson
from django.http import HttpResponse

from gisserver.common.access import areas
from tiles import delivery, mvt
from tiles.address import TileAddress
from tiles.tileset import Tileset

HEADER = "X-Gisserver-Plan"
# Values of these types are the same after they have been sent as JSON.
_PLAIN = (str, int, float, bool, type(None))


def attach(response: HttpResponse, tileset: Tileset, address: TileAddress, *, version: int, definition: int) -> None:
    """Put a pass on an answer; for whom it is, the middleware of tokens says (`recheck.say_for_whom`).

    ``version`` is that of the tile, ``whole`` the version of the tileset's layers as wholes, read before anything that
    the answer rests on: should their definition change in between, the front will find another one.
    """
    statement = mvt.statement_of(tileset, address.z, counts=False)
    # The tables of areas are read for the definition too, which the front compares in the same statement.
    sql, values = areas.found_now(statement.sql, statement.params)
    params = {name: list(value) if isinstance(value, set) else value for name, value in values.items()}
    is_json = all(_is_plain(value) for value in params.values())
    plan = {
        "key": tileset.key,
        "layers": delivery.layers_of(tileset),
        "version": version,
        "definition": definition,
        "zooms": mvt.zooms_alike(tileset, address.z),
        "sql": sql if is_json else None,
        "params": params if is_json else None,
        "headers": delivery.headers_of(tileset),
    }
    response[HEADER] = orjson.dumps(plan).decode()


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, _PLAIN) for one in value)
    return isinstance(value, _PLAIN)
