"""``where``: a part of SQL-92 as the tree of a CQL2 filter; none of it reaches the database as text. Pure.

Comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, sums, ``DATE '…'``, ``TIMESTAMP '…'`` (in UTC, as Esri has it),
and UPPER or LOWER against a text of that case.
"""

import re
from collections.abc import Mapping
from typing import Any

from layers.cql2.draft_text import DraftText
from layers.cql2.limits import MAX_BODY_BYTES, check_size, refuse
from layers.cql2.text import Tree, parse_text
from layers.cql2.tree import measured
from layers.kinds import FieldType

# Texts and names in quotation marks are passed over; what stands between them is put into the words of CQL2.
_WORDS = re.compile(
    r"""(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |\b(?P<kind>DATE|TIMESTAMP)\s*'(?P<moment>[^']*)'
    |(?P<unequal>!=)""",
    re.IGNORECASE | re.VERBOSE,
)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?")
_FOLDED = {"upper": str.upper, "lower": str.lower}


def parse_where(text: str, types: Mapping[str, FieldType]) -> Tree:
    """Return the tree of ``text`` about properties of these names and types. Raises Invalid ``bad_filter``."""
    check_size(text, MAX_BODY_BYTES)
    tree = parse_text(_WORDS.sub(_in_cql2, text), _Sql(types))
    measured(tree)
    return _named(tree, {name.casefold(): name for name in types} | {name: name for name in types})


class _Sql(DraftText):
    def compared(self, sign: str, left: Tree, right: Tree) -> Tree:
        return super().compared(sign, *_folded(left, right))

    def matched(self, like: str, left: Tree, pattern: Tree) -> Tree:
        return super().matched(like, *_folded(left, pattern))


def _in_cql2(match: re.Match[str]) -> str:
    if match["unequal"]:
        return "<>"
    if match["quoted"]:
        return match["quoted"]
    moment = _MOMENT.fullmatch(match["moment"].strip())
    if moment is None:
        raise refuse("A date is written DATE '2026-03-01', a moment TIMESTAMP '2026-03-01 08:00:00', in UTC.")
    return f"TIMESTAMP('{moment[1]}T{moment[2]}Z')" if moment[2] else f"DATE('{moment[1]}')"


def _folded(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """Return both sides, UPPER or LOWER of one as a comparison that takes no notice of case."""
    op = left.get("op") if isinstance(left, dict) else None
    if op not in _FOLDED:
        return left, right
    if not isinstance(right, str) or _FOLDED[op](right) != right:
        raise refuse("UPPER and LOWER are compared with a text of that case.")
    return {"op": "casei", "args": left["args"]}, {"op": "casei", "args": [right]}


def _named(tree: Any, names: Mapping[str, str]) -> Any:
    """Return the tree with names as they are published: SQL takes no notice of their case. It is bounded already."""
    if isinstance(tree, list):
        return [_named(each, names) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if isinstance(name := tree.get("property"), str):
        return {"property": names.get(name) or names.get(name.casefold(), name)}
    return {key: _named(value, names) for key, value in tree.items()}
