"""The pages of OGC API - Tiles: tile matrix sets, lists of tilesets, tilesets and tiles."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from gisserver.common.errors import NotAcceptable, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web import params
from layers import registry
from layers.fields import GeometryType
from layers.ogc.instants import parse_interval
from layers.ogc.links import JSON, link
from layers.ogc.page import OgcPage
from layers.ogc.params import check_names
from tiles import style, tilejson
from tiles.answers import answered, narrowed
from tiles.delivery import MVT
from tiles.matrix_sets import WEB_MERCATOR_QUAD, MatrixSet, matrix_sets, matrix_tile
from tiles.ogc.limits import is_within, limits_of
from tiles.ogc.tilesets import Place, matrix_set_page, metadata, summary
from tiles.ogc.tiling import definition, title_of, uri_of
from tiles.tileset import MAX_LAYERS, Tileset, tileset

_ASKED = frozenset({"f", "collections", "datetime", "at", "properties", "filter"})


def _matrix_sets() -> dict[str, MatrixSet]:
    return matrix_sets(settings.SURVEY_SRID)


def _matrix_set(name: str) -> MatrixSet:
    known = _matrix_sets()
    if name not in known:
        told = Sentence("There is no tile matrix set {id!r}, but {known}.", id=name[:100], known=", ".join(known))
        raise NotFound("unknown_tile_matrix_set", told)
    return known[name]


def _is_drawn(collection: registry.Collection) -> bool:
    return collection.geometry_type is not GeometryType.NONE


class MatrixSetsPage(OgcPage):
    """``/ogc/tileMatrixSets``"""

    def document(self) -> dict[str, Any]:
        """Return the tile matrix sets by which tiles are cut."""
        return {"tileMatrixSets": [self._summary(each) for each in _matrix_sets().values()]}

    def _summary(self, matrix_set: MatrixSet) -> dict[str, Any]:
        here = matrix_set_page(self.root, matrix_set)
        links = [link(here, rel, JSON, title_of(matrix_set)) for rel in ("self", "item")]
        return {
            "id": matrix_set.id,
            "title": title_of(matrix_set),
            "uri": uri_of(matrix_set, here),
            "links": links,
        }


class MatrixSetPage(OgcPage):
    """``/ogc/tileMatrixSets/{id}``"""

    def document(self, matrix_set_id: str) -> dict[str, Any]:
        """Return the definition of one set."""
        matrix_set = _matrix_set(matrix_set_id)
        return definition(matrix_set, matrix_set_page(self.root, matrix_set))


class _TilesetPage(OgcPage):
    """What the pages about tilesets of the whole API, or of a collection, share."""

    # The bounds of what is there may have been measured a while ago.
    may_be_kept = False

    def place(self, collection_id: str | None) -> Place:
        """Return where the page stands."""
        return Place(self.root, collection_id)

    def tileset(self, collection_id: str | None, matrix_set: MatrixSet) -> Tileset:
        """Return the tileset that is asked for. Raises what `tiles.tileset.tileset` raises."""
        properties, filter = narrowed(self.request)
        return tileset(
            self._names(collection_id),
            self.request.user,
            at=params.moment(self.given),
            properties=properties,
            filter=filter,
            interval=parse_interval(self.given["datetime"]) if self.given.get("datetime") else None,
            matrix_set=matrix_set,
        )

    def _names(self, collection_id: str | None) -> str:
        """Return the layers: of a collection itself, else those asked for, else those of the map."""
        if collection_id is not None:
            return collection_id
        if self.given.get("collections"):
            return self.given["collections"]
        visible = [each.id for each in registry.visible_to(self.request.user) if _is_drawn(each)]
        names = [name for name in style.LAYERS if name in visible] or visible[:MAX_LAYERS]
        return ",".join(names) or style.LAYERS[0]  # which refuses who sees nothing

    def names_taken(self, collection_id: str | None) -> frozenset[str]:
        """Return the parameters that may be asked with."""
        return _ASKED if collection_id is None else _ASKED - {"collections"}

    @property
    def asked_with(self) -> dict[str, str]:
        """The parameters that belong to the tiles, too."""
        return {name: value for name, value in self.given.items() if name in _ASKED - {"f"}}


class TilesetsPage(_TilesetPage):
    """``/ogc/tiles`` and ``/ogc/collections/{id}/tiles``"""

    def document(self, collection_id: str | None = None) -> dict[str, Any]:
        """Return the tilesets: one for each tile matrix set, none of what has no geometry."""
        place = self.place(collection_id)
        links = [link(place.tilesets, "self", JSON, _("This page"))]
        if collection_id is not None and not _is_drawn(self.collection(collection_id)):
            return {"links": links, "tilesets": []}
        sets = [self.tileset(collection_id, matrix_set) for matrix_set in _matrix_sets().values()]
        return {"links": links, "tilesets": [summary(each, place) for each in sets]}


class TilesetPage(_TilesetPage):
    """``/ogc/tiles/{matrix set}`` and ``/ogc/collections/{id}/tiles/{matrix set}``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the description of the tileset, or with its TileJSON."""
        self.allowed = self.names_taken(kwargs.get("collection_id"))
        self.formats = {"json", "tilejson"} if kwargs["matrix_set_id"] == WEB_MERCATOR_QUAD.id else {"json"}
        return super().get(request, *args, **kwargs)

    def document(self, matrix_set_id: str, collection_id: str | None = None) -> dict[str, Any]:
        """Return the description of the tileset."""
        matrix_set, place = _matrix_set(matrix_set_id), self.place(collection_id)
        asked = self.tileset(collection_id, matrix_set)
        if self.given.get("f") == "tilejson":
            return tilejson.document(asked, place.template(matrix_set, ("{z}", "{y}", "{x}"), self.asked_with))
        return metadata(asked, place, self.asked_with)


class TilePage(_TilesetPage):
    """``/ogc/[collections/{id}/]tiles/{matrix set}/{matrix}/{row}/{column}``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with a vector tile: 204 where nothing is there, 404 outside the limits of the tileset."""
        collection_id = kwargs.get("collection_id")
        check_names(self.given, self.names_taken(collection_id), {"mvt"})
        if "f" not in self.given and not request.accepts(MVT):
            raise NotAcceptable("not_acceptable", Sentence("Tiles are offered as: {offered}.", offered=MVT))
        matrix_set = _matrix_set(kwargs["matrix_set_id"])
        asked = self.tileset(collection_id, matrix_set)
        tile = matrix_tile(matrix_set, *(int(kwargs[name]) for name in ("z", "column", "row")))
        response, delivered = answered(request, asked, tile)
        if delivered.body == b"" and not is_within(tile, limits_of(asked)):
            raise NotFound("tile_out_of_range", "Nothing is there: see tileMatrixSetLimits of the tileset.")
        patch_vary_headers(response, ["Accept"])
        return response
