"""What can be a job: each app registers its kinds; a kind turns a file's rows into pieces of a result."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gisserver.common.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of the result for the rows up to ``rows_done``; the first piece begins with any heading."""

    rows_done: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Run:
    """A job that has been opened: how many rows it has, and its pieces from a row on.

    The same rows give the same pieces however often it is opened, so that a resumed job has the same bytes. ``share``
    gives every n-th of them, beginning with one of the first n: the part of one of n processes. ``finish`` makes the
    file that goes out of the file of all pieces, where it can't be written in pieces.
    """

    rows: int
    pieces: Callable[[int], Iterator[Piece]]
    share: Callable[[int, int, int], Iterator[Piece]] | None = None
    finish: Callable[[Path, Path], None] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: ``open`` reads its source and raises a DomainError when that can't be worked on."""

    name: str
    open: Callable[[Job], Run]
    media_type: Callable[[Job], str]
    file_name: Callable[[Job], str]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of job known; called when the apps are ready."""
    _kinds[kind.name] = kind


def kind_of(job: Job) -> Kind:
    """Return the kind of a job; KeyError for one that no app registered."""
    return _kinds[job.kind]
