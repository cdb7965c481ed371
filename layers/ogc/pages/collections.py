"""The list of collections, and the page of each."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from layers import registry, versions
from layers.ogc import extensions
from layers.ogc.links import GEOJSON, JSON, SCHEMA, Link, Root, link
from layers.ogc.output.formats import FORMATS, PAGE_FORMATS, Format
from layers.ogc.page import OgcPage
from layers.ogc.params import supported_crs
from layers.registry import Collection
from layers.selectors import Reach, reaches_of
from layers.spatial.crs import of_storage
from layers.versions import Reads

_PART5 = "http://www.opengis.net/def/rel/ogc/1.0/schema"
_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_SORTABLES = "http://www.opengis.net/def/rel/ogc/1.0/sortables"


class _MeasuredPage(OgcPage):
    """A page that says how far collections reach, which may have been measured a while ago."""

    def described(self, collections: Sequence[Collection]) -> list[dict[str, Any]]:
        """Return the descriptions of collections; a page with an old measure may not be kept."""
        reaches, root = reaches_of(collections, self.request.user), self.root
        self.may_be_kept &= all(reach.is_current for reach in reaches)
        return [describe(each, root, reach) for each, reach in zip(collections, reaches, strict=True)]


class CollectionsPage(_MeasuredPage):
    """``/ogc/collections``"""

    def made_of(self) -> Reads:
        """Return the list of uploads, and what the extents are measured on."""
        ids = [each.id for each in registry.visible_to(self.request.user)]
        return Reads((versions.UPLOADS, *versions.names_of(*ids)))

    def document(self) -> dict[str, Any]:
        """Return the collections that this user may see."""
        root, visible = self.root, registry.visible_to(self.request.user)
        crs = [each.uri for each in dict.fromkeys(c for each in visible for c in supported_crs(each))]
        return {
            "links": [
                link(root.page("collections"), "self", JSON, _("This page")),
                link(f"{root.url}/", "root", JSON, _("Landing page")),
            ],
            "crs": crs,
            "collections": self.described(visible),
        }


class CollectionPage(_MeasuredPage):
    """``/ogc/collections/{id}``"""

    def made_of(self, collection_id: str) -> Reads:
        """Return the list of uploads, and what the extent is measured on."""
        return Reads((versions.UPLOADS, *versions.names_of(collection_id)))

    def document(self, collection_id: str) -> dict[str, Any]:
        """Return one collection."""
        [described] = self.described([self.collection(collection_id)])
        return described


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
        *(link(_in(f"{here}/items", each), "items", each.media_type, _page_title(each)) for each in PAGE_FORMATS),
        link(f"{here}/feature-schema", "describedby", SCHEMA, _("Schema of a GeoJSON feature")),
        link(f"{here}/schema", _PART5, SCHEMA, _("Fields")),
        link(f"{here}/queryables", _QUERYABLES, SCHEMA, _("Queryables")),
        link(f"{here}/sortables", _SORTABLES, SCHEMA, _("Sortables")),
        link(tiles, "tilejson", JSON, _("Vector tiles")),
        link(f"{here}/statistics", "statistics", JSON, _("Statistics")),
        *([link(f"{here}/changes", "changes", GEOJSON, _("Changes"))] if collection.versioned else []),
        *(link(f"{here}/download?f={each.name}", "enclosure", each.media_type, _whole_title(each)) for each in FORMATS),
        *extensions.links_of(collection, root),
        link(root.page("collections"), "collection", JSON, _("All collections")),
    ]


def _in(items: str, form: Format) -> str:
    """Return the address of items in a format; the first needs no word."""
    return items if form is PAGE_FORMATS[0] else f"{items}?f={form.name}"


def _page_title(form: Format) -> str:
    return _("Features as {format}").format(format=form.title)


def _whole_title(form: Format) -> str:
    return _("All features as {format}").format(format=form.title)
