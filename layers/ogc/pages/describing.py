"""The pages that describe one collection's properties: queryables, sortables.

Schema and the schema of a feature.
"""

from collections.abc import Callable
from typing import Any

from layers import versions
from layers.ogc import schemas
from layers.ogc.domains import domain_of
from layers.ogc.links import SCHEMA
from layers.ogc.page import OgcPage
from layers.ogc.params import PAGE, fields_of
from layers.ogc.query import visible_rows
from layers.registry import Collection
from layers.versions import Reads


class DescribingPage(OgcPage):
    """``/ogc/collections/{id}/{queryables|sortables|schema|feature-schema}``"""

    media_type = SCHEMA
    page = ""
    describe: Callable[[Collection, str], dict[str, Any]]

    def made_of(self, collection_id: str) -> Reads:
        """Return the list of uploads: the other collections are the program's."""
        return Reads((versions.UPLOADS,))

    def document(self, collection_id: str) -> dict[str, Any]:
        """Return the schema."""
        collection = self.collection(collection_id)
        return type(self).describe(collection, self.root.collection(collection.id, self.page))


class QueryablesPage(DescribingPage):
    """What may be filtered by."""

    page = "queryables"
    describe = staticmethod(schemas.queryables)
    allowed = PAGE | {"values"}

    def made_of(self, collection_id: str) -> Reads:
        """Return the list of uploads, and the rows whose values are asked for."""
        rows = versions.names_of(collection_id) if "values" in self.given else ()
        return Reads((versions.UPLOADS, *rows))

    def document(self, collection_id: str) -> dict[str, Any]:
        """Return the schema; the properties that ``values`` names say which values occur in what the user sees."""
        schema = super().document(collection_id)
        if "values" in self.given:
            collection = self.collection(collection_id)
            for field in fields_of(collection, self.given["values"]):
                rows = visible_rows(collection, self.request.user, None)
                schema["properties"][field.name] |= domain_of(rows, field)
        return schema


class SortablesPage(DescribingPage):
    """What may be sorted by."""

    page = "sortables"
    describe = staticmethod(schemas.sortables)


class SchemaPage(DescribingPage):
    """What a feature holds (Part 5)."""

    page = "schema"
    describe = staticmethod(schemas.returnables)


class FeatureSchemaPage(DescribingPage):
    """A GeoJSON feature, for GDAL."""

    page = "feature-schema"
    describe = staticmethod(schemas.feature)
