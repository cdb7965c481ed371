"""Statements of Django's, whose values have names, as PostgreSQL takes them: values by number. Pure.

psycopg would take the names out again each time, which for the text of a tile takes longer than all else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_NAMED = re.compile(r"%(?:%|\((\w+)\)s)")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with ``$1``, ``$2`` … for the values of ``names``."""

    sql: bytes
    names: tuple[str, ...]

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return what ``$1``, ``$2`` … stand for."""
        return [values[name] for name in self.names]


@lru_cache(1024)
def numbered(text: str) -> Statement:
    """Return SQL as psycopg reads it (``%(name)s``, ``%%``) by number; each name has one."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return "%" if match[1] is None else f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    sql = _NAMED.sub(number, text)
    return Statement(sql.encode(), tuple(numbers))
