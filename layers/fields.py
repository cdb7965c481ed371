"""The vocabulary in which a collection describes itself: field types, fields and geometry types."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from layers.kinds import MAX_NAME_BYTES, FieldType, GeometryType

__all__ = ["MAX_NAME_BYTES", "Field", "FieldType", "GeometryType", "Lookup", "Translatable"]

# A lazy translation, or what somebody has called something of theirs.
Translatable = str | Promise


@dataclass(frozen=True, slots=True)
class Lookup:
    """How a property of very many rows is found: by one join of tables instead of a look for each row.

    ``key`` is the ORM path, on the rows of now, to the number that leads to the property; ``values()`` gives the pairs
    (key, value) that hold now, each key at most once.
    """

    key: str
    values: Callable[[], QuerySet[Any, Any]]

    def keys(self, value: str) -> QuerySet[Any, Any]:
        """Return the keys that lead to ``value``."""
        key, name = self.values().query.values_select
        return self.values().filter(**{name: value}).values(key)


@dataclass(frozen=True, slots=True)
class Field:
    """One published property of a collection.

    ``name`` is what clients see; ``source`` is where it comes from: an ORM path such as ``community__name``
    or any ORM expression; by default the model field of the same name. ``queryable`` fields may be filtered
    by equality and sorted by; ``values`` lists the codes of an enumeration; ``unit`` is a UCUM unit such as
    ``m2``. Fields that are long, or looked up row by row, are not ``in_tiles`` unless a request names them
    (``?properties=``). A property that is looked up row by row may have a ``lookup``, which gives the same values.
    """

    name: str
    type: FieldType = FieldType.STRING
    title: Translatable = ""
    description: Translatable = ""
    source: str | Combinable = ""
    queryable: bool = True
    values: tuple[str, ...] = field(default=())
    unit: str = ""
    in_tiles: bool = True
    lookup: Lookup | None = None

    def expression(self) -> Combinable:
        """Return the ORM expression that yields this property."""
        source = self.source or self.name
        return F(source) if isinstance(source, str) else source
