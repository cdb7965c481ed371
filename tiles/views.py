"""The doors of the tiles: an address in, a tile, a TileJSON or a style out."""

import gzip
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.views.decorators.http import require_safe

from gisserver.common.conditional import accepts_gzip, etags_in
from gisserver.common.web import params
from gisserver.common.web.addresses import site
from layers import registry
from tiles import delivery, render_plan, style, tile_version, tilejson
from tiles.address import tile_address
from tiles.errors import StyleNotFound
from tiles.tileset import Tileset, tileset, versioned_layers_of


@require_safe
def tile(request: HttpRequest, layers: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer /tiles/{layers}/{z}/{x}/{y}.mvt: 200, 204 when nothing is there, 304 when the user_id holds it."""
    # Of the same names as a `Tileset` has, but before any of these is looked at: see `render_plan.attach`.
    definition = tile_version.definition_version(versioned_layers_of(layers.split(","), *_narrowed(request)))
    tiles = _tileset(request, layers)
    address = tile_address(z, x, y)
    gzipped = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    held = etags_in(request.headers.get("If-None-Match", ""))
    answer = delivery.deliver(tiles, address, held=held, gzipped=gzipped)
    response = _private(_body(answer.body, gzipped), tiles)
    response["ETag"] = answer.etag
    render_plan.attach(response, tiles, address, version=answer.version, definition=definition)
    return response


@require_safe
def tilejson_page(request: HttpRequest, layers: str) -> HttpResponse:
    """Answer /tiles/{layers}.json: the TileJSON of one layer or of several."""
    tiles = _tileset(request, layers)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    root = f"{site(request)}/"
    template = f"{root}tiles/{layers}/{{z}}/{{x}}/{{y}}.mvt{query}"
    return _private(_json(tilejson.document(tiles, template)), tiles)


@require_safe
def style_page(request: HttpRequest, name: str) -> HttpResponse:
    """Answer /styles/{name}.json: a MapLibre style of the layers that the user may see."""
    params.refuse_unknown(request.GET, ())
    visible = [c.id for c in registry.visible_to(request.user)]
    shown = [layer for layer in style.LAYERS if layer in visible]
    if not shown:
        registry.get(style.LAYERS[0], request.user)  # refuses: 401 for the anonymous, 404 for others
    if name not in style.NAMES:
        raise StyleNotFound(name)
    root = f"{site(request)}/"
    return _private(_json(style.document(shown, root)), tileset(",".join(shown), request.user))


def _tileset(request: HttpRequest, layers: str) -> Tileset:
    params.refuse_unknown(request.GET, ("at", "properties", "filter"))
    properties, filter = _narrowed(request)
    return tileset(layers, request.user, at=params.moment(request.GET), properties=properties, filter=filter)


def _narrowed(request: HttpRequest) -> tuple[frozenset[str] | None, str]:
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


def _json(document: dict[str, Any]) -> JsonResponse:
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def _private(response: HttpResponse, tiles: Tileset) -> HttpResponse:
    """Say who may keep the answer."""
    for name, value in delivery.headers_of(tiles):
        response[name] = value
    return response


__all__ = ["style_page", "tile", "tilejson_page"]
