"""Stored queries: OGC API Features Part 10, draft: list, run, keep, withdraw, and what they take."""

from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from layers.models import StoredQuery
from layers.ogc.joins import parameters
from layers.ogc.joins.expression import WHOLE
from layers.ogc.links import JSON, link
from layers.ogc.page import OgcPage
from layers.ogc.pages.query import QueryPage
from layers.ogc.posted import FORM, posted, posted_json
from layers.stored_queries import keep_query, may_keep, stored_queries, stored_query, withdraw_query

_OWN = ("f", "next", "limit")


class QueriesPage(QueryPage):
    """``/ogc/query``: POST asks a query, GET lists those that are stored."""

    http_method_names = ["get", "head", "post", "options"]
    may_be_kept = False

    def document(self) -> dict[str, Any]:
        """Return the stored queries by name."""
        listed = [_described(self, each) for each in stored_queries(self.request.user)]
        return {"queries": listed, "links": [link(self.root.page("query"), "self")]}


class StoredQueryPage(QueryPage):
    """``/ogc/query/{id}``: GET and POST run it with values, PUT keeps it, DELETE withdraws it."""

    http_method_names = ["get", "head", "post", "put", "delete", "options"]
    dispatch = OgcPage.dispatch  # not exempt: with a session, what writes needs the token against forgery

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the query with the values in the address."""
        return self._run(kwargs["query_id"], request.GET.dict())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the query with the values in a form."""
        if request.content_type != FORM:
            raise Invalid("bad_body", Sentence("Send the values as {form}.", form=FORM))
        return self._run(kwargs["query_id"], request.GET.dict() | posted(request))

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep a query under the name: 201 for a new name, 204 in place of another."""
        body = posted_json(request)
        expression = _expression(body)
        schemas = parameters.declared(expression)
        if all("default" in schema for schema in schemas.values()):
            values = {name: schema["default"] for name, schema in schemas.items()}
            self.read(parameters.filled(expression, values))
        try:
            stored, is_new = keep_query(slug=kwargs["query_id"], expression=body, user=request.user)
        except DataError as error:
            raise Invalid("bad_query", "The query holds a text that the database can't keep.") from error
        if not is_new:
            return HttpResponse(status=204)
        return HttpResponse(status=201, headers={"Location": self.root.page("query", stored.slug)})

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Withdraw the query."""
        withdraw_query(slug=kwargs["query_id"], user=request.user)
        return HttpResponse(status=204)

    def _run(self, slug: str, given: dict[str, str]) -> HttpResponse:
        expression = _expression(stored_query(slug, self.request.user).expression)
        own = {name: given.pop(name) for name in _OWN if name in given}
        values = parameters.values_of(parameters.declared(expression), given)
        body = parameters.filled(expression, values)
        if "limit" in own:
            body = {**body, "limit": _whole(own.pop("limit"))}
        self.given = own
        return self.answer(body)


class DefinitionPage(OgcPage):
    """``/ogc/query/{id}/definition``"""

    may_be_kept = False

    def document(self, query_id: str) -> dict[str, Any]:
        """Return the query as it was kept."""
        return dict(stored_query(query_id, self.request.user).expression)


class ParametersPage(OgcPage):
    """``/ogc/query/{id}/parameters``, and ``…/parameters/{name}``"""

    may_be_kept = False

    def document(self, query_id: str, name: str = "") -> dict[str, Any]:
        """Return the schemas of the parameters, or that of one. Raises NotFound."""
        schemas = parameters.declared(_expression(stored_query(query_id, self.request.user).expression))
        if not name:
            return {"parameters": schemas}
        if name not in schemas:
            raise NotFound("unknown_query", Sentence("The query has no parameter {name!r}.", name=name[:100]))
        return schemas[name]


def _expression(body: Any) -> dict[str, Any]:
    """Return the query expression of what was sent: itself, or in its member ``query``. Raises Invalid."""
    if not isinstance(body, dict):
        raise Invalid("bad_query", "A query is a JSON object.")
    if "query" not in body:
        return body
    inner = body["query"]
    if not isinstance(inner, dict) or set(body) - WHOLE - {"query"}:
        raise Invalid("bad_query", "Beside `query` stand title, description, limit and parameters.")
    return {**{name: value for name, value in body.items() if name != "query"}, **inner}


def _described(page: OgcPage, stored: StoredQuery) -> dict[str, Any]:
    address = page.root.page("query", stored.slug)
    expression = _expression(stored.expression)
    known: dict[str, Any] = {name: expression[name] for name in ("title", "description") if name in expression}
    links = [
        link(address, "self", JSON),
        link(f"{address}/definition", "describedby", JSON),
        link(f"{address}/parameters", "parameters", JSON),
    ]
    mutable = may_keep(page.request.user)
    schemas = parameters.declared(expression)
    return {"id": stored.slug, **known, "mutable": mutable, "parameters": schemas, "links": links}


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid("bad_value", "limit is a whole number above 0.", parameter="limit") from None
