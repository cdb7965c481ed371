"""The features of a collection, page by page, streamed from the database."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gisserver.common.access.export import LARGEST_PAGE
from gisserver.common.db.clock import server_now
from gisserver.common.db.snapshot import one_look
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.streams import Stream, joined
from layers.cql2.limits import MAX_BODY_BYTES, MAX_BYTES
from layers.ogc import counting
from layers.ogc.features import features
from layers.ogc.freshness import Freshness
from layers.ogc.links import GEOJSON, Link, link, next_page, with_query
from layers.ogc.nearest import nearest_fids, with_distance
from layers.ogc.page import OgcPage
from layers.ogc.paging import Order, Place, read_token, write_token
from layers.ogc.params import ItemsQuery, Nearest, parse_items
from layers.ogc.posted import posted
from layers.ogc.query import matching_rows, moment_of
from layers.registry import Collection


@method_decorator(csrf_exempt, name="dispatch")  # a POST reads, too
class ItemsPage(OgcPage):
    """``/ogc/collections/{id}/items``"""

    http_method_names = [*OgcPage.http_method_names, "post"]

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Name the methods, but not POST: QGIS would conclude that it may add features."""
        response = super().options(request, *args, **kwargs)
        response.headers["Allow"] = ", ".join(method.upper() for method in OgcPage.http_method_names)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer as `get` does, with parameters in the body: a filter may be too long for an address."""
        self.given = request.GET.dict() | posted(request)
        return self.get(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with one page of features, unless the client holds it."""
        collection = self.collection(kwargs["collection_id"])
        most = MAX_BODY_BYTES if self._is_posted else MAX_BYTES
        query = self.allowed_page(collection, parse_items(collection, self.given, filter_bytes=most))
        moment = moment_of(collection, query.presentation, query.interval)
        fresh = None if self._is_posted else self.fresh(collection, moment, query)
        response = self._response(collection, query, fresh)
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        # Said to clients that probe with Range: the answer is made as it is sent.
        response["Accept-Ranges"] = "none"
        return response

    def _response(self, collection: Collection, query: ItemsQuery, fresh: Freshness | None) -> HttpResponseBase:
        if fresh is not None and (held := fresh.held(self.request)):
            return HttpResponseNotModified(headers={"ETag": held})
        if self.request.method == "HEAD":
            return HttpResponse(content_type=GEOJSON)
        response = self._answer(collection, query, fresh)
        if fresh is not None:
            fresh.mark(response, kept=collection.is_public or query.limit <= LARGEST_PAGE)  # more is an export
        return response

    def _answer(self, collection: Collection, query: ItemsQuery, fresh: Freshness | None) -> HttpResponseBase:
        if query.nearest is not None:
            texts = self._nearest(collection, query, query.nearest)
        else:
            texts = self._hits(collection, query) if query.hits_only else self._features(collection, query, fresh)
        try:
            stream = Stream(joined(texts))
        except (DataError, InternalError) as error:
            # A power that no number holds, two shapes that GEOS cannot relate: the fault is in
            # the request.
            detail = Sentence("The filter cannot be computed for these rows.")
            raise Invalid("cannot_compute", detail, parameter="filter") from error
        return self.streamed(stream, GEOJSON)

    def _hits(self, collection: Collection, query: ItemsQuery) -> Iterator[bytes]:
        matched = matching_rows(collection, self.request.user, query).order_by().count()
        members = {"numberMatched": matched, "numberReturned": 0, "links": self._constant_links(collection)}
        yield orjson.dumps({"type": "FeatureCollection", "features": []} | members | {"timeStamp": server_now()})

    def _nearest(self, collection: Collection, query: ItemsQuery, nearest: Nearest) -> Iterator[bytes]:
        user, at = self.request.user, moment_of(collection, query.presentation, query.interval)
        with one_look():
            fids = nearest_fids(collection, matching_rows(collection, user, query), nearest)
            shown = with_distance(collection, query.presentation, nearest)
            returned, text = features(collection, user, shown, fids, at)
            members = {"numberReturned": returned, "links": self._constant_links(collection)}
            yield b'{"type":"FeatureCollection","timeStamp":' + orjson.dumps(server_now()) + b',"features":[\n'
            yield text + b"\n]," + orjson.dumps(members)[1:]

    def _features(self, collection: Collection, query: ItemsQuery, fresh: Freshness | None) -> Iterator[bytes]:
        """Yield the page of features, its pieces as of one instant."""
        user, at = self.request.user, moment_of(collection, query.presentation, query.interval)
        binding = _binding(collection, self.given, collection.scope_key(user))
        place = read_token(query.next_token, binding=binding) if query.next_token else None
        with one_look():
            matching = matching_rows(collection, user, query)
            offset = 0 if place else query.offset
            page = Order(collection, query.sort).page(
                matching, place, offset=offset, limit=query.limit, geometry=query.presentation.geometry
            )
            yield b'{"type":"FeatureCollection","timeStamp":' + orjson.dumps(server_now()) + b',"features":['
            returned = 0
            for part in page.parts:
                count, text = features(collection, user, query.presentation, part, at)
                yield (b",\n" if returned and count else b"\n") + text
                returned += count
            matched: int | None
            if place is not None:
                matched = place.matched
            elif not offset and not page.more:
                matched = returned
            else:
                matched = counting.matched(matching, key=binding, version=fresh.version if fresh else None)
            links = self._constant_links(collection)
            if page.more and page.last_key is not None:
                token = write_token(Place(page.last_key, matched), binding=binding)
                links.append(
                    next_page(self._address(collection), self._in_address, token, _("Next page")) | self._method
                )
            members = {} if matched is None else {"numberMatched": matched}
            yield b"\n]," + orjson.dumps(members | {"numberReturned": returned, "links": links})[1:]

    def _constant_links(self, collection: Collection) -> list[Link]:
        here = with_query(self._address(collection), self._in_address, {})
        return [
            link(here, "self", GEOJSON, _("This page"), **self._method),
            link(self.root.collection(collection.id), "collection", "application/json", str(collection.title)),
        ]

    def _address(self, collection: Collection) -> str:
        return self.root.collection(collection.id, "items")

    @property
    def _is_posted(self) -> bool:
        return self.request.method == "POST"

    @property
    def _in_address(self) -> dict[str, str]:
        return self.request.GET.dict()

    @property
    def _method(self) -> dict[str, str]:
        """What a link says of a page that is asked for by POST: the same body belongs to it."""
        return {"method": "POST"} if self._is_posted else {}


def _binding(collection: Collection, given: dict[str, str], scope_key: str) -> str:
    """Return the text that a paging token is bound to: who asks, and all that decides which rows follow."""
    free = {"next", "limit", "offset", "f", "crs", "properties", "skipGeometry"}
    kept = sorted((name, value) for name, value in given.items() if name not in free)
    return repr((collection.id, collection.revision, scope_key, kept))
