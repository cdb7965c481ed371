"""Texts of a query string as values of a field's type."""

import math
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

from gisserver.common.errors import Invalid
from layers.fields import Field, FieldType
from layers.ogc.instants import parse_instant

_BIGINT = 2**63


def _integer(text: str) -> int:
    number = int(text) if re.fullmatch(r"[+-]?\d{1,19}", text) else int(_whole(text))
    if not -_BIGINT <= number < _BIGINT:
        raise ValueError(text)
    return number


def _whole(text: str) -> float:
    number = _number(text)
    if not number.is_integer():
        raise ValueError(text)
    return number


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


def _string(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return text


_READERS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.STRING: _string,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: date.fromisoformat,
    FieldType.DATETIME: parse_instant,
    FieldType.TIME: time.fromisoformat,
}


def parse_value(field: Field, text: str) -> Any:
    """Return ``text`` as a value of ``field``'s type. Raises Invalid when it is not one."""
    try:
        return _READERS[field.type](text)
    except (ValueError, KeyError, OverflowError):
        message = f"{field.name} must be of type {field.type}."
        raise Invalid("bad_value", message, parameter=field.name) from None
