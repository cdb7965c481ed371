"""The tables that decide who may see what (law 7), declared by their apps: caches by scope depend on them."""

from django.db.models import Model

_models: list[type[Model]] = []


def register(model: type[Model]) -> None:
    """Declare that what `visible_to` gives follows the rows of ``model``; again is harmless."""
    if model not in _models:
        _models.append(model)


def tables() -> list[str]:
    """Return the names of the tables registered."""
    return [model._meta.db_table for model in _models]
