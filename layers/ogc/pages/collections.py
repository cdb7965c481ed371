"""The list of collections, and the page of each."""

from typing import Any

from django.utils.translation import gettext as _

from layers import registry
from layers.ogc.links import GEOJSON, JSON, SCHEMA, Link, Root, link
from layers.ogc.page import OgcPage
from layers.ogc.params import supported_crs
from layers.registry import Collection
from layers.selectors import Reach, reach_of
from layers.spatial.crs import of_storage

_PART5 = "http://www.opengis.net/def/rel/ogc/1.0/schema"
_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_SORTABLES = "http://www.opengis.net/def/rel/ogc/1.0/sortables"


class CollectionsPage(OgcPage):
    """``/ogc/collections``"""

    def document(self) -> dict[str, Any]:
        """Return the collections that this user may see."""
        user, root = self.request.user, self.root
        described = [describe(each, root, reach_of(each, user)) for each in registry.visible_to(user)]
        crs = [each.uri for each in dict.fromkeys(c for r in registry.visible_to(user) for c in supported_crs(r))]
        return {
            "links": [
                link(root.page("collections"), "self", JSON, _("This page")),
                link(f"{root.url}/", "root", JSON, _("Landing page")),
            ],
            "crs": crs,
            "collections": described,
        }


class CollectionPage(OgcPage):
    """``/ogc/collections/{id}``"""

    def document(self, collection_id: str) -> dict[str, Any]:
        """Return one collection."""
        collection = self.collection(collection_id)
        return describe(collection, self.root, reach_of(collection, self.request.user))


def describe(collection: Collection, root: Root, reach: Reach) -> dict[str, Any]:
    """Return the description of ``collection`` that clients read before they ask for features."""
    return {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "extent": _extent(reach),
        "crs": [crs.uri for crs in supported_crs(collection)],
        "storageCrs": of_storage(collection.srid).uri,
        "links": links_of(collection, root),
    }


def _extent(reach: Reach) -> dict[str, Any]:
    # A collection without features reaches nowhere; the standard asks for a box all the same.
    box = reach.bbox or (-180.0, -90.0, 180.0, 90.0)
    extent: dict[str, Any] = {"spatial": {"bbox": [list(box)], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
    if reach.interval is not None:
        extent["temporal"] = {
            "interval": [list(reach.interval)],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def links_of(collection: Collection, root: Root) -> list[Link]:
    """Return the links of a collection."""
    here = root.collection(collection.id)
    tiles = f"{root.site}/tiles/{collection.id}.json"
    return [
        link(here, "self", JSON, _("This page")),
        link(f"{here}/items", "items", GEOJSON, _("Features as GeoJSON")),
        link(f"{here}/feature-schema", "describedby", SCHEMA, _("Schema of a GeoJSON feature")),
        link(f"{here}/schema", _PART5, SCHEMA, _("Fields")),
        link(f"{here}/queryables", _QUERYABLES, SCHEMA, _("Queryables")),
        link(f"{here}/sortables", _SORTABLES, SCHEMA, _("Sortables")),
        link(tiles, "tilejson", JSON, _("Vector tiles")),
        link(root.page("collections"), "collection", JSON, _("All collections")),
    ]
