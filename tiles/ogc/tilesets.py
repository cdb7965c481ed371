"""Tilesets as documents of the OGC standard: which there are, and all that a client needs to ask for tiles."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from layers.ogc.links import JSON, Link, Root, link
from layers.ogc.schemas import property_schema
from layers.registry import Collection
from tiles.delivery import MVT
from tiles.matrix_sets import WEB_MERCATOR_QUAD, MatrixSet, MatrixTile
from tiles.ogc.limits import degrees_of, limits_of
from tiles.ogc.tiling import crs_of, title_of, uri_of
from tiles.tileset import Tileset

TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
VECTOR_TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
_GEODATA = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass(frozen=True, slots=True)
class Place:
    """Where tilesets are asked for: below the whole API, or below a collection."""

    root: Root
    collection_id: str | None = None

    @property
    def geodata(self) -> str:
        """The address of what the tiles are of."""
        return f"{self.root.url}/" if self.collection_id is None else self.root.collection(self.collection_id)

    @property
    def tilesets(self) -> str:
        """The address of the list of tilesets."""
        if self.collection_id is None:
            return self.root.page("tiles")
        return self.root.collection(self.collection_id, "tiles")

    def tileset(self, matrix_set: MatrixSet) -> str:
        """The address of the tileset that is cut by ``matrix_set``."""
        return f"{self.tilesets}/{matrix_set.id}"

    def template(self, matrix_set: MatrixSet, names: tuple[str, str, str], given: dict[str, str]) -> str:
        """The address of a tile, with the parameters given, matrix, row and column by these names in braces."""
        return "/".join([self.tileset(matrix_set), *names]) + "?" + urlencode({"f": "mvt", **given})


def matrix_set_page(root: Root, matrix_set: MatrixSet) -> str:
    """Return the address of the definition of a set."""
    return root.page("tileMatrixSets", matrix_set.id)


def summary(tileset: Tileset, place: Place) -> dict[str, Any]:
    """Return what the list of tilesets says of one."""
    matrix_set, here = tileset.matrix_set, matrix_set_page(place.root, tileset.matrix_set)
    return {
        "title": f"{_title(tileset)} ({title_of(matrix_set)})",
        "dataType": "vector",
        "crs": crs_of(matrix_set).uri,
        "tileMatrixSetURI": uri_of(matrix_set, here),
        "links": [
            link(place.tileset(matrix_set), "self", JSON, _("Tileset")),
            link(here, TILING_SCHEME, JSON, _("Tile matrix set")),
        ],
    }


def metadata(tileset: Tileset, place: Place, given: dict[str, str]) -> dict[str, Any]:
    """Return the description of a tileset; ``given`` are the parameters that its tiles are asked with."""
    said = summary(tileset, place)
    box = degrees_of(tileset) or (-180.0, -90.0, 180.0, 90.0)
    return {
        **said,
        "tileMatrixSetLimits": [each.document() for each in limits_of(tileset)],
        "boundingBox": {"lowerLeft": list(box[:2]), "upperRight": list(box[2:]), "crs": _CRS84},
        "layers": [_layer(tileset, collection, place.root) for collection in tileset.collections],
        "links": [*said["links"], *_links(tileset, place, given)],
    }


def _links(tileset: Tileset, place: Place, given: dict[str, str]) -> list[Link]:
    matrix_set = tileset.matrix_set
    template = place.template(matrix_set, ("{tileMatrix}", "{tileRow}", "{tileCol}"), given)
    found = [link(template, "item", MVT, _("Vector tiles"), templated=True), link(place.geodata, _GEODATA, JSON)]
    if matrix_set == WEB_MERCATOR_QUAD:
        tilejson = f"{place.tileset(matrix_set)}?{urlencode({'f': 'tilejson', **given})}"
        found.append(link(tilejson, "describedby", JSON, "TileJSON"))
    return found


def _title(tileset: Tileset) -> str:
    return ", ".join(str(collection.title) for collection in tileset.collections)


def _layer(tileset: Tileset, collection: Collection, root: Root) -> dict[str, Any]:
    matrix_set = tileset.matrix_set
    shown = [
        z
        for z in range(matrix_set.first, matrix_set.last + 1)
        if collection.min_zoom <= MatrixTile(matrix_set, z, 0, 0).zoom <= collection.max_zoom
    ]
    dimension = _DIMENSIONS.get(collection.geometry_type.dimension)
    return {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "dataType": "vector",
        **({} if dimension is None else {"geometryDimension": dimension}),
        **({"minTileMatrix": str(shown[0]), "maxTileMatrix": str(shown[-1])} if shown else {}),
        "propertiesSchema": {
            "type": "object",
            "properties": {field.name: property_schema(field) for field in tileset.fields_of(collection)},
        },
        "links": [link(root.collection(collection.id), _GEODATA, JSON, str(collection.title))],
    }
