"""Which groups are kept: a CQL2 condition on the columns of the answer, such as ``count > 5 AND sum(floors) < 100``."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from layers.cql2.limits import refuse
from layers.cql2.tree import parse_filter
from layers.rows import identifier

_COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
_JOINED = {"and", "or"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL over ``t``, and the values that it binds."""

    sql: str
    values: tuple[Any, ...] = ()


ALL = Condition("true")


def parse_having(text: str, labels: Collection[str]) -> Condition:
    """Read ``having``, CQL2 text about the columns ``labels``; every group where nothing is said. Raises Invalid."""
    return _condition(parse_filter(text, "cql2-text"), labels) if text else ALL


def _condition(node: Any, labels: Collection[str]) -> Condition:
    op = str(node.get("op", "")).lower() if isinstance(node, dict) else ""
    if op in _JOINED or op == "not":
        parts = [_condition(each, labels) for each in node["args"]]
        text = f" {op.upper()} ".join(part.sql for part in parts) if op in _JOINED else f"NOT {parts[0].sql}"
        return Condition(f"({text})", tuple(value for part in parts for value in part.values))
    if op not in _COMPARISONS:
        raise refuse("having compares columns of the answer with values.")
    left, right = (_operand(each, labels) for each in node["args"])
    return Condition(f"({left.sql} {op} {right.sql})", left.values + right.values)


def _operand(node: Any, labels: Collection[str]) -> Condition:
    if isinstance(node, int | float | str):
        return Condition("%s", (node,))
    label = _label(node)
    if label not in labels:
        raise refuse("having compares columns of the answer with values.")
    return Condition(f"t.{identifier(label)}")


def _label(node: Any) -> str:
    """Return the label of a column: ``sum(floors)`` is read as a function of a property."""
    if not isinstance(node, dict):
        return str(node)
    if "property" in node:
        return str(node["property"])
    return f"{node.get('op')}({','.join(_label(each) for each in node.get('args', []))})"
