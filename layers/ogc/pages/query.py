"""Queries over several collections: OGC API Features Part 10, draft."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from django.core import signing
from django.db import DataError, InternalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gisserver.common.access.export import LARGEST_PAGE, demand_export, may_export
from gisserver.common.db.clock import server_now
from gisserver.common.db.snapshot import one_look
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.ogc.joins import answers
from layers.ogc.joins.expression import Query, parse_expression
from layers.ogc.joins.statement import asked_of, statistics, tuples
from layers.ogc.links import Link, link, with_query
from layers.ogc.page import OgcPage
from layers.ogc.params import check_names
from layers.ogc.posted import posted_json
from layers.ogc.statistics.answers import MEDIA_TYPES
from layers.ogc.statistics.answers import document as grouped
from layers.ogc.statistics.answers import written as grouped_as

_SALT = "layers.ogc.query"
MAX_OFFSET = 100_000


@method_decorator(csrf_exempt, name="dispatch")  # it only reads
class QueryPage(OgcPage):
    """What answers queries: ``/ogc/query``"""

    http_method_names = ["post", "options"]
    allowed = frozenset({"f", "next"})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the query in the body."""
        return self.answer(posted_json(request))

    def answer(self, body: Any) -> HttpResponse:
        """Answer a query expression. Raises Invalid and Forbidden."""
        check_names(self.given, self.allowed, MEDIA_TYPES)
        queries = [self._allowed(each, body) for each in self.read(body)]
        form = self.given.get("f", "json")
        if len(queries) > 1 and (form == "csv" or "next" in self.given):
            raise Invalid("bad_query", "Several queries are answered as JSON, the first page of each.")
        try:
            with one_look():
                content = self._content(queries, form)
        except (DataError, InternalError, ProgrammingError) as error:
            told = Sentence("This cannot be computed for these rows.")
            raise Invalid("cannot_compute", told) from error
        response = self.packed(content, MEDIA_TYPES[form])
        response["Content-Crs"] = f"<{queries[0].crs.uri}>"
        return response

    def read(self, body: Any) -> list[Query]:
        """Return the queries of a query expression. Raises Invalid, and for collections that the user may not see."""
        return parse_expression(body, self.collection)

    def _content(self, queries: Sequence[Query], form: str) -> bytes:
        if form == "csv":
            return self._table(queries[0])
        documents = [self._document(each, flat=form == "geojson") for each in queries]
        whole = documents[0] if len(documents) == 1 else {"type": "Collections", "collections": documents}
        return orjson.dumps({"timeStamp": server_now()} | whole, default=float)

    def _document(self, query: Query, *, flat: bool) -> dict[str, Any]:
        if query.words:
            asked = asked_of(query)
            return grouped(asked, statistics(query, self.request.user, asked), as_features=flat)
        found = tuples(query, self.request.user, offset=self._offset)
        links = [self._next(query)] if found.more and self._offset + query.limit <= MAX_OFFSET else []
        return answers.document(query, self.request.user, found, flat=flat) | {"links": links}

    def _table(self, query: Query) -> bytes:
        if query.words:
            asked = asked_of(query)
            return grouped_as(asked, statistics(query, self.request.user, asked), "csv")
        return answers.table(query, self.request.user, tuples(query, self.request.user, offset=self._offset))

    def _allowed(self, query: Query, body: dict[str, Any]) -> Query:
        """Return the query with no more rows to a page than the user may take away. Raises Forbidden."""
        if all(source.collection.is_public for source in query.sources) or query.limit <= LARGEST_PAGE:
            return query
        if "limit" in body or may_export(self.request.user):
            demand_export(self.request.user, rows=query.limit)
            return query
        return replace(query, limit=LARGEST_PAGE)

    @property
    def _offset(self) -> int:
        """Where the page begins. Raises Invalid."""
        if "next" not in self.given:
            return 0
        try:
            return int(signing.loads(self.given["next"], salt=_SALT))
        except (signing.BadSignature, ValueError, TypeError):
            raise Invalid("bad_next", "This `next` token was not made here; start from the first page.") from None

    def _next(self, query: Query) -> Link:
        token = signing.dumps(self._offset + query.limit, salt=_SALT)
        address = with_query(
            self.request.build_absolute_uri(self.request.path), self.request.GET.dict(), {"next": token}
        )
        return link(
            address, "next", MEDIA_TYPES[self.given.get("f", "json")], _("Next page"), method=self.request.method
        )
