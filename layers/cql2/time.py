"""Instants, dates and intervals of a filter, and how they lie to each other (Allen's relations).

Dates lie to dates by the calendar. Against an instant, a date is its whole day in ``TIME_ZONE``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, DateTimeField, TextField, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

from gisserver.common import dates, moments
from gisserver.common.errors import Invalid
from layers import expressions
from layers.cql2.limits import refuse

# {0} and {1} are the ends of the first interval, {2} and {3} those of the second.
TEMPORAL = {
    "t_after": "({0} > {3})",
    "t_before": "({1} < {2})",
    "t_contains": "({0} < {2} AND {1} > {3})",
    "t_disjoint": "({1} < {2} OR {0} > {3})",
    "t_during": "({0} > {2} AND {1} < {3})",
    "t_equals": "({0} = {2} AND {1} = {3})",
    "t_finishedby": "({0} < {2} AND {1} = {3})",
    "t_finishes": "({0} > {2} AND {1} = {3})",
    "t_intersects": "({0} <= {3} AND {1} >= {2})",
    "t_meets": "({1} = {2})",
    "t_metby": "({0} = {3})",
    "t_overlappedby": "({0} > {2} AND {0} < {3} AND {1} > {3})",
    "t_overlaps": "({0} < {2} AND {1} > {2} AND {1} < {3})",
    "t_startedby": "({0} = {2} AND {1} > {3})",
    "t_starts": "({0} = {2} AND {1} < {3})",
}
# The same for two points of time, each a date or an instant.
_ORDER = {
    "=": TEMPORAL["t_intersects"],
    "<>": TEMPORAL["t_disjoint"],
    "<": TEMPORAL["t_before"],
    ">": TEMPORAL["t_after"],
    "<=": "({0} <= {3})",
    ">=": "({1} >= {2})",
}
_FIRST_OF_DAY = "({0}::timestamp AT TIME ZONE {1})"
_LAST_OF_DAY = "(({0} + 1)::timestamp AT TIME ZONE {1} - interval '1 microsecond')"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of time: a literal, or an expression over the rows that yields dates (``is_date``) or instants."""

    value: Combinable
    is_date: bool
    literal: date | None = None

    def as_date(self) -> Combinable:
        """Return the date; only for one that is."""
        return self.value

    def as_instant(self, *, last: bool) -> Combinable:
        """Return the instant, of a date the first or the ``last`` of its day."""
        if not self.is_date:
            return self.value
        if self.literal is not None:
            return Value(moments.day_bounds(self.literal)[last], DateTimeField())
        zone = Value(timezone.get_default_timezone_name(), TextField())
        return expressions.text(_LAST_OF_DAY if last else _FIRST_OF_DAY, self.value, zone)


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """An end that an interval does not have."""

    infinity: str
    is_date: bool = True

    def as_date(self) -> Combinable:
        """Return an end beyond every date."""
        return expressions.text("{0}::date", Value(self.infinity))

    def as_instant(self, *, last: bool) -> Combinable:
        """Return an end beyond every instant."""
        return expressions.text("{0}::timestamptz", Value(self.infinity))


@dataclass(frozen=True, slots=True)
class Span:
    """A point of time (both ends are the same) or an interval."""

    start: Point | OpenEnd
    end: Point | OpenEnd

    @property
    def is_point(self) -> bool:
        """Whether the span is no interval."""
        return self.start is self.end


def compare(op: str, first: Span, second: Span) -> Combinable:
    """Return the condition that ``first`` lies to ``second`` as the ``t_…`` function ``op`` says."""
    if op == "t_equals" and first.is_point and second.is_point:
        op = "t_intersects"  # an instant equals a date when it lies in its day
    return _related(TEMPORAL[op], first, second)


def ordered(op: str, first: Point, second: Point) -> Combinable:
    """Return the condition ``first op second``, with ``op`` one of ``= <> < > <= >=``."""
    if first.is_date is second.is_date:
        return expressions.condition(f"({{0}} {op} {{1}})", first.value, second.value)
    return _related(_ORDER[op], Span(first, first), Span(second, second))


def _related(template: str, first: Span, second: Span) -> Combinable:
    ends = (first.start, first.end, second.start, second.end)
    if all(end.is_date for end in ends):
        return expressions.condition(template, *(end.as_date() for end in ends))
    return expressions.condition(template, *(end.as_instant(last=bool(place % 2)) for place, end in enumerate(ends)))


def span(node: Any, of_rows: Callable[[Any], Point]) -> Span:
    """Return the time that ``node`` names: a date, a timestamp, an interval or a property. Raises Invalid."""
    if not (isinstance(node, dict) and "interval" in node):
        found = point(node, of_rows)
        return Span(found, found)
    ends = node["interval"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise refuse("An interval has two ends.")
    return Span(_end(ends[0], "-infinity", of_rows), _end(ends[1], "infinity", of_rows))


def point(node: Any, of_rows: Callable[[Any], Point]) -> Point:
    """Return the date, the timestamp or the property that ``node`` names; ``of_rows`` knows those. Raises Invalid."""
    if isinstance(node, dict) and "date" in node:
        return _literal(node["date"], is_date=True)
    if isinstance(node, dict) and "timestamp" in node:
        return _literal(node["timestamp"], is_date=False)
    if isinstance(node, dict) and "property" in node:
        return of_rows(node)
    raise refuse("A date, a timestamp or a property is missing.")


def _literal(text: Any, *, is_date: bool) -> Point:
    if not isinstance(text, str) or dates.is_date(text) is not is_date:
        raise refuse("A date must look like 2026-03-01, a timestamp like 2026-03-01T08:00:00Z.")
    try:
        if is_date:
            day = dates.parse_date(text)
            return Point(Value(day, DateField()), is_date=True, literal=day)
        return Point(Value(moments.parse_moment(text), DateTimeField()), is_date=False)
    except Invalid as refusal:
        raise refuse(refusal.detail) from None


def _end(node: Any, infinity: str, of_rows: Callable[[Any], Point]) -> Point | OpenEnd:
    if node == "..":
        return OpenEnd(infinity)
    if isinstance(node, str):
        return _literal(node, is_date=dates.is_date(node))
    return point(node, of_rows)
