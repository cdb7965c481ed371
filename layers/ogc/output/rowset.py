"""The rows that are given, read by one statement in flat memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models.expressions import Combinable
from psycopg.abc import Buffer

from layers.fields import Field, GeometryType
from layers.ogc.features import decimals, selected, shown
from layers.ogc.params import Presentation
from layers.registry import Collection, Rows

# Signs that no JSON text holds as they are, so that COPY quotes nothing.
_RAW = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'"
# What is read at once: little at first, so that the first byte comes soon, then twice as much each time.
_FIRST_BYTES, _LAST_BYTES = 64 * 1024, 1024 * 1024
# A whole collection takes longer than a page may (settings/database.py).
_TIMEOUT_MS = 600_000


@dataclass(frozen=True, slots=True)
class Rowset:
    """What is given: the ``rows`` of a collection, in their order, and how they are shown.

    ``members`` is what a document says beside the features: links, and how many there are.
    """

    collection: Collection
    rows: Rows
    presentation: Presentation
    members: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The properties, in order."""
        return shown(self.collection, self.presentation)

    @property
    def decimals(self) -> int:
        """How many digits coordinates have behind the point."""
        return decimals(self.collection, self.presentation)

    @property
    def has_geometry(self) -> bool:
        """Whether the features carry their geometry."""
        return self.presentation.geometry and self.collection.geometry_type is not GeometryType.NONE

    def lines(
        self, expression: str, joined: str = "", extra: Mapping[str, Combinable] | None = None
    ) -> Iterator[list[bytes]]:
        """Yield some rows at a time, each as the JSON text ``expression`` over ``f``, with a newline behind it.

        ``extra`` adds columns to ``f`` by name.
        """
        return self._copied(expression, joined, _RAW, extra)

    def table(self, columns: str, *, header: bool = True) -> Iterator[list[bytes]]:
        """Yield some rows at a time, each as a line of CSV (RFC 4180): ``columns`` are SQL over ``f`` with their names.

        A null is nothing, an empty text a pair of quotation marks.
        """
        return self._copied(columns, "", f"FORMAT csv, HEADER {str(header).lower()}")

    def _copied(
        self, columns: str, joined: str, options: str, extra: Mapping[str, Combinable] | None = None
    ) -> Iterator[list[bytes]]:
        made = selected(self.collection, self.rows, self.presentation, extra)
        # Identifiers are quoted and values bound; everything else is written in this package. What is said twice of a
        # row is computed once: OFFSET keeps the planner from putting expressions in the place of columns.
        source = f"({made.sql} OFFSET 0) AS f {joined}"
        text = f"COPY (SELECT {columns} FROM {source}) TO STDOUT ({options})"  # noqa: S608
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_TIMEOUT_MS)])
            # Django turns what the driver raises into its own errors in `execute` alone.
            with connection.wrap_database_errors, cursor.copy(_with_values(text, made.params)) as copy:
                yield from _together(copy)


def _together(rows: Iterable[Buffer]) -> Iterator[list[bytes]]:
    """Yield some rows at a time; none is cut in two, however long it is."""
    some: list[bytes] = []
    size, most = 0, _FIRST_BYTES
    for row in rows:
        some.append(bytes(row))
        size += len(some[-1])
        if size >= most:
            yield some
            some, size, most = [], 0, min(2 * most, _LAST_BYTES)
    if some:
        yield some


def _with_values(statement: str, values: tuple[Any, ...]) -> str:
    """Return a statement with its values in its text, as the driver quotes them: COPY binds none."""
    operations: Any = connection.ops  # PostgreSQL's has more than the base class says
    return str(operations.compose_sql(statement, values))
