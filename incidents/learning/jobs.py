"""Statistics as a kind of job: what takes long is answered by a worker, as a CSV file."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gisserver.common.db.snapshot import one_look
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import Job
from incidents.learning.asked import GROUPS
from incidents.learning.measures.series import BUCKETS, GRIDS
from incidents.learning.query import answered, as_csv, asked_by
from layers.ogc.processes.catalogue import Process
from layers.ogc.processes.catalogue import register as register_as_process

KIND = "incidents/statistics"
_MOMENT = {"schema": {"type": "string", "format": "date-time"}}
SERIES: dict[str, Any] = {
    **dict.fromkeys(("since", "until", "at"), _MOMENT),
    "area": {"schema": {"type": "string"}},
    "by": {"schema": {"type": "string", "enum": list(GROUPS), "default": "grid"}},
    "bucket": {"schema": {"type": "string", "enum": list(BUCKETS), "default": "month"}},
    "grids": {"schema": {"type": "string", "enum": list(GRIDS), "default": GRIDS[0]}},
}


def register_kind() -> None:
    """Make statistics known as a kind of job."""
    register(Kind(KIND, _opened, lambda _job: "text/csv; charset=utf-8", lambda job: f"{job.arguments['measure']}.csv"))


def register_process() -> None:
    """Offer counts over time as a process, too (`layers.ogc.processes`)."""
    title = _("Incidents by grid over time, as they were or on the grids of one day")
    register_as_process(Process("series", title, SERIES, KIND, _series))


def _series(user: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    query = {name: str(value) for name, value in inputs.items()}
    asked_by(user, query)
    return {"measure": "series", "query": query}


def _opened(job: Job) -> Run:
    """Return the job as one row, which is the whole answer: by the rights that its author has when it runs."""

    def pieces(start: int) -> Iterator[Piece]:
        if start == 0:
            asked = asked_by(job.author, job.arguments["query"])
            with one_look():
                answer = answered(job.arguments["measure"], asked)
            yield Piece(1, b"".join(as_csv(answer)))

    return Run(1, pieces)
