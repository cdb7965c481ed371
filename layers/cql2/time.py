"""Instants and intervals of a filter, and how they lie to each other (Allen's relations)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, DateTimeField, Value
from django.db.models.expressions import Combinable

from gisserver.common.errors import Invalid
from layers.cql2 import sql
from layers.cql2.limits import refuse
from layers.ogc.instants import parse_instant

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


@dataclass(frozen=True, slots=True)
class Span:
    """An instant (both ends alike) or an interval."""

    start: Combinable
    end: Combinable


def compare(op: str, first: Span, second: Span) -> Combinable:
    """Return the condition that ``first`` lies to ``second`` as ``op`` says."""
    return sql.condition(TEMPORAL[op], first.start, first.end, second.start, second.end)


def moment(node: Any, value: Callable[[Any], Combinable]) -> Span:
    """Return the time that ``node`` names: date, timestamp, interval or a property. Raises Invalid."""
    if isinstance(node, dict) and "interval" in node:
        ends = node["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise refuse("An interval has two ends.")
        return Span(_end(ends[0], "-infinity", value), _end(ends[1], "infinity", value))
    if isinstance(node, dict) and "date" in node:
        return _instant(node["date"], day=True)
    if isinstance(node, dict) and "timestamp" in node:
        return _instant(node["timestamp"], day=False)
    if isinstance(node, dict) and "property" in node:
        return Span(value(node), value(node))
    raise refuse("A date, a timestamp, an interval or a property is missing.")


def _instant(text: Any, *, day: bool) -> Span:
    try:
        found = parse_instant(text if isinstance(text, str) else "")
    except Invalid as error:
        raise refuse(error.detail) from None
    made = Value(found.date(), DateField()) if day else Value(found, DateTimeField())
    return Span(made, made)


def _end(node: Any, open_end: str, value: Callable[[Any], Combinable]) -> Combinable:
    if node == "..":
        return sql.text("{0}::timestamptz", Value(open_end))
    if isinstance(node, str):
        return _instant(node, day=len(node) == 10).start
    return moment(node, value).start
