"""The tree of a filter, whichever encoding it came in: bounded before anything walks it by recursion.

Pure.
"""

from typing import Any

import orjson

from layers.cql2.limits import MAX_NODES, check_size, refuse
from layers.cql2.text import parse_text

# A tree is deeper than the brackets of its text: a chain of sums leans to the left.
MAX_TREE_DEPTH = 120


def parse_filter(text: str, language: str) -> Any:
    """Return the CQL2 JSON tree of ``text`` in ``cql2-text`` or ``cql2-json``. Raises Invalid."""
    tree = parse_text(text) if language == "cql2-text" else _parse_json(text)
    if tree is None:
        raise refuse("The filter says nothing.")
    _measure(tree)
    return tree


def _parse_json(text: str) -> Any:
    check_size(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refuse("The filter is no JSON.") from None


def _measure(tree: Any) -> None:
    """Refuse a tree of too many nodes or levels; walks it without recursion."""
    level, nodes, depth = [tree], 0, 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if nodes > MAX_NODES or depth > MAX_TREE_DEPTH:
            raise refuse("The filter is too large.")
        level = [child for node in level for child in _children(node)]


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
