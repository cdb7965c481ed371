"""Statistics of a collection's features, by groups."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import DataError, InternalError, ProgrammingError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from gisserver.common import spreadsheets
from gisserver.common.access.export import LARGEST_PAGE
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.ogc.links import GEOJSON, JSON
from layers.ogc.page import OgcPage
from layers.ogc.params import STATISTICS, ItemsQuery, parse_items
from layers.ogc.query import matching_rows, moment_of
from layers.ogc.statistics.having import parse_having
from layers.ogc.statistics.statement import Asked, answered, labels
from layers.ogc.statistics.terms import Term, parse_groups, parse_statistics, split
from layers.registry import Collection

_MEDIA_TYPES = {"json": JSON, "geojson": GEOJSON, "csv": "text/csv"}
Row = Sequence[Any]


class StatisticsPage(OgcPage):
    """``/ogc/collections/{id}/statistics``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with a row for each group, unless the client holds it."""
        collection = self.collection(kwargs["collection_id"])
        given = parse_items(collection, self.given, names=STATISTICS, formats=_MEDIA_TYPES)
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
            groups=groups, statistics=statistics, having=having, order=self._order(known), limit=query.limit,
            is_of_now=is_of_now,
        )  # fmt: skip

    def _order(self, known: Sequence[str]) -> tuple[tuple[int, bool], ...]:
        parts = split(self.given.get("orderby", ""), "orderby")
        keys = [(_bare(part.lstrip("+- ")), part.startswith("-")) for part in parts]
        positions = {_bare(label): position for position, label in enumerate(known)}
        strange = next((label for label, _ in keys if label not in positions), None)
        if strange is not None:
            told = Sentence(
                "{label!r} is no column of the answer: {known}.", label=strange[:100], known=", ".join(known)
            )
            raise Invalid("bad_value", told, parameter="orderby")
        return tuple((positions[label], descends) for label, descends in keys)

    def _answer(self, collection: Collection, query: ItemsQuery, asked: Asked) -> HttpResponse:
        rows = matching_rows(collection, self.request.user, query).order_by()
        try:
            found = answered(collection, rows, asked, query.presentation.crs)
        except (DataError, InternalError, ProgrammingError) as error:
            # A number that no type holds, a place that the survey CRS does not reach, a text compared with a number.
            told = Sentence("This cannot be computed for these rows.")
            raise Invalid("cannot_compute", told) from error
        wanted = self.given.get("f", "json")
        if wanted == "csv":
            body = b"".join(spreadsheets.written(labels(asked.terms), found[: asked.limit]))
        else:
            made = _feature if wanted == "geojson" else _group
            key, kind = ("features", {"type": "FeatureCollection"}) if wanted == "geojson" else ("groups", {})
            groups = [made(asked.terms, row) for row in found[: asked.limit]]
            document = {**kind, "complete": len(found) <= asked.limit, "numberReturned": len(groups), key: groups}
            body = orjson.dumps(document, default=float)
        return self.packed(body, _MEDIA_TYPES[wanted])


def _bare(label: str) -> str:
    """Return a label without the quotation marks that a name in it may need where it is asked for."""
    return label.replace('"', "")


def _group(terms: Sequence[Term], row: Row) -> dict[str, Any]:
    shown = [
        orjson.Fragment(value) if term.is_shape and value else value for term, value in zip(terms, row, strict=True)
    ]
    return dict(zip(labels(terms), shown, strict=True))


def _feature(terms: Sequence[Term], row: Row) -> dict[str, Any]:
    """Return a feature whose geometry is the cell, or else the first shape that was asked for."""
    group = _group(terms, row)
    shape = next((term.label for term in terms if term.is_shape), None)
    geometry = group.pop(shape) if shape else None
    return {"type": "Feature", "geometry": geometry, "properties": group}
