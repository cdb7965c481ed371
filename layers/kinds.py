"""What a property and a geometry may be: the words that files, tables and pages share. Pure."""

from enum import StrEnum

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
