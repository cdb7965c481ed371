"""Statistics as a kind of job: what takes long is answered by a worker, as a CSV file."""

from collections.abc import Iterator

from gisserver.common.db.snapshot import one_look
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import Job
from incidents.learning.query import answered, as_csv, asked_by

KIND = "incidents/statistics"


def register_kind() -> None:
    """Make statistics known as a kind of job."""
    register(Kind(KIND, _opened, lambda _: "text/csv; charset=utf-8", lambda job: f"{job.arguments['measure']}.csv"))


def _opened(job: Job) -> Run:
    """Return the job as one row, which is the whole answer: by the rights that its author has when it runs."""

    def pieces(start: int) -> Iterator[Piece]:
        if start == 0:
            asked = asked_by(job.author, job.arguments["query"])
            with one_look():
                answer = answered(job.arguments["measure"], asked)
            yield Piece(1, b"".join(as_csv(answer)))

    return Run(1, pieces)
