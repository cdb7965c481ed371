"""JSON Schema of a collection: what its features hold, what may be asked of them.

And a GeoJSON feature of it. Pure.
"""

from typing import Any

from django.utils.translation import gettext as _

from layers.fields import Field, FieldType, GeometryType
from layers.ogc.params import filterable
from layers.registry import Collection

DIALECT = "https://json-schema.org/draft/2020-12/schema"
GEOMETRY = "geometry"
# QGIS reads `type` only as a plain string, so that "may be null" stays unsaid.
_TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.STRING: {"type": "string"},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.TIME: {"type": "string", "format": "time"},
    FieldType.JSON: {"type": "object"},
}


def property_schema(field: Field) -> dict[str, Any]:
    """Return the schema of one property."""
    schema = dict(_TYPES[field.type]) | {"title": field.title or field.name}
    if field.description:
        schema["description"] = field.description
    if field.values:
        schema["enum"] = list(field.values)
    if field.unit:
        schema["x-ogc-unit"] = field.unit
    return schema


def geometry_schema(kind: GeometryType) -> dict[str, Any]:
    """Return the schema of the geometry; QGIS finds it by the ``$ref``, Part 5 by the format."""
    if kind is GeometryType.GEOMETRY:
        return {"$ref": "https://geojson.org/schema/Geometry.json", "format": "geometry-any"}
    return {"$ref": f"https://geojson.org/schema/{kind}.json", "format": f"geometry-{kind.lower()}"}


def _object(collection: Collection, address: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": collection.title,
        "description": collection.description,
        "properties": properties,
        "additionalProperties": False,
    }


def _geometry_member(collection: Collection) -> dict[str, Any]:
    if collection.geometry_type is GeometryType.NONE:
        return {}
    return {GEOMETRY: geometry_schema(collection.geometry_type) | {"x-ogc-role": "primary-geometry"}}


def queryables(collection: Collection, address: str) -> dict[str, Any]:
    """Return what may be filtered by."""
    properties = {field.name: property_schema(field) for field in filterable(collection)}
    return _object(collection, address, _geometry_member(collection) | properties)


def sortables(collection: Collection, address: str) -> dict[str, Any]:
    """Return what may be sorted by."""
    fields = [field for field in collection.fields if field.queryable and field.type is not FieldType.JSON]
    return _object(collection, address, {field.name: property_schema(field) for field in fields})


def returnables(collection: Collection, address: str) -> dict[str, Any]:
    """Return what a feature holds (Part 5)."""
    identity = {"fid": {"type": "integer", "title": _("Feature id"), "x-ogc-role": "id", "readOnly": True}}
    properties = {field.name: property_schema(field) for field in collection.fields}
    return _object(collection, address, identity | _geometry_member(collection) | properties)


def feature(collection: Collection, address: str) -> dict[str, Any]:
    """Return the schema of a GeoJSON feature of the collection.

    From which GDAL takes the types of the fields.
    """
    geometry = {} if collection.geometry_type is GeometryType.NONE else geometry_schema(collection.geometry_type)
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": collection.title,
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": geometry or {"type": "null"},
            "properties": {
                "type": "object",
                "properties": {field.name: property_schema(field) for field in collection.fields},
            },
        },
    }
