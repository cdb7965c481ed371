"""From what a file holds to typed columns: names that PostgreSQL can carry, types, values ready for COPY. Pure."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.reading.exactness import MAX_EXACT, NumericKind, numeric_kind
from gisserver.common.reading.table import Table
from gisserver.common.sentences import Sentence
from layers.kinds import MAX_NAME_BYTES, FieldType

_TAKEN = {"fid", "geom", "geom_3857"}
# Moments whose local time falls out of the calendar can't be read again.
_FIRST, _LAST = date(1, 1, 2), date(9999, 12, 30)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an uploaded layer: its published name, its name in the table, its type and its values."""

    name: str
    column: str
    title: str
    type: FieldType
    values: list[Any]

    def description(self) -> dict[str, str]:
        """Return what the catalogue keeps of the column."""
        return {"name": self.name, "column": self.column, "type": self.type.value, "title": self.title}


def columns_of(table: Table, *, zone: str) -> list[Column]:
    """Return the typed columns of ``table``; moments without an offset are in the time zone ``zone``.

    The types of a file that states none are recognised from all its values. Raises Invalid ``digits_lost`` or
    ``bad_time`` with the row.
    """
    names = unique_names(table.fields, taken=())
    # Django quotes a column's name but does not double the quotes in it, so only plain names go into tables.
    places = unique_names([re.sub(r"\W", "_", field) for field in table.fields], taken=_TAKEN)
    made = []
    for name, place, field in zip(names, places, table.fields, strict=True):
        kind = _kind(table, field)
        made.append(Column(name, place, field, kind, _values(table, field, kind, ZoneInfo(zone))))
    return made


def unique_names(names: Iterable[str], *, taken: Iterable[str]) -> list[str]:
    """Return ``names`` cut to what PostgreSQL allows.

    Numbered where they would meet each other or ``taken``.
    """
    used = {name.lower() for name in taken}
    made = []
    for name in names:
        base = name.replace("\0", "").strip() or "field"
        # Two underscores begin the server's own columns.
        base = base.lstrip("_") or "field" if base.startswith("__") else base
        candidate, number = _cut(base, ""), 1
        while candidate.lower() in used:
            number += 1
            candidate = _cut(base, f"_{number}")
        used.add(candidate.lower())
        made.append(candidate)
    return made


def _cut(name: str, ending: str) -> str:
    room = MAX_NAME_BYTES - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore") + ending


def _kind(table: Table, field: str) -> FieldType:
    lost = table.lost(field)
    if lost is not None:
        raise Invalid(
            "digits_lost",
            Sentence("Row {number}: {sentence}", number=lost.number, sentence=lost.sentence),
            row=lost.number,
            column=field,
        )
    values = table.columns[field]
    if not table.typed:
        return recognise(values)
    stated = table.types[field]
    if stated.startswith(("int", "uint")) and _beyond_clients(values):
        return FieldType.STRING
    return next((kind for prefix, kind in _STATED.items() if stated.startswith(prefix)), FieldType.STRING)


_STATED: Mapping[str, FieldType] = {
    "int": FieldType.INTEGER,
    "uint": FieldType.INTEGER,
    "float": FieldType.NUMBER,
    "bool": FieldType.BOOLEAN,
    "datetime64[D]": FieldType.DATE,
    "datetime64": FieldType.DATETIME,
    "json": FieldType.JSON,
}


def _beyond_clients(values: NDArray[Any]) -> bool:
    """Whether whole numbers are too large for JSON's readers: they are identifiers, and stay text."""
    return any(value is not None and abs(value) >= MAX_EXACT for value in values.tolist())


def recognise(values: Iterable[str | None]) -> FieldType:
    """Return integer, number or string for the texts of a file without types; all null is string."""
    kinds = {NumericKind.INTEGER: FieldType.INTEGER, NumericKind.NUMBER: FieldType.NUMBER, None: FieldType.STRING}
    return kinds[numeric_kind(values)]


def _values(table: Table, field: str, kind: FieldType, zone: ZoneInfo) -> list[Any]:
    convert = _converter(kind, zone)
    made = []
    for number, value in enumerate(table.columns[field].tolist(), start=1):
        try:
            made.append(None if _is_null(value) else convert(value))
        except (ValueError, OverflowError) as error:
            detail = Sentence(
                "Row {number}: {value!r} in the column {field!r} is no {type} of the calendar.",
                number=number,
                value=str(value)[:40],
                field=field,
                type=kind.value,
            )
            raise Invalid("bad_time", detail, row=number, column=field) from error
    return made


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _converter(kind: FieldType, zone: ZoneInfo) -> Callable[[Any], Any]:
    converters: dict[FieldType, Callable[[Any], Any]] = {
        FieldType.STRING: _text,
        FieldType.INTEGER: int,
        FieldType.NUMBER: float,
        FieldType.BOOLEAN: bool,
        FieldType.DATE: lambda value: date.fromisoformat(value[:10]).isoformat(),
        FieldType.DATETIME: lambda value: _moment(value, zone),
        FieldType.JSON: lambda value: json.dumps(json.loads(value), ensure_ascii=False),
    }
    return converters[kind]


def _text(value: Any) -> str:
    return str(value).replace("\0", "")


def _moment(text: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(text)
    if not _FIRST <= moment.date() <= _LAST:
        raise OverflowError(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
