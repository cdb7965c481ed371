"""Texts of a query string as values of a field's type."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from gisserver.common import dates
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import is_whole
from layers.fields import Field, FieldType
from layers.ogc.instants import bounds

MAX_WORDS = 8
MAX_ZOOM = 24
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


def choice(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return the value of a parameter that has one of ``choices``. Raises Invalid ``bad_value``."""
    if given[name] not in choices:
        raise Invalid(
            "bad_value",
            Sentence("{name} must be one of: {choices}.", name=name, choices=", ".join(choices)),
            parameter=name,
        )
    return given[name]


def zoom_of(text: str | None) -> int | None:
    """Return the zoom of a map, None without one. Raises Invalid ``bad_value``."""
    if text is None or (is_whole(text) and int(text) <= MAX_ZOOM):
        return None if text is None else int(text)
    told = Sentence("zoom-level must be a whole number from 0 to {most}.", most=MAX_ZOOM)
    raise Invalid("bad_value", told, parameter="zoom-level")


def words_of(text: str) -> tuple[str, ...]:
    """Return the texts of ``q``, each once. Raises Invalid ``bad_value``."""
    words = tuple(dict.fromkeys(filter(None, (word.strip() for word in text.split(",")))))
    if len(words) > MAX_WORDS:
        raise Invalid(
            "bad_value", Sentence("q takes at most {most} texts, with commas between.", most=MAX_WORDS), parameter="q"
        )
    return words
