"""What all import commands share: arguments, all or nothing, the report of rejected rows."""

import sys
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from gisserver.common.commands import DatabaseCommand
from gisserver.common.dates import recordable
from gisserver.common.db import deferred
from gisserver.common.db.clock import database_now
from gisserver.common.db.sql import is_unreachable
from gisserver.common.errors import DomainError, Invalid, Refused
from gisserver.common.geo.crs import ACCEPTED, parse_crs
from gisserver.common.imports import reports
from gisserver.common.imports.code_columns import with_checked_codes
from gisserver.common.imports.memory import uncollected
from gisserver.common.moments import parse_moment
from gisserver.common.reading import (
    Expected,
    Field,
    RowProblem,
    Table,
    known_names,
    parse_mapping,
    plain,
    read_table,
    resolve,
    write_report,
)
from gisserver.common.sentences import Sentence, together

# As wide as the columns that keep it: two sources cut alike would be one.
MAX_SOURCE = 100


class Reported(Refused):
    """A refusal whose details fill a file: the command names the file, the refusal writes it."""

    suffix = ".csv"

    @abstractmethod
    def write(self, path: Path) -> Path:
        """Write the report to ``path`` and return it."""


class RowsRejected(Reported):
    """Rows can't be taken, and the import is all or nothing."""

    def __init__(self, table: Table, problems: Sequence[RowProblem]) -> None:
        first = problems[0]
        told = Sentence(
            "{rejected} of {rows} rows can't be taken, so nothing was: first row {number}, {code}: {reason}",
            rejected=len(problems),
            rows=len(table),
            number=first.number,
            code=first.code,
            reason=first.sentence,
        )
        others = [Sentence("With --partial the others are taken.")] if len(problems) < len(table) else []
        super().__init__("rows_rejected", together([told, *others]), rejected=len(problems))
        self.table = table
        self.problems = problems

    def write(self, path: Path) -> Path:
        """Write the rejected rows with their reasons and original values."""
        return write_report(path, self.table, self.problems)


class Rejects:
    """The rows that can't be taken, gathered while an importer reads; the first reason of a row stays."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._problems: dict[int, RowProblem] = dict(table.problems)

    def __contains__(self, index: int) -> bool:
        return index in self._problems

    def add(self, index: int, code: str, sentence: str) -> None:
        """Reject the row of this index (from 0) for a stable ``code`` and one English ``sentence``."""
        self._problems.setdefault(index, RowProblem(index + 1, code, sentence))

    def repeat(self, same: Mapping[int, int]) -> None:
        """Reject rows that say the ``same`` as another one (by index), for its reason if it is rejected."""
        for index, first in same.items():
            if first in self:
                self.add(index, self._problems[first].code, self._problems[first].sentence)

    def because(self, code: str) -> list[int]:
        """Return the indexes of the rows rejected for this reason, in order."""
        return sorted(index for index, problem in self._problems.items() if problem.code == code)

    def withdraw(self, index: int) -> None:
        """Reject the row of this index no longer: something else becomes of it."""
        self._problems.pop(index, None)

    def update(self, problems: Mapping[int, RowProblem]) -> None:
        """Reject the rows that placing or reading found."""
        self._problems = {**problems, **self._problems}

    def finish(self, *, partial: bool) -> list[RowProblem]:
        """Return the rejected rows in order; raise RowsRejected for any, unless ``partial``, or for all."""
        problems = [self._problems[index] for index in sorted(self._problems)]
        if problems and not partial:
            raise RowsRejected(self.table, problems)
        if len(problems) == len(self.table):
            raise RowsRejected(self.table, problems)
        return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did, in rows; ``notes`` are sentences for the user.

    Each row that was read is in one number. ``missing`` is what ended because a full register lacks it: no row told.
    Registers whose things change and keep their identity tell the changes apart; of others a change ends and begins.
    """

    read: int
    begun: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0
    rejected: Sequence[RowProblem] = ()
    in_doubt: int = 0
    missing: int = 0
    notes: Sequence[str] = field(default_factory=tuple)

    def counts(self) -> dict[str, int]:
        """Return the numbers by what they count; some are told only where there are any."""
        always = {"read": self.read, "begun": self.begun, "ended": self.ended, "unchanged": self.unchanged}
        some = {"changed": self.changed, "in doubt": self.in_doubt, "missing": self.missing}
        return always | {"rejected": len(self.rejected)} | {name: n for name, n in some.items() if n}


