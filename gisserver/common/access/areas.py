"""How far an area of a grant reaches, as the app that owns the areas says: `common` imports no app above it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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


def scope_tables() -> list[str]:
    """Return the tables that decide, beside grants, who may see what: what is cached by scope depends on them."""
    return [areas.model._meta.db_table for areas in _registered]
