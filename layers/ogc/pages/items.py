"""The features of a collection, page by page, streamed from the database."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gisserver.common.access.export import LARGEST_PAGE
from gisserver.common.db.clock import server_now
from gisserver.common.db.snapshot import one_look
from layers.cql2.limits import MAX_BODY_BYTES, MAX_BYTES
from layers.editing.changes import create, may_edit
from layers.editing.drafts import new_features
from layers.ogc import counting
from layers.ogc.edits import WHOLE, crs_of, document_of
from layers.ogc.features import extent_of, features
from layers.ogc.freshness import Freshness
from layers.ogc.links import GEOJSON, Link, header_of, link, next_page, with_query
from layers.ogc.nearest import nearest_fids, with_distance
from layers.ogc.output.formats import FORMATS, NAMES, PAGE_FORMATS, Format, wanted
from layers.ogc.output.rowset import Rowset
from layers.ogc.page import OgcPage
from layers.ogc.pages.editing import EditingPage
from layers.ogc.paging import Order, Page, Place, in_order, read_token, write_token
from layers.ogc.params import RESULTS, ItemsQuery, Nearest, parse_items
from layers.ogc.posted import posted
from layers.ogc.query import matching_rows, moment_of, visible_rows
from layers.registry import Collection, Rows


@method_decorator(csrf_exempt, name="dispatch")  # a POST may read; who edits shows the token
class ItemsPage(EditingPage):
    """``/ogc/collections/{id}/items``"""

    http_method_names = [*OgcPage.http_method_names, "post"]
    form = FORMATS[0]

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Name the methods; POST only where this user may add features: QGIS would conclude just that."""
        may_add = may_edit(self.collection(kwargs["collection_id"]), request.user)
        return self.allowing(*(["post"] if may_add else []))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Add features that come as GeoJSON; else answer as `get` does, with parameters in the body.

        A filter may be too long for an address.
        """
        if request.content_type == GEOJSON:
            return self._add(kwargs["collection_id"])
        self.given = request.GET.dict() | posted(request)
        return self.get(request, *args, **kwargs)

    def _add(self, collection_id: str) -> HttpResponseBase:
        collection = self.editable(collection_id)
        crs = crs_of(self.request, collection)
        drafts = new_features(collection, document_of(self.request, WHOLE), crs)
        return self.created(collection, lambda: create(collection, self.request.user, drafts, crs))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with one page of features, unless the client holds it."""
        collection = self.collection(kwargs["collection_id"])
        most = MAX_BODY_BYTES if self._is_posted else MAX_BYTES
        asked = parse_items(collection, self.given, formats=NAMES, filter_bytes=most)
        has_one_format = asked.result != RESULTS[0] or asked.nearest is not None
        given = wanted(request, self.given.get("f"), FORMATS[:1] if has_one_format else PAGE_FORMATS)
        self.form = given
        if given.is_for_people:
            asked = replace(asked, limit=min(asked.limit, LARGEST_PAGE))
        query = self.allowed_page(collection, asked)
        moment = moment_of(collection, query.presentation, query.interval)
        response: HttpResponseBase
        if self.form is not FORMATS[0]:
            response = self._in(self.form, collection, query)
        else:
            response = self._response(
                collection, query, None if self._is_posted else self.fresh(collection, moment, query)
            )
        response["Content-Crs"] = f"<{query.presentation.crs.uri}>"
        # Said to clients that probe with Range: the answer is made as it is sent.
        response["Accept-Ranges"] = "none"
        patch_vary_headers(response, ["Accept"])
        return response

    def _response(self, collection: Collection, query: ItemsQuery, fresh: Freshness | None) -> HttpResponseBase:
        if fresh is not None and (held := fresh.held(self.request)):
            return HttpResponseNotModified(headers={"ETag": held})
        if self.request.method == "HEAD":
            return HttpResponse(content_type=GEOJSON)
        response = self.streamed(self.computed(self._texts(collection, query, fresh)), GEOJSON)
        if fresh is not None:
            fresh.mark(response, kept=collection.is_public or query.limit <= LARGEST_PAGE)  # more is an export
        return response

    def _texts(self, collection: Collection, query: ItemsQuery, fresh: Freshness | None) -> Iterator[bytes]:
        if query.nearest is not None:
            return self._nearest(collection, query, query.nearest)
        whole = query.result == RESULTS[0]
        return self._features(collection, query, fresh) if whole else self._numbers(collection, query)

    def _in(self, given: Format, collection: Collection, query: ItemsQuery) -> HttpResponseBase:
        """Answer in another format: what GeoJSON says beside the features stands in headers."""
        if self.request.method == "HEAD":
            return HttpResponse(content_type=given.media_type)
        told: dict[str, Any] = {}
        stream = self.computed(self._written(given, collection, query, told))
        response = self.streamed(stream, given.media_type, is_packed=given.is_packed)
        if onward := [each for each in told.pop("links") if each["rel"] == "next"]:
            response["Link"] = header_of(onward)
        for name, number in told.items():
            response[f"OGC-{name[0].upper()}{name[1:]}"] = str(number)
        return response

    def _written(
        self, given: Format, collection: Collection, query: ItemsQuery, told: dict[str, Any]
    ) -> Iterator[bytes]:
        """Yield the page in a format; ``told`` is filled before with the members that a document has beside it."""
        with one_look():
            page, rows, place = self._page(collection, query)
            fids = [fid for part in page.parts for fid in part]
            matched = self._matched(collection, query, rows, page, place, None)
            told |= self._members(collection, page, matched, len(fids))
            shown = visible_rows(
                collection, self.request.user, moment_of(collection, query.presentation, query.interval)
            )
            ordered = in_order(collection, shown, fids)
            yield from given.write(Rowset(collection, ordered, query.presentation, told))

    def _numbers(self, collection: Collection, query: ItemsQuery) -> Iterator[bytes]:
        """Yield a page without features: how many match, and how far they reach if that is asked for."""
        with one_look():
            rows = matching_rows(collection, self.request.user, query).order_by()
            box = {} if query.result == "hits" else {"bbox": extent_of(collection, rows, query.presentation)}
            members = {"numberMatched": rows.count(), "numberReturned": 0, "links": self._constant_links(collection)}
        document = {"type": "FeatureCollection", "features": [], **box, **members, "timeStamp": server_now()}
        yield orjson.dumps(document)

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
        with one_look():
            page, rows, place = self._page(collection, query)
            yield b'{"type":"FeatureCollection","timeStamp":' + orjson.dumps(server_now()) + b',"features":['
            returned = 0
            for part in page.parts:
                count, text = features(collection, user, query.presentation, part, at)
                yield (b",\n" if returned and count else b"\n") + text
                returned += count
            matched = self._matched(collection, query, rows, page, place, fresh)
            yield b"\n]," + orjson.dumps(self._members(collection, page, matched, returned))[1:]

    def _page(self, collection: Collection, query: ItemsQuery) -> tuple[Page, Rows, Place | None]:
        """Return which features are on the page, the rows that match, and where the page begins."""
        binding = self._binding(collection)
        place = read_token(query.next_token, binding=binding) if query.next_token else None
        rows = matching_rows(collection, self.request.user, query)
        page = Order(collection, query.sort).page(
            rows, place, offset=0 if place else query.offset, limit=query.limit, geometry=query.presentation.geometry
        )
        return page, rows, place

    def _matched(
        self,
        collection: Collection,
        query: ItemsQuery,
        rows: Rows,
        page: Page,
        place: Place | None,
        fresh: Freshness | None,
    ) -> int | None:
        """Return how many rows match; None where that would be dear."""
        if place is not None:
            return place.matched
        if not query.offset and not page.more:
            return sum(map(len, page.parts))
        return counting.matched(rows, key=self._binding(collection), version=fresh.version if fresh else None)

    def _members(self, collection: Collection, page: Page, matched: int | None, returned: int) -> dict[str, Any]:
        """Return what a page says beside its features."""
        links = self._constant_links(collection)
        if page.more and page.last_key is not None:
            token = write_token(Place(page.last_key, matched), binding=self._binding(collection))
            onward = next_page(self._address(collection), self._in_address, token, _("Next page"))
            links.append(onward | {"type": self.form.media_type} | self._method)
        members: dict[str, Any] = {} if matched is None else {"numberMatched": matched}
        return members | {"numberReturned": returned, "links": links}

    def _binding(self, collection: Collection) -> str:
        """Return what a token is bound to: who asks, and all that decides which rows follow."""
        return _binding(collection, self.given, collection.scope_key(self.request.user))

    def _constant_links(self, collection: Collection) -> list[Link]:
        here = with_query(self._address(collection), self._in_address, {})
        return [
            link(here, "self", self.form.media_type, _("This page"), **self._method),
            *self._alternates(collection),
            link(self.root.collection(collection.id), "collection", "application/json", str(collection.title)),
        ]

    def _alternates(self, collection: Collection) -> Iterator[Link]:
        """Yield the links to this page in the other formats."""
        for each in PAGE_FORMATS:
            if each is not self.form:
                address = with_query(self._address(collection), self._in_address, {"f": each.name})
                yield link(address, "alternate", each.media_type, each.title, **self._method)

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
    free = {"next", "limit", "offset", "f", "crs", "properties", "skipGeometry", "zoom-level"}
    kept = sorted((name, value) for name, value in given.items() if name not in free)
    return repr((collection.id, collection.revision, scope_key, kept))
