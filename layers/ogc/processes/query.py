"""The process `query`: a query over collections (`layers.ogc.joins`), whole, by a worker."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.snapshot import one_look
from gisserver.common.errors import Invalid
from gisserver.common.jobs import kinds
from gisserver.common.jobs.kinds import Kind, Piece, Run
from gisserver.common.jobs.models import Job
from layers import registry
from layers.ogc.joins import answers
from layers.ogc.joins.expression import Query, parse_expression
from layers.ogc.joins.statement import asked_of, statistics, tuples
from layers.ogc.params import MAX_LIMIT
from layers.ogc.processes.catalogue import Process, register
from layers.ogc.statistics.answers import MEDIA_TYPES
from layers.ogc.statistics.answers import written as grouped_as

KIND = "layers/query"


def register_process() -> None:
    """Offer the process, and make its jobs known."""
    kinds.register(
        Kind(KIND, _opened, lambda job: MEDIA_TYPES[job.arguments["f"]], lambda job: f"query.{job.arguments['f']}")
    )
    formats = {"schema": {"type": "string", "enum": list(MEDIA_TYPES), "default": "csv"}}
    query = {"schema": {"type": "object"}, "title": "A query expression, as POST /query takes it"}
    register(Process("query", _("A query over collections"), {"query": query, "f": formats}, KIND, _arguments))


def _arguments(user: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    form = inputs.get("f", "csv")
    if not isinstance(form, str) or form not in MEDIA_TYPES:
        raise Invalid("unsupported_format", "f must be one of: csv, geojson, json.", parameter="f")
    body = {"limit": MAX_LIMIT} | inputs["query"] if isinstance(inputs.get("query"), dict) else None
    _read(body, user)
    return {"query": body, "f": form}


def _read(body: Any, user: Any) -> Query:
    found = parse_expression(body, lambda name: registry.get(name, user))
    if len(found) > 1:
        raise Invalid("bad_query", "A job answers one query.")
    return found[0]


def _opened(job: Job) -> Run:
    """Return the job as one row, which is the whole answer: by the rights that its author has when it runs."""

    def pieces(start: int) -> Iterator[Piece]:
        if start == 0:
            yield Piece(1, _answer(_read(job.arguments["query"], job.author), job.author, job.arguments["f"]))

    return Run(1, pieces)


def _answer(query: Query, user: Any, form: str) -> bytes:
    with one_look():
        if query.words:
            asked = asked_of(query)
            return grouped_as(asked, statistics(query, user, asked), form)
        found = tuples(query, user, offset=0)
        if form == "csv":
            return answers.table(query, user, found)
        return orjson.dumps(answers.document(query, user, found, flat=form == "geojson") | {"complete": not found.more})
