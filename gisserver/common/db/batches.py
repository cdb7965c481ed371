"""A long stream worked off in pieces: two at a time, so that the database works while Python does."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 2


def in_pieces(source: Iterable[T], work: Callable[[Sequence[T]], Sequence[R]], *, size: int) -> Iterator[R]:
    """Yield what ``work`` makes of each piece of ``size`` items, in order; holds three pieces at most.

    Inside a transaction, which other threads' connections would not see, one piece after the other.
    """
    pieces = _pieces(source, size)
    if connection.in_atomic_block:
        return (result for piece in pieces for result in work(piece))
    return _at_once(pieces, work)


def _pieces(source: Iterable[T], size: int) -> Iterator[list[T]]:
    items = iter(source)
    while piece := list(islice(items, size)):
        yield piece


def _at_once(pieces: Iterator[list[T]], work: Callable[[Sequence[T]], Sequence[R]]) -> Iterator[R]:
    def done(piece: Sequence[T]) -> Sequence[R]:
        try:
            return work(piece)
        finally:
            connections.close_all()  # of this thread, back to the pool

    under_way: deque[Future[Sequence[R]]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            for piece in pieces:
                under_way.append(threads.submit(done, piece))
                if len(under_way) > AT_ONCE:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            for left in under_way:
                left.cancel()
