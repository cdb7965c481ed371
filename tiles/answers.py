"""A tile as an answer of HTTP, under whatever address it was asked for."""

import gzip

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from gisserver.common.conditional import accepts_gzip, etags_in
from layers.filters import computing
from tiles import delivery
from tiles.address import TileAddress
from tiles.matrix_sets import MatrixTile
from tiles.tileset import Tileset


def answered(
    request: HttpRequest, tileset: Tileset, address: TileAddress | MatrixTile
) -> tuple[HttpResponse, delivery.Delivery]:
    """Return the tile: 200, 204 when nothing is there, 304 when the asker holds it; and what was delivered."""
    gzipped = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    held = etags_in(request.headers.get("If-None-Match", ""))
    with computing(tileset.filter):
        delivered = delivery.deliver(tileset, address, held=held, gzipped=gzipped)
    response = private(_body(delivered.body, gzipped), tileset)
    response["ETag"] = delivered.etag
    return response, delivered


def private(response: HttpResponse, tileset: Tileset) -> HttpResponse:
    """Say who may keep an answer about the tileset."""
    for name, value in delivery.headers_of(tileset):
        response[name] = value
    return response


def narrowed(request: HttpRequest) -> tuple[frozenset[str] | None, str]:
    """Return the properties that are asked for (None: those that tiles carry anyway), and the filter."""
    properties = request.GET.get("properties")
    named = None if properties is None else frozenset(name for name in properties.split(",") if name)
    return named, request.GET.get("filter", "").strip()


def _body(body: bytes | None, gzipped: bool) -> HttpResponse:
    if body is None:
        return HttpResponseNotModified()
    if not body:
        nothing = HttpResponse(status=204)
        del nothing["Content-Type"]
        return nothing
    response = HttpResponse(body if gzipped else gzip.decompress(body), content_type=delivery.MVT)
    if gzipped:
        response["Content-Encoding"] = "gzip"
    return response
