"""The tree of a filter to a condition of the ORM; every name is looked up, every operator is listed here."""

import math
from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, DecimalField, TextField, Value
from django.db.models.expressions import Combinable

from gisserver.common.sentences import Sentence
from layers import expressions
from layers.cql2.limits import refuse
from layers.cql2.space import SPATIAL, WITHIN, Space
from layers.cql2.time import TEMPORAL, Point, compare, ordered, point, span
from layers.fields import Field, FieldType

# Case and accents are the world's business, not ASCII's; the result compares by code point again.
_FOLDED = '(lower({0} COLLATE "und-x-icu") COLLATE "C")'
_UNACCENTED = r"(regexp_replace(normalize({0}, NFD), '[\u0300-\u036f]', '', 'g') COLLATE " + '"C")'
_COMPARISONS = {op: f"({{0}} {op} {{1}})" for op in ("=", "<>", "<", ">", "<=", ">=")}
_ARITHMETIC = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "/": "({0}::numeric / nullif({1}::numeric, 0))",
    "%": "mod({0}::numeric, nullif({1}::numeric, 0))",
    "div": "div({0}::numeric, nullif({1}::numeric, 0))",
    "^": "power({0}::float8, {1}::float8)",
}
_TEXT = {"casei": _FOLDED, "accenti": _UNACCENTED}


