"""The doors of the tiles: an address in, a tile, a TileJSON or a style out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from gisserver.common.errors import NotAuthenticated, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web import params
from gisserver.common.web.addresses import site
from layers import registry
from tiles import glyphs, render_plan, style, tile_version, tilejson
from tiles.address import tile_address
from tiles.answers import answered, narrowed, private
from tiles.errors import StyleNotFound
from tiles.tileset import Tileset, tileset, versioned_layers_of


@require_safe
def tile(request: HttpRequest, layers: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer /tiles/{layers}/{z}/{x}/{y}.mvt: 200, 204 when nothing is there, 304 when the user_id holds it."""
    # Of the same names as a `Tileset` has, but before any of these is looked at: see `render_plan.attach`.
    definition = tile_version.definition_version(versioned_layers_of(layers.split(","), *narrowed(request)))
    tiles = _tileset(request, layers)
    address = tile_address(z, x, y)
    response, answer = answered(request, tiles, address)
    render_plan.attach(response, tiles, address, version=answer.version, definition=definition)
    return response


@require_safe
def tilejson_page(request: HttpRequest, layers: str) -> HttpResponse:
    """Answer /tiles/{layers}.json: the TileJSON of one layer or of several."""
    tiles = _tileset(request, layers)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    root = f"{site(request)}/"
    template = f"{root}tiles/{layers}/{{z}}/{{x}}/{{y}}.mvt{query}"
    return private(_json(tilejson.document(tiles, template)), tiles)


@require_safe
def style_page(request: HttpRequest, name: str) -> HttpResponse:
    """Answer /styles/{name}.json: a MapLibre style of the layers that the user may see."""
    params.refuse_unknown(request.GET, ())
    visible = [c.id for c in registry.visible_to(request.user)]
    shown = [layer for layer in style.layers_of(name) if layer in visible]
    if not shown:
        registry.get(style.LAYERS[0], request.user)  # refuses: 401 for the anonymous, 404 for others
    if name not in style.NAMES or not shown:
        raise StyleNotFound(name)
    root, font = f"{site(request)}/", glyphs.font_of(settings.GLYPH_FONT)
    document = style.document(name, shown, root, glyphs.name_of(font) if font else "")
    return private(_json(document), tileset(",".join(shown), request.user))


@require_safe
def glyphs_page(request: HttpRequest, stack: str, first: int, last: int) -> HttpResponse:
    """Answer /glyphs/{font}/{first}-{last}.pbf: how 256 characters are drawn, to whom maps are shown."""
    params.refuse_unknown(request.GET, ())
    if not request.user.is_authenticated and not settings.PUBLIC_LAYERS:
        raise NotAuthenticated("not_authenticated", "Log in, or send a token, to read this API.")
    font = glyphs.font_of(settings.GLYPH_FONT)
    if font is None or glyphs.name_of(font) not in stack.split(",") or last != first + glyphs.RANGE - 1:
        told = Sentence("There are no such glyphs; styles name the font and the ranges that there are.")
        raise NotFound("unknown_glyphs", told)
    body = glyphs.glyphs(font, first, settings.GISSERVER_HOME / "glyphs")
    return HttpResponse(
        body, content_type="application/x-protobuf", headers={"Cache-Control": "private, max-age=86400"}
    )


def _tileset(request: HttpRequest, layers: str) -> Tileset:
    params.refuse_unknown(request.GET, ("at", "properties", "filter"))
    properties, filter = narrowed(request)
    return tileset(layers, request.user, at=params.moment(request.GET), properties=properties, filter=filter)


def _json(document: dict[str, Any]) -> JsonResponse:
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


__all__ = ["glyphs_page", "style_page", "tile", "tilejson_page"]
