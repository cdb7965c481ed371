"""A kind of job for the tests: each line of the source, in capitals."""

from collections.abc import Callable, Iterator

from gisserver.common.errors import Invalid
from gisserver.common.jobs.kinds import Kind, Piece, Run
from gisserver.common.jobs.models import Job

ROWS_A_PIECE = 10
Start = Callable[..., Job]


def open_capitals(job: Job) -> Run:
    lines = job.source.read_text().splitlines()
    if "bad" in lines:
        raise Invalid("bad_line", "A line is bad.")

    def pieces(start: int) -> Iterator[Piece]:
        for first in range(start, len(lines), ROWS_A_PIECE):
            chunk = lines[first : first + ROWS_A_PIECE]
            yield Piece(first + len(chunk), "".join(f"{line.upper()}\n" for line in chunk).encode())

    return Run(len(lines), pieces)


def _text(job: Job) -> str:
    return "text/plain"


def _name(job: Job) -> str:
    return "capitals.txt"


CAPITALS = Kind("capitals", open_capitals, _text, _name)