class Translator:
    """Translates for one collection: ``find`` gives the field of a name or None, ``space`` the geometry."""

    def __init__(self, find: Callable[[str], Field | None], space: Space) -> None:
        self.find = find
        self.space = space

    def condition(self, node: Any) -> Combinable:
        """Return the condition of ``node``. Raises Invalid for what is no condition.

        Or names what is unknown.
        """
        if isinstance(node, bool):
            return Value(node, BooleanField())
        if isinstance(node, dict) and "property" in node:
            return self._boolean_property(node)
        op, arguments = _operation(node)
        if op in {"and", "or"}:
            return self._joined(op, arguments)
        if op == "not":
            return expressions.condition("(NOT {0})", self.condition(*_exactly(op, arguments, 1)))
        if op in SPATIAL:
            return self.space.condition(op, *_exactly(op, arguments, 2))
        if op == WITHIN:
            return self.space.within(arguments)
        if op in TEMPORAL:
            first, second = _exactly(op, arguments, 2)
            return compare(op, span(first, self._time), span(second, self._time))
        return self._comparison(op, arguments)

    def _boolean_property(self, node: dict[str, Any]) -> Combinable:
        field = self._field(node["property"])
        if field.type is not FieldType.BOOLEAN:
            raise refuse(Sentence("{name} is no condition.", name=field.name))
        return expressions.condition("{0}", field.expression())

    def _joined(self, op: str, arguments: list[Any]) -> Combinable:
        if not arguments:
            raise refuse(Sentence("{op} needs arguments.", op=op))
        places = f" {op.upper()} ".join(f"{{{number}}}" for number in range(len(arguments)))
        return expressions.condition(f"({places})", *(self.condition(argument) for argument in arguments))

    def _comparison(self, op: str, arguments: list[Any]) -> Combinable:
        if op in _COMPARISONS:
            return self._compared(op, *_exactly(op, arguments, 2))
        if op == "isnull":
            return self._is_null(*_exactly(op, arguments, 1))
        if op == "between":
            subject, low, high = _exactly(op, arguments, 3)
            return expressions.condition(
                "({0} AND {1})", self._compared(">=", subject, low), self._compared("<=", subject, high)
            )
        if op == "in":
            return self._in(*_exactly(op, arguments, 2))
        if op == "like":
            subject, pattern = _exactly(op, arguments, 2)
            return expressions.condition("({0} LIKE {1})", self._text(subject), self._pattern(pattern))
        raise refuse(Sentence("There is no operator {op!r}.", op=op[:40]))

    def _compared(self, op: str, first: Any, second: Any) -> Combinable:
        if self._one_kind([first, second]) == "time":
            return ordered(op, point(first, self._time), point(second, self._time))
        return expressions.condition(_COMPARISONS[op], self.value(first), self.value(second))

    def _is_null(self, node: Any) -> Combinable:
        if self.space.names(node):
            return expressions.condition("({0} IS NULL)", self.space.stored())
        return expressions.condition("({0} IS NULL)", self.value(node))

    def _in(self, subject: Any, options: Any) -> Combinable:
        if not isinstance(options, list) or not options:
            raise refuse("in needs a list of values.")
        places = [f"{{{number}}}" for number in range(len(options) + 1)]
        if self._one_kind([subject, *options]) == "time":
            equal = [self._compared("=", subject, option) for option in options]
            return expressions.condition(f"({' OR '.join(places[:-1])})", *equal)
        values = [self.value(node) for node in (subject, *options)]
        return expressions.condition(f"({places[0]} IN ({', '.join(places[1:])}))", *values)

    def _one_kind(self, nodes: list[Any]) -> str:
        """Return the one kind of these values: PostgreSQL compares no text with numbers. Raises Invalid."""
        kinds = {kind for node in nodes if (kind := self.kind(node))}
        if len(kinds) > 1:
            raise refuse(Sentence("{kinds} cannot be compared.", kinds=" and ".join(sorted(kinds))))
        return kinds.pop() if kinds else ""

    def kind(self, node: Any) -> str:
        """Return the kind of a value: ``text``, ``number``, ``boolean``, ``time``, ``clock``, ``json``, or nothing."""
        if isinstance(node, bool):
            return "boolean"
        if isinstance(node, int | float):
            return "number"
        if isinstance(node, str):
            return "text"
        if isinstance(node, dict) and "property" in node:
            return _KINDS[self._field(node["property"]).type]
        if isinstance(node, dict) and "op" in node:
            op = _lower(node["op"])
            return "number" if op in _ARITHMETIC else "text" if op in _TEXT else ""
        return "time"

    def _time(self, node: Any) -> Point:
        """Return the property as a point of time."""
        if self.kind(node) != "time":
            raise refuse("Only dates and timestamps have a place in time.")
        return Point(self.value(node), is_date=self._field(node["property"]).type is FieldType.DATE)

    def value(self, node: Any) -> Combinable:
        """Return the value of ``node``: a literal, a property, a sum, a folded text. Raises Invalid."""
        if isinstance(node, bool):
            return Value(node, BooleanField())
        if isinstance(node, int | float):
            return _number(node)
        if isinstance(node, str):
            return Value(_plain(node), TextField())
        if isinstance(node, dict) and "property" in node:
            return expressions.text("{0}", self._field(node["property"]).expression())
        if isinstance(node, dict) and node.keys() & {"date", "timestamp"}:
            return point(node, self._time).value
        return self._computed(*_operation(node))

    def _computed(self, op: str, arguments: list[Any]) -> Combinable:
        if op in _ARITHMETIC:
            nodes = _exactly(op, arguments, 2)
            if {self.kind(node) for node in nodes} - {"number"}:
                raise refuse(Sentence("{op} takes numbers.", op=op))
            return expressions.number(_ARITHMETIC[op], *(self.value(node) for node in nodes))
        if op in _TEXT:
            return expressions.text(_TEXT[op], self._text(*_exactly(op, arguments, 1)))
        raise refuse(Sentence("There is no function {op!r}.", op=op[:40]))

    def _text(self, node: Any) -> Combinable:
        if self.kind(node) != "text":
            raise refuse("Only texts can be folded or matched.")
        return self.value(node)

    def _pattern(self, node: Any) -> Combinable:
        literal = node
        while isinstance(literal, dict) and literal.get("args"):
            literal = literal["args"][0]
        if isinstance(literal, str) and (len(literal) - len(literal.rstrip("\\"))) % 2:
            raise refuse("A pattern may not end with a single backslash.")
        if not isinstance(literal, str):
            raise refuse("A pattern must be a literal text.")
        return self._text(node)

    def _field(self, name: Any) -> Field:
        field = self.find(name) if isinstance(name, str) else None
        if field is None:
            raise refuse(Sentence("There is no property {name!r} to filter by.", name=str(name)[:100]))
        return field


_KINDS = {
    FieldType.STRING: "text",
    FieldType.INTEGER: "number",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "time",
    FieldType.DATETIME: "time",
    FieldType.TIME: "clock",
    FieldType.JSON: "json",
}


def _operation(node: Any) -> tuple[str, list[Any]]:
    if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
        raise refuse("Something in the filter is neither a condition nor a value.")
    return _lower(node["op"]), node["args"]


def _lower(op: Any) -> str:
    return str(op).lower()


def _exactly(op: str, arguments: list[Any], count: int) -> list[Any]:
    if len(arguments) != count:
        raise refuse(Sentence("{op} takes {count} arguments.", op=op[:40], count=count))
    return arguments


def _number(number: float) -> Value:
    if not math.isfinite(number):
        raise refuse("A number must be finite.")
    return Value(number, DecimalField() if isinstance(number, int) else None)


def _plain(text: str) -> str:
    if "\0" in text:
        raise refuse("A text may not hold the character NUL.")
    return text
