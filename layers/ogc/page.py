"""What all pages of the OGC API share: who may come in, which parameters are known, how JSON goes out."""

import hashlib
from collections.abc import Collection as Collected
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import orjson
from django.conf import settings
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views import View

from gisserver.common.access.export import LARGEST_PAGE, demand_export, may_export, note_export
from gisserver.common.conditional import accepts_gzip, accepts_zstd, etags_in
from gisserver.common.errors import Invalid, NotAuthenticated
from gisserver.common.sentences import Sentence
from gisserver.common.web.addresses import site
from gisserver.common.web.compression import SMALLEST_BYTES, GzipStream, ZstdStream, gzipped
from gisserver.common.web.keeping import HEADER, keep
from gisserver.common.web.streams import Stream, joined
from layers import registry, versions
from layers.ogc.freshness import Freshness, freshness, reads_of
from layers.ogc.links import JSON, Root
from layers.ogc.params import FORMATS, PAGE, ItemsQuery, check_names
from layers.versions import Reads


def _translated(value: Any) -> str:
    """Return a lazy translation in the language of the request; orjson asks for types it cannot write."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def not_modified(response: HttpResponseBase) -> HttpResponse:
    """Return 304 in place of ``response``, with the headers that describe it."""
    unchanged = HttpResponseNotModified()
    for name in ("ETag", HEADER, "Content-Crs"):
        if name in response.headers:
            unchanged[name] = response[name]
    return unchanged


class OgcPage(View):
    """A page: GET, HEAD and OPTIONS; anonymous visitors only when the operator has published something."""

    http_method_names = ["get", "head", "options"]
    allowed = PAGE
    formats: Collected[str] = FORMATS
    media_type = JSON
    # Whether the document holds until a version of what it is made of changes.
    may_be_kept = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the request in, or raise NotAuthenticated."""
        if not request.user.is_authenticated and not settings.PUBLIC_LAYERS:
            raise NotAuthenticated("not_authenticated", "Log in, or send a token, to read this API.")
        response = super().dispatch(request, *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Accept-Encoding", "Authorization", "Cookie"])
        return response

    @cached_property
    def root(self) -> Root:
        """The address of the API as this request reached it."""
        return Root(f"{site(self.request)}/ogc")

    @cached_property
    def given(self) -> dict[str, str]:
        """The query string; of a repeated parameter the last value."""
        return self.request.GET.dict()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the parameters and answer with the page's document, unless the client holds just that."""
        check_names(self.given, self.allowed, self.formats)
        reads = self.made_of(*args, **kwargs)
        version = versions.version_of(reads)
        body = orjson.dumps(self.document(*args, **kwargs), default=_translated)
        response = self.packed(body, self.media_type)
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if version is not None and self.may_be_kept:
            keep(response, layers=reads.names, bbox_3857=reads.bbox_3857, version=version)
        if response["ETag"] in etags_in(request.headers.get("If-None-Match", "")):
            return not_modified(response)
        return response

    def made_of(self, *args: Any, **kwargs: Any) -> Reads:
        """Return what the document is made of besides the program."""
        return Reads(())

    def document(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the page says, ready for JSON."""
        raise NotImplementedError

    def packed(self, body: bytes, media_type: str) -> HttpResponse:
        """Return ``body``, as gzip if the client reads that and there is enough of it."""
        packs = len(body) >= SMALLEST_BYTES and self.reads_gzip
        response = HttpResponse(gzipped(body) if packs else body, content_type=media_type)
        if packs:
            response["Content-Encoding"] = "gzip"
        return response

    def streamed(
        self, stream: Stream, media_type: str, *, is_long: bool = False, is_packed: bool = False
    ) -> StreamingHttpResponse:
        """Return a body that is sent while it is made, packed as the client reads it unless it ``is_packed``.

        By zstd only what ``is_long``.
        """
        coding = self.request.headers.get("Accept-Encoding", "")
        packer = ZstdStream if is_long and accepts_zstd(coding) else GzipStream if accepts_gzip(coding) else None
        is_small = stream.whole is not None and len(stream.whole) < SMALLEST_BYTES
        if is_small or is_packed or packer is None:
            return StreamingHttpResponse(stream, content_type=media_type)
        name = "zstd" if packer is ZstdStream else "gzip"
        return StreamingHttpResponse(packer(stream), content_type=media_type, headers={"Content-Encoding": name})

    def computed(self, pieces: Iterator[bytes]) -> Stream:
        """Return a body made of ``pieces``. Raises Invalid ``cannot_compute`` when the database cannot begin it."""
        try:
            return Stream(joined(pieces))
        except (DataError, InternalError) as error:
            # A power that no number holds, two shapes that GEOS cannot relate: the fault is in the request.
            detail = Sentence("The filter cannot be computed for these rows.")
            raise Invalid("cannot_compute", detail, parameter="filter") from error

    def fresh(self, collection: registry.Collection, at: Any, query: ItemsQuery | None = None) -> Freshness | None:
        """Return what decides the answer with features of a collection; None of a moment other than now.

        What held then is read from tables that have no versions.
        """
        return freshness(self.request, collection, reads_of(collection, query)) if at is None else None

    def allowed_page(self, collection: registry.Collection, query: ItemsQuery) -> ItemsQuery:
        """Return the query with no more rows to a page than the user may take away. Raises Forbidden."""
        if collection.is_public:
            return query
        if may_export(self.request.user):
            if query.limit > LARGEST_PAGE:
                note_export(self.request.user)
            return query
        if "limit" in self.given:
            demand_export(self.request.user, rows=query.limit)
        return replace(query, limit=min(query.limit, LARGEST_PAGE))

    @property
    def reads_gzip(self) -> bool:
        """Whether the client reads gzip."""
        return accepts_gzip(self.request.headers.get("Accept-Encoding", ""))

    def collection(self, collection_id: str) -> registry.Collection:
        """Return a collection that the user may see. Raises CollectionNotFound or CollectionRefused."""
        return registry.get(collection_id, self.request.user)
