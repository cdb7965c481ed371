"""How far an area of a grant reaches, as the app that owns the areas says: `common` imports no app above it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL

Below = Callable[[Iterable[int]], RawSQL]


@dataclass(frozen=True)
class Areas:
    """Where the tree of areas is stored, and the array of the ids of some areas and of all below them now."""

    model: type[Model]
    below: Below


_registered: list[Areas] = []


def register(areas: Areas) -> None:
    """Declare the areas; again is harmless."""
    _registered[:] = [areas]


def below(ids: Iterable[int]) -> RawSQL:
    """Return the ids of the areas ``ids`` and of all below them now, as an array for ``any_of``."""
    return _registered[0].below(ids)


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
