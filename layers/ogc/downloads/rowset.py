"""The rows of a download, read by one statement in flat memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from layers.fields import Field
from layers.ogc.features import decimals, selected, shown
from layers.ogc.params import Presentation
from layers.registry import Collection, Rows

# Signs that no JSON text holds as they are, so that COPY quotes nothing.
_RAW = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'"
# A whole collection takes longer than a page may (settings/database.py).
_TIMEOUT_MS = 600_000


@dataclass(frozen=True, slots=True)
class Rowset:
    """What is downloaded: the ``rows`` of a collection, by id, and how they are shown."""

    collection: Collection
    rows: Rows
    presentation: Presentation

    @property
    def fields(self) -> tuple[Field, ...]:
        """The properties, in order."""
        return shown(self.collection, self.presentation)

    @property
    def decimals(self) -> int:
        """How many digits coordinates have behind the point."""
        return decimals(self.collection, self.presentation)

    def lines(self, expression: str, joined: str = "") -> Iterator[bytes]:
        """Yield the JSON text ``expression`` over ``f`` of each row, with a newline behind it."""
        return self._copied(expression, joined, _RAW)

    def table(self, columns: str) -> Iterator[bytes]:
        """Yield the rows as CSV (RFC 4180) with a header: ``columns`` are SQL over ``f`` with their names."""
        return self._copied(columns, "", "FORMAT csv, HEADER")

    def _copied(self, columns: str, joined: str, options: str) -> Iterator[bytes]:
        made = selected(self.collection, self.rows.order_by(self.collection.fid), self.presentation)
        # Identifiers are quoted and values bound; everything else is written in this package.
        text = f"COPY (SELECT {columns} FROM ({made.sql}) AS f {joined}) TO STDOUT ({options})"  # noqa: S608
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_TIMEOUT_MS)])
            # Django turns what the driver raises into its own errors in `execute` alone.
            with connection.wrap_database_errors, cursor.copy(_with_values(text, made.params)) as copy:
                yield from map(bytes, copy)


def _with_values(statement: str, values: tuple[Any, ...]) -> str:
    """Return a statement with its values in its text, as the driver quotes them: COPY binds none."""
    operations: Any = connection.ops  # PostgreSQL's has more than the base class says
    return str(operations.compose_sql(statement, values))
