"""How far an area of a grant reaches, as the app that owns the areas says: `common` imports no app above it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL

Below = Callable[[Iterable[int]], RawSQL]
Find = Callable[[str], int | None]


@dataclass(frozen=True)
class Areas:
    """Where the tree of areas is stored, how the ids of some and of all below them are found, how the id of a code."""

    model: type[Model]
    below: Below
    find: Find


_registered: list[Areas] = []


def register(areas: Areas) -> None:
    """Declare the areas; again is harmless."""
    _registered[:] = [areas]


def below(ids: Iterable[int]) -> RawSQL:
    """Return the ids of the areas ``ids`` and of all below them now, as an array for ``any_of``."""
    return _registered[0].below(ids)


def find(code: str) -> int | None:
    """Return the id of the area that has a code now, or None."""
    return _registered[0].find(code)


def reach(ids: Iterable[int], area: int) -> bool:
    """Say whether ``area`` is one of the areas ``ids``, or lies below one now."""
    look_up = below(ids)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s = ANY ({look_up.sql})", [area, *look_up.params])
        row = cursor.fetchone()
    return bool(row and row[0])


def found_now(statement: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a statement (values by name) that names the areas which `below` finds now, instead of finding them.

    It holds for as long as the tables of `scope_tables` say the same.
    """
    look_up = below(()).sql
    found: dict[str, Any] = dict(values)

    def named(match: re.Match[str]) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {look_up}", [values[match[1]]])
            [(found[match[1]],)] = cursor.fetchall()
        return f"%({match[1]})s::bigint[]"

    return re.sub(re.escape(look_up).replace("%s", r"%\((\w+)\)s"), named, statement), found


def scope_tables() -> list[str]:
    """Return the tables that decide, beside grants, who may see what: what is cached by scope depends on them."""
    return [areas.model._meta.db_table for areas in _registered]
