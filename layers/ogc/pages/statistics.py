"""Statistics of a collection's features, by groups."""

from typing import Any

from django.db import DataError, InternalError, ProgrammingError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from gisserver.common.access.export import LARGEST_PAGE
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.ogc.page import OgcPage
from layers.ogc.params import STATISTICS, ItemsQuery, parse_items
from layers.ogc.query import matching_rows, moment_of
from layers.ogc.statistics.answers import MEDIA_TYPES, written
from layers.ogc.statistics.having import parse_having
from layers.ogc.statistics.statement import Asked, answered, labels
from layers.ogc.statistics.terms import parse_groups, parse_order, parse_statistics
from layers.registry import Collection


class StatisticsPage(OgcPage):
    """``/ogc/collections/{id}/statistics``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with a row for each group, unless the client holds it."""
        collection = self.collection(kwargs["collection_id"])
        given = parse_items(collection, self.given, names=STATISTICS, formats=MEDIA_TYPES)
        query = self.allowed_page(collection, given)
        asked = self._asked(collection, query)
        fresh = self.fresh(collection, moment_of(collection, query.presentation, query.interval), query)
        response: HttpResponse
        if fresh is not None and (held := fresh.held(request)):
            response = HttpResponseNotModified(headers={"ETag": held})
        else:
            response = self._answer(collection, query, asked)
            if fresh is not None:
                fresh.mark(response, kept=collection.is_public or query.limit <= LARGEST_PAGE)  # more is an export
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        return response

    def _asked(self, collection: Collection, query: ItemsQuery) -> Asked:
        groups = parse_groups(collection, self.given.get("group-by", ""))
        statistics = parse_statistics(collection, self.given.get("statistics", ""))
        known = labels([*groups, *statistics])
        having = parse_having(self.given.get("having", ""), known)
        is_of_now = moment_of(collection, query.presentation, query.interval) is None
        return Asked(
            groups=groups,
            statistics=statistics,
            having=having,
            order=parse_order(self.given.get("orderby", ""), known),
            limit=query.limit,
            is_of_now=is_of_now,
        )

    def _answer(self, collection: Collection, query: ItemsQuery, asked: Asked) -> HttpResponse:
        rows = matching_rows(collection, self.request.user, query).order_by()
        try:
            found = answered(collection, rows, asked, query.presentation.crs)
        except (DataError, InternalError, ProgrammingError) as error:
            # A number that no type holds, a place that the survey CRS does not reach, a text compared with a number.
            told = Sentence("This cannot be computed for these rows.")
            raise Invalid("cannot_compute", told) from error
        form = self.given.get("f", "json")
        return self.packed(written(asked, found, form), MEDIA_TYPES[form])
