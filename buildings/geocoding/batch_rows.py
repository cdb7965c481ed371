"""The rows of a file: each with the outcomes of its texts, and once for each address of a text that says several."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from buildings.addresses.text.message import Message, message_of
from buildings.geocoding import past
from buildings.geocoding.batch import (
    CHUNK,
    MAX_TEXT,
    Outcome,
    Said,
    Status,
    found_of,
    geocode_said,
)
from gisserver.common.access.models import Viewer
from gisserver.common.db.batches import in_pieces

T = TypeVar("T")


def geocode_rows(
    *,
    user: Viewer,
    rows: Iterable[T],
    texts: Sequence[Callable[[T], str]],
    at: datetime | None = None,
    each_address: bool = False,
) -> Iterator[tuple[T, list[Outcome]]]:
    """Yield each row with the outcomes of its ``texts``, as `geocode_many`; a few chunks are held in memory.

    What means nothing for sure now, and did once, is told as `Status.FORMER`. With ``each_address`` a row whose first
    text says several addresses comes once for each of them, the present one first, each answered on its own.
    """
    take_apart = _each_address if each_address else _whole

    def work(chunk: Sequence[T]) -> list[tuple[T, list[Outcome]]]:
        asked: list[Said] = []
        places: list[tuple[T, list[int]]] = []  # the row, and where its texts are among those asked
        for row in chunk:
            first, *others = (text(row) for text in texts)
            beside = [len(asked) + n for n in range(len(others))]
            asked.extend((text, None) for text in others)
            for one in take_apart(first):
                places.append((row, [len(asked), *beside]))
                asked.append(one)
        outcomes = _with_past(user, asked, at)
        return [(row, [outcomes[n] for n in some]) for row, some in places]

    return in_pieces(rows, work, size=CHUNK)


def _whole(text: str) -> list[Said]:
    return [(text, None)]


def _each_address(text: str) -> list[Said]:
    """Return the addresses that a text says, each as a message of its own: the relation is the first one's."""
    message = message_of(text) if len(text) <= MAX_TEXT else Message("")
    if not message.others:
        return _whole(text)
    alone = [replace(message, others=()), *(Message(other.text, other.role) for other in message.others)]
    return [(one.address, one) for one in alone]


def _with_past(user: Viewer, asked: Sequence[Said], at: datetime | None) -> list[Outcome]:
    """Return the outcomes, where nothing is sure with what the text has meant, if it has ever meant anything."""
    outcomes = geocode_said(user=user, said=asked, at=at)
    doubtful = (Status.AMBIGUOUS, Status.NOT_FOUND)
    unsure = {text for (text, _), one in zip(asked, outcomes, strict=True) if one.status in doubtful}
    once = past.with_ended_addresses(sorted(unsure), at) if unsure else ()
    meant = {text: past.meant(user=user, text=text, at=at) for text in once}
    told = [
        Outcome(Status.FORMER, found_of(some[0])) if one.status in doubtful and (some := meant.get(text)) else one
        for (text, _), one in zip(asked, outcomes, strict=True)
    ]
    return [
        one._replace(role=message.role, said=text) if message else one
        for (text, message), one in zip(asked, told, strict=True)
    ]
