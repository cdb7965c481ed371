"""An import of households as a job: its file is read by a worker's child process, its result is the report as JSON."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction
from django.utils import translation

from buildings.importers.households import import_households
from buildings.importers.register_rows import FIELDS
from buildings.importers.register_run import Full
from gisserver.common.db import deferred
from gisserver.common.errors import Conflict, DomainError
from gisserver.common.imports.code_columns import with_checked_codes
from gisserver.common.imports.command import Outcome, RowsRejected
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import UNFINISHED, Job
from gisserver.common.languages import spoken
from gisserver.common.moments import parse_moment
from gisserver.common.reading import Expected, RowProblem, Table, known_names, plain, read_table, resolve
from gisserver.common.sentences import Sentence
from gisserver.common.workspace import workspace

KIND = "imports/households"
# A report is read by a person; all rejected rows are counted.
MOST_REJECTED = 1000
# What tells the reader of a file how to read it; anything else is no name of a format.
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8}(?=\.gz\Z))?\.[a-z0-9]{1,8}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a register's file; as the arguments of `import_households` the command, good rows are taken.

    ``mapping`` says field → column where the names do not tell. ``full``: it tells everybody of its source, in the
    communities ``areas`` (ids; none: anywhere); ``missing`` confirms how many of them are not in it any more. The
    report speaks ``language``.
    """

    file_name: str
    source: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    effective_at: str | None = None
    full: bool = False
    areas: tuple[int, ...] = ()
    missing: int | None = None
    make_units: bool = False
    dry_run: bool = False
    language: str = "zh-hans"

    def to_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return asdict(self)


def register_kind() -> None:
    """Make imports known as a kind of job."""
    register(Kind(KIND, _opened, lambda _: "application/json", lambda job: f"import-{job.pk}.json"))


def _opened(job: Job) -> Run:
    asked = Asked(**job.arguments)
    table = _read(job, asked)
    return Run(len(table), lambda _: _pieces(table, asked, job))


def suffix_of(file_name: str) -> str:
    """Return the end of a file's name by which it is read, in small letters; without one it is CSV."""
    found = _SUFFIX.search(file_name.lower().strip())
    return found[0] if found else ".csv"


def _read(job: Job, asked: Asked) -> Table:
    words = known_names(FIELDS) | {plain(column) for column in asked.mapping.values()}
    with workspace() as folder:
        path = Path(folder) / f"register{suffix_of(asked.file_name)}"
        shutil.copyfile(job.source, path)
        return read_table(path, mapping=asked.mapping, expected=Expected(None, words), placed=False)


def _pieces(table: Table, asked: Asked, job: Job) -> Iterator[Piece]:
    """Yield the one piece: an import is all or nothing. After a crash behind its commit it finds all unchanged.

    A preview that is refused is told like one that is not: with the file's columns, so that they can be mapped.
    """
    try:
        columns = resolve(table.fields, wanted=FIELDS, given=asked.mapping)
        outcome = _imported(with_checked_codes(table, columns, FIELDS), columns, asked, job)
        told = {"columns": columns, "counts": outcome.counts(), "rejected": _told(outcome.rejected), "refused": None}
        told["notes"] = outcome.notes
    except DomainError as error:
        if not asked.dry_run:
            raise
        rejected = error.problems if isinstance(error, RowsRejected) else ()
        refused = {"code": error.code, "detail": error.detail, "data": error.data}
        told = {"columns": {}, "counts": {}, "rejected": _told(rejected), "refused": refused}
    report = told | {
        "dry_run": asked.dry_run,
        "fields": [one.name for one in FIELDS],
        "file_columns": list(table.fields),
    }
    with translation.override(asked.language):
        yield Piece(len(table), orjson.dumps(spoken(report), default=str))


def _told(problems: Sequence[RowProblem]) -> list[dict[str, Any]]:
    return [{"row": each.number, "code": each.code, "detail": each.sentence} for each in problems[:MOST_REJECTED]]


@transaction.atomic
def _imported(table: Table, columns: Mapping[str, str], asked: Asked, job: Job) -> Outcome:
    """Import the rows; raises Conflict ``job_ended``, having done nothing, when the job was cancelled meanwhile."""
    outcome = import_households(
        table=table,
        columns=columns,
        source=asked.source,
        effective_at=None if asked.effective_at is None else parse_moment(asked.effective_at),
        partial=True,
        make_units=asked.make_units,
        full=Full(communities=list(asked.areas), confirmed=asked.missing) if asked.full else None,
    )
    deferred.check_now()
    status = Job.objects.select_for_update().get(pk=job.pk).status
    if status not in UNFINISHED:
        raise Conflict("job_ended", Sentence("The job has ended already: {status}.", status=status))
    transaction.set_rollback(asked.dry_run)
    return outcome
