"""The vocabulary in which a collection describes itself: field types, fields and geometry types."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import F
from django.db.models.expressions import Combinable

# PostgreSQL cuts identifiers here; published names are column aliases, so they obey the same limit.
MAX_NAME_BYTES = 63


class FieldType(StrEnum):
    """What a property holds, named as JSON Schema and OGC API Features Part 5 would."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    JSON = "json"


class GeometryType(StrEnum):
    """The kinds of geometry that a collection may hold; GEOMETRY means any of them."""

    POINT = "Point"
    MULTIPOINT = "MultiPoint"
    LINESTRING = "LineString"
    MULTILINESTRING = "MultiLineString"
    POLYGON = "Polygon"
    MULTIPOLYGON = "MultiPolygon"
    COLLECTION = "GeometryCollection"
    GEOMETRY = "Geometry"
    NONE = "None"

    @property
    def dimension(self) -> str:
        """Return ``point``, ``line``, ``polygon`` or ``any``: how a style draws it."""
        for kind, name in (("Point", "point"), ("LineString", "line"), ("Polygon", "polygon")):
            if self.value.endswith(kind):
                return name
        return "any"


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
    title: str = ""
    description: str = ""
    source: str | Combinable = ""
    queryable: bool = True
    values: tuple[str, ...] = field(default=())
    unit: str = ""
    in_tiles: bool = True

    def expression(self) -> Combinable:
        """Return the ORM expression that yields this property."""
        source = self.source or self.name
        return F(source) if isinstance(source, str) else source
