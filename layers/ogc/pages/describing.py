"""The pages that describe one collection's properties: queryables, sortables.

Schema and the schema of a feature.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from layers.ogc import schemas
from layers.ogc.links import SCHEMA
from layers.ogc.page import OgcPage
from layers.ogc.params import check_names
from layers.registry import Collection


class DescribingPage(OgcPage):
    """``/ogc/collections/{id}/{queryables|sortables|schema|feature-schema}``"""

    page = ""
    describe: Callable[[Collection, str], dict[str, Any]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the schema."""
        check_names(self.given, self.allowed)
        collection = self.collection(kwargs["collection_id"])
        address = self.root.collection(collection.id, self.page)
        return self.answer(type(self).describe(collection, address), SCHEMA)


class QueryablesPage(DescribingPage):
    """What may be filtered by."""

    page = "queryables"
    describe = staticmethod(schemas.queryables)


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
