"""The fields of a collection as Esri names types, and values as its JSON writes them. Pure but for the registry."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import orjson

from layers.fields import Field, FieldType
from layers.registry import Collection

OBJECT_ID = "OBJECTID"
# Whole numbers may be larger than Esri's integers, which have 32 bits; doubles hold what JSON's readers can.
_TYPES = {
    FieldType.STRING: "esriFieldTypeString",
    FieldType.INTEGER: "esriFieldTypeDouble",
    FieldType.NUMBER: "esriFieldTypeDouble",
    FieldType.BOOLEAN: "esriFieldTypeInteger",
    FieldType.DATE: "esriFieldTypeDate",
    FieldType.DATETIME: "esriFieldTypeDate",
    FieldType.TIME: "esriFieldTypeString",
    FieldType.JSON: "esriFieldTypeString",
}
_LENGTH = 1_000_000


def with_object_ids(collection: Collection) -> Collection:
    """Return the collection with its ids as a field, as Esri's clients want it, under a name that no other has."""
    taken = {field.name.casefold() for field in collection.fields}
    name = next(
        each for each in (OBJECT_ID, *(f"{OBJECT_ID}_{n}" for n in range(1, 99))) if each.casefold() not in taken
    )
    return replace(collection, fields=(Field(name, FieldType.INTEGER, source=collection.fid), *collection.fields))


def object_id(collection: Collection) -> Field:
    """Return the field of the ids that `with_object_ids` has put first."""
    return collection.fields[0]


def described(collection: Collection, fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Return how Esri describes these fields."""
    return [_described(field, field == object_id(collection)) for field in fields]


def _described(field: Field, is_id: bool) -> dict[str, Any]:
    kind = "esriFieldTypeOID" if is_id else _TYPES[field.type]
    length = {"length": _LENGTH} if kind == "esriFieldTypeString" else {}
    return {
        "name": field.name,
        "type": kind,
        "alias": str(field.title or field.name),
        "sqlType": "sqlTypeOther",
        "nullable": not is_id,
        "editable": False,
        "domain": None,
        "defaultValue": None,
        **length,
    }


def plain(value: Any) -> Any:
    """Return a value as Esri's JSON writes it: moments in milliseconds since 1970 UTC, true as 1, JSON as text."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, date):
        return int(datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return float(value) if hasattr(value, "as_integer_ratio") else str(value)
