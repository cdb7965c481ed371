"""Texts of a query string as values of a field's type."""

import math
import re
from collections.abc import Callable
from datetime import time
from typing import Any

from gisserver.common import dates
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.fields import Field, FieldType
from layers.ogc.instants import bounds

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


def _time(text: str) -> time:
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", text):
        raise ValueError(text)
    return time.fromisoformat(text)


_READERS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.STRING: _string,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: dates.parse_date,
    FieldType.DATETIME: bounds,
    FieldType.TIME: _time,
}


def parse_value(field: Field, text: str) -> Any:
    """Return ``text`` as a value of ``field``'s type; of a moment, the first and the last that ``text`` covers.

    Raises Invalid when it is not one.
    """
    try:
        return _READERS[field.type](text)
    except (Invalid, ValueError, KeyError, OverflowError):
        message = Sentence("{name} must be of type {type}.", name=field.name, type=field.type)
        raise Invalid("bad_value", message, parameter=field.name) from None
