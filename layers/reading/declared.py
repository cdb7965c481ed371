"""What the sender of a file declares of its columns, where the file does not say it itself. Pure.

{"收到时间": {"type": "datetime", "format": "%m/%d/%Y %H:%M"},
 "状态": {"values": {"Completed": "closed", "Voided": "closed"}},
 "门牌号": {"type": "string"},
 "电话": {"leave_out": true}}
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from gisserver.common.dates import parse_date
from gisserver.common.errors import Invalid
from gisserver.common.reading.times import Moments
from gisserver.common.sentences import Sentence
from layers.kinds import FieldType

_MEMBERS = {"type", "format", "values", "leave_out"}
# Types that a text can be read as.
_TYPES = [kind for kind in FieldType if kind not in {FieldType.JSON, FieldType.TIME}]
_MAX_FORMATS = 5
_MAX_VALUES = 1000
# What in a pattern of strptime tells a time of day.
_TIME_OF_DAY = re.compile(r"%[HIMSpfzcX]")
_YES = {"true", "t", "yes", "y", "1", "是", "有", "真"}
_NO = {"false", "f", "no", "n", "0", "否", "无", "假"}
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Declared:
    """One column: its type (None: as recognised), the forms of its moments, and what its words are to become."""

    type: FieldType | None = None
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    leave_out: bool = False


def parse_declared(said: Any) -> dict[str, Declared]:
    """Return what is declared, by the name of the column. Raises Invalid ``bad_columns``, ``bad_time_format``."""
    if not isinstance(said, Mapping):
        raise _bad(Sentence("It is an object with a member for each column."))
    return {str(name): _column(str(name), column) for name, column in said.items()}


def check_known(declared: Iterable[str], fields: Iterable[str]) -> None:
    """Raise Invalid ``bad_columns`` for a declared column that the file does not have."""
    known = list(fields)
    for name in declared:
        if name not in known:
            raise _bad(
                Sentence("The file has no column {name!r}; it has: {known}.", name=name, known=", ".join(known[:40]))
            )


def _column(name: str, said: Any) -> Declared:
    if not isinstance(said, Mapping) or not set(said) <= _MEMBERS:
        raise _bad(Sentence("{name!r}: the members are {members}.", name=name, members=", ".join(sorted(_MEMBERS))))
    formats, values, leave_out = said.get("format", []), said.get("values", {}), said.get("leave_out", False)
    formats = [formats] if isinstance(formats, str) else formats
    if not _are_texts(formats) or len(formats) > _MAX_FORMATS:
        raise _bad(Sentence("{name!r}: format is a text, or at most {most} of them.", name=name, most=_MAX_FORMATS))
    if not isinstance(values, Mapping) or len(values) > _MAX_VALUES or not _are_texts([*values, *values.values()]):
        raise _bad(
            Sentence("{name!r}: values is an object from text to text, at most {most}.", name=name, most=_MAX_VALUES)
        )
    if not isinstance(leave_out, bool):
        raise _bad(Sentence("{name!r}: leave_out is true or false.", name=name))
    Moments(formats, zone="UTC")  # refuses a form that says no date
    return Declared(_type(name, said.get("type"), formats), tuple(formats), dict(values), leave_out)


def _are_texts(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(each, str) for each in said)


def _type(name: str, said: Any, formats: list[str]) -> FieldType | None:
    if said is None:
        with_time = any("%" not in each or _TIME_OF_DAY.search(each) for each in formats)
        return (FieldType.DATETIME if with_time else FieldType.DATE) if formats else None
    if said not in [kind.value for kind in _TYPES]:
        raise _bad(
            Sentence("{name!r}: type is one of {types}.", name=name, types=", ".join(kind.value for kind in _TYPES))
        )
    return FieldType(said)


def _bad(sentence: Sentence) -> Invalid:
    return Invalid(
        "bad_columns", Sentence("What is declared of the columns can't be taken. {sentence}", sentence=sentence)
    )


class Reading:
    """Reads the texts of one column as it is declared."""

    def __init__(self, declared: Declared, kind: FieldType, *, zone: str) -> None:
        self._moments = Moments(declared.formats, zone=zone, option="format")
        self._zone = ZoneInfo(zone)
        self._kind = kind

    def read(self, text: str) -> Any:
        """Return the value, ready for COPY. Raises ValueError or Invalid ``bad_time`` for what is none of its type."""
        match self._kind:
            case FieldType.INTEGER:
                return int(_matching(_INTEGER, text))
            case FieldType.NUMBER:
                return float(_matching(_NUMBER, text))
            case FieldType.BOOLEAN:
                return _truth(text)
            case FieldType.DATE:
                return self._date(text)
            case FieldType.DATETIME:
                return self._moments.read(text).isoformat()
            case _:
                return text.replace("\0", "")

    def _date(self, text: str) -> str:
        try:
            return parse_date(text).isoformat()
        except Invalid:
            return self._moments.read(text).astimezone(self._zone).date().isoformat()


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _truth(text: str) -> bool:
    folded = text.casefold()
    if folded not in _YES | _NO:
        raise ValueError(text)
    return folded in _YES
