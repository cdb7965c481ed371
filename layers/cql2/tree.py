"""The tree of a filter, whichever encoding it came in: bounded before anything walks it by recursion.

Pure.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from layers.cql2.draft_text import parse_draft_text
from layers.cql2.limits import MAX_BYTES, MAX_NODES, check_size, refuse
from layers.cql2.text import parse_text
from layers.kinds import FieldType

# A tree is deeper than the brackets of its text: a chain of sums leans to the left.
MAX_TREE_DEPTH = 120
_POSITIONS = {"coordinates", "geometries"}


LANGUAGES = ("cql2-text", "cql2-json", "cql-text")


def parse_filter(
    text: str, language: str, types: Mapping[str, FieldType] | None = None, *, most: int = MAX_BYTES
) -> Any:
    """Return the CQL2 JSON tree of ``text``, of at most so many bytes, in one of ``LANGUAGES``. Raises Invalid.

    ``types`` are those of the properties, by name; only ``cql-text`` needs them.
    """
    check_size(text, most)
    if language == "cql-text":
        tree = parse_draft_text(text, types or {})
    else:
        tree = parse_text(text) if language == "cql2-text" else _parse_json(text)
    if tree is None:
        raise refuse("The filter says nothing.")
    return measured(tree)


def _parse_json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refuse("The filter is no JSON.") from None


def measured(tree: Any) -> Any:
    """Return a tree of CQL2 JSON, refused when it has too many nodes or levels; walked without recursion."""
    level, nodes, depth = [tree], 0, 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if nodes > MAX_NODES or depth > MAX_TREE_DEPTH:
            raise refuse("The filter is too large.")
        level = [child for node in level for child in _children(node)]
    return tree


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        # Of a geometry the positions are counted where it is read; what has an operator is none.
        is_geometry = "type" in node and "op" not in node
        return [value for name, value in node.items() if not (is_geometry and name in _POSITIONS)]
    return node if isinstance(node, list) else []
