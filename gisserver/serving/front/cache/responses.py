"""Answers of Django given again for as long as what they were made of is the same, by the look that tiles take.

Django says which answers these are (`gisserver/common/web/keeping.py`): for whom, of which versioned layers and where.
Who holds one is told 304; else it comes from memory, if it is short.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cachetools import LRUCache

from gisserver.common.conditional import etags_in
from gisserver.common.observation import UNKNOWN_DOOR, observed
from gisserver.serving.answers import LOG, Answer, Headers
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.cache.revalidation import (
    HOLDER,
    Dependencies,
    Found,
    VersionedArea,
    holder_told,
    own_of,
)
from gisserver.serving.front.http.cookies import LANGUAGE_COOKIE, cookie
from gisserver.serving.front.http.credentials import Credential, Credentials
from gisserver.serving.limits import KEPT_CHARACTERS, RESPONSE_CACHE_BYTES
from tiles.address import cells_meeting

KEEP = "x-gisserver-keep"
# All of a request besides its address that an answer may depend on; a header that comes twice counts with both values.
_ASKED = frozenset(
    {"accept", "accept-language", "accept-encoding", "host", "x-forwarded-proto", "x-forwarded-host", "range"}
)
_OF_BODY = {"content-length", "content-type", "content-encoding"}
# What the question and the headers of an entry take, near enough.
_OVERHEAD_BYTES = 4096

Question = tuple[Credential | None, str, str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer, its ETag, on what it rests and the version of that."""

    dependencies: Dependencies
    version: int
    etag: str
    headers: Headers
    body: bytes
    own: Mapping[str, str]


class ResponseCache:
    """Answers in memory, the least recently used dropped first."""

    def __init__(self, revalidations: "MicroBatches[Dependencies, Found | None]", credentials: Credentials) -> None:
        self._revalidations, self._credentials = revalidations, credentials
        self._entries: LRUCache[Question, CachedResponse] = LRUCache(
            RESPONSE_CACHE_BYTES, getsizeof=lambda entry: len(entry.body) + _OVERHEAD_BYTES
        )

    async def answer(self, scope: Any) -> Answer | None:
        """Return what Django would answer, or None for what it is to be asked."""
        if scope.method != "GET":
            return None
        question = self._question(scope)
        entry = self._entries.get(question)
        if entry is None:
            return None
        found = await self._revalidations.ask(entry.dependencies)
        if found is None or found.version != entry.version:
            self._entries.pop(question, None)
            return None
        if entry.etag in etags_in(scope.headers.get("if-none-match", "")):
            return Answer(304, [pair for pair in entry.headers if pair[0].lower() not in _OF_BODY], b"", own=entry.own)
        return Answer(200, list(entry.headers), entry.body, own=entry.own)

    def learn(self, scope: Any, answer: Answer) -> None:
        """Keep an answer that Django has said may be kept."""
        said, etag = answer.own.get(KEEP), answer.header("etag")
        if said is None or etag is None or answer.status != 200 or scope.method != "GET":
            return
        question, told = self._question(scope), orjson.loads(said)
        holder = holder_told(question[0], answer.own)
        if isinstance(answer.body, bytes) and (HOLDER in answer.own) == (question[0] is not None):
            cells = cells_meeting(told["bbox3857"])
            area = VersionedArea(("*", *told["layers"]), (cells.x_min, cells.y_min, cells.x_max, cells.y_max))
            door = observed(answer.own.get(LOG)).get("door", UNKNOWN_DOOR)
            depends, own = Dependencies(holder, area), own_of(door, holder)
            entry = CachedResponse(depends, told["version"], etag, list(answer.headers), answer.body, own)
            if len(entry.body) + _OVERHEAD_BYTES <= self._entries.maxsize and _length(question) <= KEPT_CHARACTERS:
                self._entries[question] = entry

    def _question(self, scope: Any) -> Question:
        headers = scope.headers
        said = (f"{name}: {value}" for name, value in headers.items() if name in _ASKED)
        asked = (cookie(headers, LANGUAGE_COOKIE), *said)
        site = getattr(scope, "site", f"{scope.scheme}://{scope.authority or ''}")
        return self._credentials.shown(headers), site, scope.path, scope.query_string, asked


def _length(question: Question) -> int:
    """Return how much of a question a client has written."""
    _, _, path, query, asked = question
    return len(path) + len(query) + sum(map(len, asked))
