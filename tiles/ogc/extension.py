"""What OGC API - Tiles adds to the pages of the API: conformance classes, links and paths of its definition."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from layers.kinds import GeometryType
from layers.ogc.extensions import Extension, Paths
from layers.ogc.links import JSON, Link, Root, link
from layers.ogc.openapi_parts import operation
from layers.registry import Collection
from tiles.delivery import MVT
from tiles.ogc.tilesets import VECTOR_TILESETS

_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{}"
_TILE_MATRIX_SETS = "http://www.opengis.net/spec/tms/2.0/conf/{}"
_CONFORMANCE = (
    *(
        _TILES.format(name)
        for name in (
            "core",
            "tileset",
            "tilesets-list",
            "dataset-tilesets",
            "geodata-tilesets",
            "collections-selection",
            "datetime",
            "mvt",
            "oas30",
        )
    ),
    *(_TILE_MATRIX_SETS.format(name) for name in ("tilematrixset", "json-tilematrixset", "tilesetmetadata")),
)
_MATRIX_SETS = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"


def _links(root: Root) -> list[Link]:
    return [
        link(root.page("tiles"), VECTOR_TILESETS, JSON, _("Vector tiles")),
        link(root.page("tileMatrixSets"), _MATRIX_SETS, JSON, _("Tile matrix sets")),
    ]


def _links_of(collection: Collection, root: Root) -> list[Link]:
    if collection.geometry_type is GeometryType.NONE:
        return []
    return [link(root.collection(collection.id, "tiles"), VECTOR_TILESETS, JSON, _("Vector tiles"))]


def _paths(collections: Iterable[Collection]) -> Paths:
    matrix_set = _in_path("tileMatrixSetId", "string")
    found = {
        "/tileMatrixSets": operation("tms.getTileMatrixSetsList", _("Tile matrix sets"), JSON, [], "tiles"),
        "/tileMatrixSets/{tileMatrixSetId}": operation(
            "tms.getTileMatrixSet", _("Tile matrix set"), JSON, [matrix_set], "tiles"
        ),
        **_tilesets("", "dataset.vector", "tiles", [_asked("collections")]),
    }
    for each in collections:
        if each.geometry_type is not GeometryType.NONE:
            found |= _tilesets(f"/collections/{each.id}", f"{each.id}.collection.vector", each.id, [])
    return found


def _tilesets(below: str, name: str, tag: str, more: list[dict[str, Any]]) -> Paths:
    matrix_set = _in_path("tileMatrixSetId", "string")
    address = [_in_path(part, "integer") for part in ("tileMatrix", "tileRow", "tileCol")]
    asked = [*more, *(_asked(part) for part in ("datetime", "properties", "filter"))]
    here = f"{below}/tiles"
    one = f"{here}/{{tileMatrixSetId}}"
    return {
        here: operation(f"{name}.getTileSetsList", _("Tilesets"), JSON, [], tag),
        one: operation(f"{name}.getTileSet", _("Tileset"), JSON, [matrix_set, *asked], tag),
        f"{one}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": operation(
            f"{name}.getTile", _("Vector tiles"), MVT, [matrix_set, *address, *asked, _FORMAT], tag
        ),
    }


def _in_path(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _asked(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


_FORMAT = {"name": "f", "in": "query", "schema": {"type": "string", "enum": ["mvt"]}}

EXTENSION = Extension("tiles", _CONFORMANCE, _links, _links_of, _paths)
