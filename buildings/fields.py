"""Columns of addresses and names that follow from their text, filled in whenever a row is written."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from buildings.addresses.keys import kept
from buildings.legal_persons.words import sounds_of


class _Kept(ArrayField):  # type: ignore[type-arg]
    """What `kept` says of the row's ``text``; nothing for units, which are found through their building.

    ``pre_save`` is called for every row that the ORM writes, one by one or in bulk, so no writer can forget it.
    """

    part: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["base_field"] = models.TextField(db_collation="C")
        kwargs["editable"] = False
        kwargs["default"] = list
        kwargs["db_default"] = models.Value([], output_field=ArrayField(models.TextField()))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for given in ("base_field", "editable", "default", "db_default"):
            kwargs.pop(given, None)
        return name, path, list(args), kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the value that follows from the text, and set it on the instance."""
        row: Any = model_instance
        value = list(kept(row.text)[self.part]) if row.unit_id is None and row.division_id is None else []
        setattr(row, self.attname, value)
        return value


class KeysField(_Kept):
    """The structural keys of an address."""

    part = 0


class NamesField(_Kept):
    """The names in an address, each as ``name|pinyin|initials``."""

    part = 1


class SoundsField(models.TextField):  # type: ignore[type-arg]
    """How the row's ``name`` is searched: folded, its pinyin, its initials. An ``update()`` of the name says it too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "editable": False, "db_collation": "C"})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return what follows from the name, and set it on the instance."""
        row: Any = model_instance
        value = sounds_of(row.name)
        setattr(row, self.attname, value)
        return value
