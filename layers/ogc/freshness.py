"""Whether the answer that a client holds is still the one it would get: ETags made of versions."""

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from gisserver.common.conditional import accepts_gzip, etags_in
from gisserver.common.db.clock import server_now
from gisserver.common.geo import mercator
from gisserver.common.web.keeping import keep
from layers import versions
from layers.ogc.params import ItemsQuery
from layers.registry import Collection
from layers.spatial.crs import CRS84
from layers.versions import Reads

# Part of every ETag: raise it when the same rows make other answers.
_ANSWER_VERSION = "1"
# Systems whose degrees are those of Web Mercator, to less than this.
_DEGREES = {CRS84.srid, 4490}
_TOLERANCE_M = 1.0


@dataclass(frozen=True, slots=True)
class Freshness:
    """What decides the bytes of an answer: what was asked by whom, and what was read at which version.

    The version is looked up before the rows are read: an answer may be newer than its ETag says, never older.
    """

    asked: str
    reads: Reads
    version: int

    def held(self, request: HttpRequest) -> str | None:
        """Return the ETag that the request names of an answer to the same and of the same version, or None."""
        begins = f'"{self.asked}-{self.version:x}-'
        named = etags_in(request.headers.get("If-None-Match", ""))
        return next((etag for etag in named if etag.startswith(begins)), None)

    def mark(self, response: HttpResponseBase, *, kept: bool = True, state: str = "") -> None:
        """Give an answer its strong ETag, and say that it may be ``kept``: not what is noted each time it is fetched.

        A page says when it was made, so its ETag does too: two that are made of the same differ in this. That of one
        feature that can be edited ends with its ``state``.
        """
        made_at = int(server_now().timestamp() * 1e6)
        response["ETag"] = f'"{self.asked}-{self.version:x}-{state or format(made_at, "x")}"'
        if kept:
            keep(response, layers=self.reads.names, bbox_3857=self.reads.bbox_3857, version=self.version)


def freshness(request: HttpRequest, collection: Collection, reads: Reads) -> Freshness | None:
    """Return what decides the answer to ``request`` for features of today, None when nobody keeps versions."""
    version = versions.version_of(reads)
    return None if version is None else Freshness(_asked(request, collection), reads, version)


def _asked(request: HttpRequest, collection: Collection) -> str:
    """Return a digest of all that decides the answer but the state of the data."""
    gzipped = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    parts = (
        _ANSWER_VERSION,
        request.build_absolute_uri(),
        get_language(),
        gzipped,
        collection.signature,
        collection.scope_key(request.user),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def reads_of(collection: Collection, query: ItemsQuery | None = None) -> Reads:
    """Return what the features are made of, within the box of a query where that says where in Web Mercator."""
    names = versions.names_of(collection.id)
    if query is None or query.bbox is None:
        return Reads(names)
    box = query.bbox.as_tuple()
    if query.bbox_crs.srid in _DEGREES and -180.0 <= box[0] <= box[2] <= 180.0:
        return Reads(names, mercator.from_degrees(box, wider=_TOLERANCE_M))
    if query.bbox_crs.srid == mercator.SRID:
        west, south, east, north = box
        return Reads(names, (west - _TOLERANCE_M, south - _TOLERANCE_M, east + _TOLERANCE_M, north + _TOLERANCE_M))
    return Reads(names)
