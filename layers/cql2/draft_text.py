"""``cql-text``: the filters that GDAL sends, in the words of the draft before CQL2. Pure.

GDAL knows no other (ogr/ogrsf_frmts/oapif, BuildFilterCQLText; 3.6 to 3.12). It differs from CQL2 text so: names are
never quoted, whatever is in them; a moment is a plain text, in UTC; true and false are 1 and 0; ILIKE is there; and
a backslash in a pattern is nothing but itself, as in OGR SQL.
"""

import re
from collections.abc import Iterable, Mapping

from layers.cql2.text import Dialect, Tree, parse_text
from layers.kinds import FieldType

_PLAIN_NAME = re.compile(r"[^\W\d][\w.:]*")
_TIMES = {FieldType.DATE, FieldType.DATETIME}


def parse_draft_text(text: str, types: Mapping[str, FieldType]) -> Tree:
    """Return the CQL2 JSON tree of ``text`` about properties of these names and types. Raises Invalid."""
    return parse_text(text, DraftText(types))


class DraftText(Dialect):
    """The words of the draft about properties of these names and types."""

    keywords = Dialect.keywords | {"ILIKE"}

    def __init__(self, types: Mapping[str, FieldType]) -> None:
        self.types = types
        self.token = _token_with(types)

    def compared(self, sign: str, left: Tree, right: Tree) -> Tree:
        """Return the tree of ``left sign right``, the value one of the property's type."""
        return super().compared(sign, left, self._typed(left, right))

    def matched(self, like: str, left: Tree, pattern: Tree) -> Tree:
        """Return the tree of ``left LIKE pattern``, in which a backslash is itself."""
        literal = pattern.replace("\\", "\\\\") if isinstance(pattern, str) else pattern
        if like == "LIKE":
            return super().matched(like, left, literal)
        return super().matched("LIKE", *({"op": "casei", "args": [each]} for each in (left, literal)))

    def _typed(self, left: Tree, value: Tree) -> Tree:
        """Return a value as one of the type of the property ``left``."""
        kind = self.types.get(left["property"]) if isinstance(left, dict) and "property" in left else None
        if kind in _TIMES and isinstance(value, str):
            day, _, clock = value.partition("T")
            return {"timestamp": value} if clock else {"date": day}
        if kind is FieldType.BOOLEAN and type(value) is int and value in {0, 1}:
            return bool(value)
        return value


def _token_with(names: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of a token where names that are no plain words stand as they are, the longest first."""
    odd = sorted((name for name in names if not _is_word(name)), key=len, reverse=True)
    if not odd:
        return Dialect.token
    # Only where an operator follows: a column may be called 5, or TRUE.
    named = "|".join(re.escape(name) for name in odd)
    bare = rf"\s*(?P<bare>{named})(?=\s+(?:[=<>]|I?LIKE\b|IS\b))"
    return re.compile(f"{bare}|{Dialect.token.pattern}", re.VERBOSE)


def _is_word(name: str) -> bool:
    return _PLAIN_NAME.fullmatch(name) is not None and name.upper() not in DraftText.keywords | {"TRUE", "FALSE"}