class ImportCommand(DatabaseCommand):
    """A command that reads one file and hands its rows to a service."""

    fields: tuple[Field, ...] = ()
    placed = True  # whether rows have positions of their own
    file_type: Callable[[str], Any] = Path

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments that all imports share; `add_own_arguments` adds to them."""
        names = ", ".join(f.name + ("*" if f.required else "") for f in self.fields)
        parser.add_argument(
            "file", type=self.file_type, help="CSV, or any vector format that GDAL reads; .gz and .zip too"
        )
        parser.add_argument("--crs", help=f"the coordinates' system, whatever the file says: {ACCEPTED}")
        parser.add_argument("--layer", help="which layer, when the file has several")
        parser.add_argument("--encoding", help="utf-8, gb18030, latin-1, …; recognised when left out")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help=f"the column that holds a field; may be repeated. Fields: {names} (* needed), lon, lat, wkt",
        )
        parser.add_argument(
            "--header-row",
            type=int,
            metavar="NUMBER",
            help="of a sheet: the line that names the columns, from 1; found when left out",
        )
        parser.add_argument("--source", help="name of the source, kept with every row (default: the file's name)")
        parser.add_argument(
            "--effective-at", type=moment_argument, metavar="TIME", help="when it takes effect (default now)"
        )
        parser.add_argument("--partial", action="store_true", help="take the good rows, report the others")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, then take it back")
        parser.add_argument("--report", type=Path, help="where to write the report (.csv, or .geojson for rows)")
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare further arguments."""

    def wanted(self, options: Mapping[str, Any]) -> tuple[Field, ...]:
        """Return the fields to look for, given the other arguments."""
        return self.fields

    @abstractmethod
    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service. Runs inside the one transaction of the import."""

    @uncollected()
    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, report; every refusal is one sentence and exit code 1, never a traceback."""
        try:
            table = self._read(options)
            wanted = self.wanted(options)
            columns = resolve(table.fields, wanted=wanted, given=parse_mapping(options["map"]))
            table = with_checked_codes(table, columns, wanted, options.get("scheme", ""))
            self.say(f"{table.name}: {len(table)} rows read" + (f", {table.crs.name}" if table.crs else ""))
            for note in table.notes:
                self.say(f"note: {note}")
            options["source"] = options["source"] or table.name
            if len(options["source"]) > MAX_SOURCE:
                raise Invalid(
                    "source_too_long",
                    Sentence(
                        "--source takes at most {max_source} characters; say a shorter one.", max_source=MAX_SOURCE
                    ),
                )
            outcome = self._in_one_transaction(table, columns, options)
        except Reported as refusal:
            report = refusal.write(self.report_path(options, refusal.suffix))
            raise CommandError(f"{refusal.code}: {refusal.detail} Report: {report}") from refusal
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal.detail}") from refusal
        except DatabaseError as error:
            if is_unreachable(error):
                raise
            raise CommandError(f"refused_by_database: {str(error).splitlines()[0]}") from error
        self._tell(table, outcome, options)

    def say(self, sentence: str) -> None:
        """Tell progress on stderr."""
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()

    def _read(self, options: Mapping[str, Any]) -> Table:
        crs = parse_crs(options["crs"]) if options["crs"] else None
        mapping = parse_mapping(options["map"])
        words = known_names(self.wanted(options)) | {plain(column) for column in mapping.values()}
        return read_table(
            options["file"],
            layer=options["layer"],
            encoding=options["encoding"],
            crs=crs,
            mapping=mapping,
            expected=Expected(options["header_row"], words),
            placed=self.placed,
        )

    def _in_one_transaction(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        with transaction.atomic():
            outcome = self.load(table, columns, options)
            deferred.check_now()  # here a refusal still has a name, and a dry run still counts
            transaction.set_rollback(options["dry_run"])
        return outcome

    def _tell(self, table: Table, outcome: Outcome, options: Mapping[str, Any]) -> None:
        for note in outcome.notes:
            self.say(f"note: {note}")
        if outcome.rejected:
            report = write_report(self.report_path(options, ".csv"), table, outcome.rejected)
            self.say(f"{len(outcome.rejected)} rows rejected: {report}")
        numbers = ", ".join(f"{name} {number}" for name, number in outcome.counts().items())
        self.stdout.write(f"{'would have ' if options['dry_run'] else ''}{numbers}")

    def report_path(self, options: Mapping[str, Any], suffix: str) -> Path:
        """Return where a report goes: as asked, else a dated name in the home's reports."""
        given: Path | None = options["report"]
        if given is not None:
            return given
        stamp = database_now().astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        name = f"{type(self).__module__.rsplit('.', 1)[-1]}-{options['file'].name.split('.')[0]}-{stamp}{suffix}"
        return reports.folder() / name


def moment_or_now(given: datetime | None) -> datetime:
    """Return ``given``, or the database's clock at the start of this transaction.

    Raises Invalid ``bad_time`` for what no record may hold.
    """
    if given is not None:
        return recordable(given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def moment_argument(text: str) -> datetime:
    """Return the moment of a record that an argument says; raises CommandError."""
    try:
        return recordable(parse_moment(text))
    except Invalid as error:
        raise CommandError(error.detail) from error
