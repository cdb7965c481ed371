"""The features of a collection, page by page, streamed from the database."""

from dataclasses import replace
from typing import Any

import orjson
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gisserver.common.access.export import LARGEST_PAGE, demand_export, may_export
from gisserver.common.db import geojson
from gisserver.common.db.clock import server_now
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.ogc.features import statement
from layers.ogc.links import GEOJSON, Link, link, next_page, with_query
from layers.ogc.page import OgcPage
from layers.ogc.paging import Order, Place, read_token, write_token
from layers.ogc.params import ItemsQuery, parse_items
from layers.ogc.query import matching_rows
from layers.registry import Collection


class ItemsPage(OgcPage):
    """``/ogc/collections/{id}/items``"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with one page of features."""
        collection = self.collection(kwargs["collection_id"])
        query = parse_items(collection, self.given)
        if not collection.is_public and not may_export(self.request.user):
            if "limit" in self.given:
                demand_export(self.request.user, rows=query.limit)
            query = replace(query, limit=min(query.limit, LARGEST_PAGE))
        head_only = request.method == "HEAD"
        response = HttpResponse(content_type=GEOJSON) if head_only else self._answer(collection, query)
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        # Said to clients that probe with Range: the answer is made as it is sent.
        response["Accept-Ranges"] = "none"
        return response

    def _answer(self, collection: Collection, query: ItemsQuery) -> HttpResponse | StreamingHttpResponse:
        try:
            if query.hits_only:
                return self._hits(collection, query)
            return StreamingHttpResponse(self._features(collection, query), content_type=GEOJSON)
        except (DataError, InternalError) as error:
            # A power that no number holds, two shapes that GEOS cannot relate: said by the request, not by
            # us.
            detail = Sentence("The filter cannot be computed for these rows.")
            raise Invalid("cannot_compute", detail, parameter="filter") from error

    def _hits(self, collection: Collection, query: ItemsQuery) -> HttpResponse:
        matched = matching_rows(collection, self.request.user, query).order_by().count()
        links = _standing_links(self, collection)
        document = {
            "type": "FeatureCollection",
            "features": [],
            "numberMatched": matched,
            "numberReturned": 0,
        }
        return self.answer(document | {"links": links, "timeStamp": server_now()}, GEOJSON)

    def _features(self, collection: Collection, query: ItemsQuery) -> geojson.Stream:
        user = self.request.user
        binding = _binding(collection, self.given, collection.scope_key(user))
        place = read_token(query.next_token, binding=binding) if query.next_token else None
        order = Order(collection, query.sort)
        matching = matching_rows(collection, user, query)
        offset = 0 if place else query.offset
        # One row more than asked for tells whether there is a next page.
        page = order.page(matching, place, offset=offset, length=query.limit + 1)
        made = statement(collection, page, query.presentation, keys=order.keys())

        def footer(written: geojson.Page) -> bytes:
            whole = place is None and offset == 0 and not written.more
            matched = place.matched if place else written.returned if whole else matching.order_by().count()
            links = _standing_links(self, collection)
            if written.more and written.last_key is not None:
                token = write_token(Place(written.last_key, matched), binding=binding)
                links.append(next_page(self._address(collection), self.given, token, _("Next page")))
            members = {"numberMatched": matched, "numberReturned": written.returned, "links": links}
            return b"," + orjson.dumps(members)[1:-1]

        head = b'"timeStamp":' + orjson.dumps(server_now()) + b","
        return geojson.feature_collection(made.sql, made.params, limit=query.limit, head=head, footer=footer)

    def _address(self, collection: Collection) -> str:
        return self.root.collection(collection.id, "items")


def _standing_links(page: ItemsPage, collection: Collection) -> list[Link]:
    address = page.root.collection(collection.id, "items")
    return [
        link(with_query(address, page.given, {}), "self", GEOJSON, _("This page")),
        link(page.root.collection(collection.id), "collection", "application/json", str(collection.title)),
    ]


def _binding(collection: Collection, given: dict[str, str], scope_key: str) -> str:
    """Return the text that a paging token is bound to: who asks, and all that decides which rows follow."""
    free = {"next", "limit", "offset", "f", "crs", "properties", "skipGeometry"}
    kept = sorted((name, value) for name, value in given.items() if name not in free)
    return repr((collection.id, collection.revision, scope_key, kept))
