"""The vocabulary in which a collection describes itself: field types, fields and geometry types."""

from dataclasses import dataclass, field

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from layers.kinds import MAX_NAME_BYTES, FieldType, GeometryType

__all__ = ["MAX_NAME_BYTES", "Field", "FieldType", "GeometryType", "Translatable"]

# A lazy translation, or what somebody has called something of theirs.
Translatable = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """One published property of a collection.

    ``name`` is what clients see; ``source`` is where it comes from: an ORM path such as ``community__name``
    or any ORM expression; by default the model field of the same name. ``queryable`` fields may be filtered
    by equality and sorted by; ``values`` lists the codes of an enumeration; ``unit`` is a UCUM unit such as
    ``m2``. Fields that are long, or looked up row by row, are not ``in_tiles`` unless a request names them
    (``?properties=``).
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

    def expression(self) -> Combinable:
        """Return the ORM expression that yields this property."""
        source = self.source or self.name
        return F(source) if isinstance(source, str) else source
