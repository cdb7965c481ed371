"""An import of households as a job: its file is read by a worker's child process, its result is the report as JSON."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any

import orjson
from django.db import transaction

from buildings.importers.households import import_households
from buildings.importers.register_rows import FIELDS
from buildings.importers.register_run import Full
from gisserver.common.db import deferred
from gisserver.common.imports.code_columns import with_checked_codes
from gisserver.common.imports.command import Outcome
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import Job
from gisserver.common.moments import parse_moment
from gisserver.common.reading import Table, read_table, resolve
from gisserver.common.workspace import workspace

KIND = "imports/households"
# A report is read by a person; all rejected rows are counted.
MOST_REJECTED = 1000
# What tells the reader of a file how to read it; anything else is no name of a format.
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8}){1,2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a register's file; as the arguments of `import_households` the command, good rows are taken.

    ``mapping`` says field → column where the names do not tell. ``full``: it tells everybody of its source, in the
    communities ``areas`` (ids; none: anywhere); ``missing`` confirms how many of them are not in it any more.
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

    def to_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return asdict(self)


def register_kind() -> None:
    """Make imports known as a kind of job."""
    register(Kind(KIND, _opened, lambda _: "application/json", lambda job: f"import-{job.pk}.json"))


def _opened(job: Job) -> Run:
    asked = Asked(**job.arguments)
    table = _read(job, asked)
    return Run(len(table), lambda _: _pieces(table, asked))


def _read(job: Job, asked: Asked) -> Table:
    suffix = "".join(PurePath(asked.file_name.lower()).suffixes[-2:])
    with workspace() as folder:
        path = Path(folder) / f"register{suffix if _SUFFIX.fullmatch(suffix) else '.csv'}"
        shutil.copyfile(job.source, path)
        return read_table(path, mapping=asked.mapping)


def _pieces(table: Table, asked: Asked) -> Iterator[Piece]:
    """Yield the one piece: an import is all or nothing. After a crash behind its commit it finds all unchanged."""
    columns = resolve(table.fields, wanted=FIELDS, given=asked.mapping)
    outcome = _imported(with_checked_codes(table, columns, FIELDS), columns, asked)
    rejected = [
        {"row": problem.number, "code": problem.code, "detail": str(problem.sentence)}
        for problem in outcome.rejected[:MOST_REJECTED]
    ]
    report = {
        "dry_run": asked.dry_run,
        "fields": [one.name for one in FIELDS],
        "columns": columns,
        "file_columns": list(table.fields),
        "counts": outcome.counts(),
        "notes": [str(note) for note in outcome.notes],
        "rejected": rejected,
    }
    yield Piece(len(table), orjson.dumps(report))


@transaction.atomic
def _imported(table: Table, columns: Mapping[str, str], asked: Asked) -> Outcome:
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
    transaction.set_rollback(asked.dry_run)
    return outcome
