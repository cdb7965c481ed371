"""Which groups are kept: a CQL2 condition on the columns of the answer, such as ``count > 5 AND sum(floors) < 100``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisserver.common import dates
from gisserver.common.errors import Invalid
from layers.cql2.limits import refuse
from layers.cql2.tree import parse_filter

_COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
_JOINED = {"and", "or"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL over ``t``, and the values that it binds."""

    sql: str
    values: tuple[Any, ...] = ()


ALL = Condition("true")


def column(position: int) -> str:
    """Return the SQL name of the answer's column at a position."""
    return f"c{position}"


def shown_number(number: float) -> str:
    """Return a number as labels have it: 0.9, however it was written."""
    return f"{number:.15g}"


def parse_having(text: str, labels: Sequence[str]) -> Condition:
    """Read ``having``, CQL2 text about the columns ``labels``; every group where nothing is said. Raises Invalid."""
    if not text:
        return ALL
    positions = {label: position for position, label in enumerate(labels)}
    try:
        return _condition(parse_filter(text, "cql2-text"), positions)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.detail, parameter="having") from refusal


def _condition(node: Any, positions: dict[str, int]) -> Condition:
    op = str(node.get("op", "")).lower() if isinstance(node, dict) else ""
    if isinstance(node, dict) and "args" not in node:
        raise _refused()
    if op in _JOINED or op == "not":
        parts = [_condition(each, positions) for each in node["args"]]
        text = f" {op.upper()} ".join(part.sql for part in parts) if op in _JOINED else f"NOT {parts[0].sql}"
        return Condition(f"({text})", tuple(value for part in parts for value in part.values))
    shape, nodes = _comparison(op, node["args"]) if op else ("", [])
    if not shape:
        raise _refused()
    operands = [_operand(each, positions) for each in nodes]
    text = shape.format(*(operand.sql for operand in operands))
    return Condition(f"({text})", tuple(value for operand in operands for value in operand.values))


def _comparison(op: str, arguments: list[Any]) -> tuple[str, list[Any]]:
    """Return the SQL of a comparison, with places for its operands, and those; nothing for what is none."""
    if op in _COMPARISONS:
        return f"{{}} {op} {{}}", arguments
    if op == "isnull" and len(arguments) == 1:
        return "{} IS NULL", arguments
    if op == "between":
        return "{} BETWEEN {} AND {}", arguments
    if op == "in" and arguments[1]:
        return f"{{}} IN ({', '.join(['{}'] * len(arguments[1]))})", [arguments[0], *arguments[1]]
    return "", []


def _operand(node: Any, positions: dict[str, int]) -> Condition:
    if isinstance(node, int | float | str):
        return Condition("%s", (node,))
    if isinstance(node, dict) and "date" in node:
        return Condition("%s", (dates.parse_date(str(node["date"])),))
    position = positions.get(_label(node))
    if position is None:
        raise _refused()
    return Condition(f"t.{column(position)}")


def _label(node: Any) -> str:
    """Return the label of a column: ``sum(floors)`` is read as a function of a property."""
    if not isinstance(node, dict):
        return shown_number(node) if isinstance(node, int | float) else str(node)
    if "property" in node:
        return str(node["property"])
    return f"{node.get('op')}({','.join(_label(each) for each in node.get('args', []))})"


def _refused() -> Invalid:
    return refuse("having compares columns of the answer with values.")
