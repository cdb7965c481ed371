"""Many addresses at once: those registered word for word by one join, the others one by one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from buildings.geocoding import geocoder
from buildings.geocoding.geocoder import Answer
from buildings.geocoding.normalize import normalize
from gisserver.common.access.models import Viewer

CHUNK = 2_000
MAX_TEXT = 300


class Status(StrEnum):
    """What became of a row."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    EMPTY = "empty"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row's answer, if there is one, and its status."""

    status: Status
    answer: Answer | None = None


def geocode_many(*, user: Viewer, texts: Iterable[str], at: datetime | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each text, in order, of what ``user`` may see at ``at``; works in chunks of 2,000."""
    source = iter(texts)
    while chunk := list(islice(source, CHUNK)):
        yield from _chunk(user, chunk, at)


def _chunk(user: Viewer, texts: Sequence[str], at: datetime | None) -> Iterator[Outcome]:
    known: dict[str, Outcome] = {}
    normalized = [normalize(text[: MAX_TEXT + 1]) for text in texts]
    exact = geocoder.exact_answers(user=user, normalized=sorted(set(normalized) - {""}), at=at)
    for text, plain in zip(texts, normalized, strict=True):
        if plain not in known:
            known[plain] = _outcome(user, text, plain, exact.get(plain, ()), at)
        yield known[plain]


def _outcome(user: Viewer, text: str, plain: str, exact: Sequence[Answer], at: datetime | None) -> Outcome:
    if not plain:
        return Outcome(Status.EMPTY)
    if len(text) > MAX_TEXT:
        return Outcome(Status.TOO_LONG)
    found = exact or geocoder.search(user=user, text=text, limit=2, at=at)
    if not found:
        return Outcome(Status.NOT_FOUND)
    return Outcome(Status.AMBIGUOUS if found[0].ambiguous else Status.FOUND, found[0])


