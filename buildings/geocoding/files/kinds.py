"""The works on a file by name, two for each format, and each as a kind of job."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from buildings.geocoding.files.file_format import Opener, format_of, formats
from buildings.geocoding.files.work import Asked, Work
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import Job

WORKS: Final[dict[str, Opener]] = {work: opener for each in formats() for work, opener in each.works.items()}
# A crash loses at most the work on so many rows; fewer would leave one of two threads idle, more a process of those
# that share a file.
PIECE: Final = 10_000
_PREFIX: Final = "geocode/"


def kind_name(work: str) -> str:
    """Return the name of the kind of job that does ``work``."""
    return _PREFIX + work


def register_kinds() -> None:
    """Make the works known as kinds of jobs."""
    for name, opener in WORKS.items():
        register(Kind(kind_name(name), _opening(opener), _media_type, _file_name))


def _opening(opener: Opener) -> Callable[[Job], Run]:
    def opened(job: Job) -> Run:
        work = opener(job.author, job.source.read_bytes(), Asked.from_json(job.arguments))
        rows = sum(1 for _ in work.rows)
        return Run(
            rows,
            lambda start: _pieces(work, start),
            lambda start, number, of: _pieces(work, start, number=number, of=of),
            work.finish,
        )

    return opened


def _pieces(work: Work[Any], start: int, *, number: int = 0, of: int = 1) -> Iterator[Piece]:
    """Yield the pieces from row ``start`` on: all, or every ``of``-th from the ``number``-th on."""
    rows = islice(iter(work.rows), start, None)
    done, place = start, 0
    heading = b"" if start else work.heading
    while piece := list(islice(rows, PIECE)):
        done += len(piece)
        if place % of == number:
            yield Piece(done, heading + b"".join(work.blocks(piece)))
        heading, place = b"", place + 1
    if heading and number == 0:
        yield Piece(done, heading)


def _media_type(job: Job) -> str:
    return format_of(job.kind).media_type


def _file_name(job: Job) -> str:
    return f"geocoded-{job.pk}.{format_of(job.kind).name}"
