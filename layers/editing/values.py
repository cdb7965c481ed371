"""Members of a GeoJSON feature as values of a field's type."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from gisserver.common import dates, moments
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.fields import FieldType
from layers.registry import Collection

_BIGINT = 2**63
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")


def values_of(collection: Collection, properties: Any, where: str) -> dict[str, Any]:
    """Return the values of ``properties`` by model attribute; ``where`` is the JSON pointer to them.

    Raises Invalid for what is no property of the collection, or not of its type.
    """
    if not isinstance(properties, Mapping):
        raise Invalid("bad_value", Sentence("{name} must be an object.", name="properties"), pointer=where)
    fields = {field.name: field for field in collection.fields}
    unknown = next((name for name in properties if name not in fields), None)
    if unknown is not None:
        told = Sentence("{id} has no property {name!r}.", id=collection.id, name=unknown[:100])
        raise Invalid("unknown_property", told, pointer=_pointer(where, unknown))
    return {str(fields[name].source): _value(fields[name], value, where) for name, value in properties.items()}


def _value(field: Any, value: Any, where: str) -> Any:
    if value is None:
        return None
    try:
        return _READERS[field.type](value)
    except (Invalid, ValueError, TypeError, OverflowError):
        told = Sentence("{name} must be of type {type}.", name=field.name, type=field.type)
        raise Invalid("bad_value", told, pointer=_pointer(where, field.name)) from None


def _pointer(where: str, name: str) -> str:
    """Return the JSON pointer (RFC 6901) to a member."""
    return f"{where}/{name[:100].replace('~', '~0').replace('/', '~1')}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        raise ValueError(value)
    if not -_BIGINT <= value < _BIGINT:
        raise ValueError(value)
    return int(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _time(value: Any) -> time:
    if not _TIME.fullmatch(value):
        raise ValueError(value)
    return time.fromisoformat(value)


_READERS: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.STRING: _text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: lambda value: dates.parse_date(_text(value)),
    FieldType.DATETIME: lambda value: moments.parse_moment(_text(value)),
    FieldType.TIME: _time,
    FieldType.JSON: lambda value: value,
}
