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
from gisserver.common.reading.table import RowProblem, Table, as_text
from gisserver.common.sentences import Sentence
from layers.kinds import MAX_NAME_BYTES, FieldType
from layers.reading.declared import Declared, Reading, check_known

_NOTHING = Declared()
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


def columns_of(
    table: Table, *, zone: str, declared: Mapping[str, Declared] | None = None
) -> tuple[list[Column], dict[int, RowProblem]]:
    """Return the typed columns of ``table``, and by index the rows with a value that its column can't hold.

    Moments without an offset are in the time zone ``zone``. The types of a file that states none are recognised from
    all its values, unless ``declared``. Raises Invalid ``digits_lost`` with the row, ``bad_columns``.
    """
    said = declared or {}
    check_known(said, table.fields)
    kept = [field for field in table.fields if not said.get(field, _NOTHING).leave_out]
    names = unique_names(kept, taken=())
    # Django quotes a column's name but does not double the quotes in it, so only plain names go into tables.
    places = unique_names([re.sub(r"\W", "_", field) for field in kept], taken=_TAKEN)
    made = []
    problems: dict[int, RowProblem] = {}
    for name, place, field in zip(names, places, kept, strict=True):
        kind, values = _typed(table, field, said.get(field, _NOTHING), zone, problems)
        made.append(Column(name, place, field, kind, values))
    return made, problems


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


def _typed(
    table: Table, field: str, declared: Declared, zone: str, problems: dict[int, RowProblem]
) -> tuple[FieldType, list[Any]]:
    """Return a column's type and values; rows with others are added to ``problems``."""
    values = table.columns[field].tolist()
    if declared == _NOTHING:
        kind = _kind(table, field)
        return kind, _converted(values, field, kind, _converter(kind, ZoneInfo(zone)), problems)
    _check_digits(table, field)
    texts: list[str | None] = [as_text(value) or None for value in values]
    texts = [text if text is None else declared.values.get(text, text) for text in texts]
    kind = declared.type or (FieldType.STRING if table.typed else recognise(texts))
    return kind, _converted(texts, field, kind, Reading(declared, kind, zone=zone).read, problems)


def _check_digits(table: Table, field: str) -> None:
    lost = table.lost(field)
    if lost is not None:
        raise Invalid(
            "digits_lost",
            Sentence("Row {number}: {sentence}", number=lost.number, sentence=lost.sentence),
            row=lost.number,
            column=field,
        )


def _kind(table: Table, field: str) -> FieldType:
    _check_digits(table, field)
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


def _converted(
    values: Iterable[Any], field: str, kind: FieldType, convert: Callable[[Any], Any], problems: dict[int, RowProblem]
) -> list[Any]:
    made = []
    for index, value in enumerate(values):
        try:
            made.append(None if _is_null(value) else convert(value))
        except (ValueError, OverflowError, Invalid) as error:
            made.append(None)
            problems.setdefault(index, _problem(index + 1, str(value)[:40], field, kind, error))
    return made


def _problem(number: int, value: str, field: str, kind: FieldType, error: Exception) -> RowProblem:
    if isinstance(error, Invalid):
        return RowProblem(number, error.code, Sentence("{field!r}: {detail}", field=field, detail=error.detail))
    if kind in {FieldType.DATE, FieldType.DATETIME}:
        sentence = Sentence(
            "{value!r} in the column {field!r} is no {type} of the calendar.", value=value, field=field, type=kind.value
        )
        return RowProblem(number, "bad_time", sentence)
    sentence = Sentence("{value!r} in the column {field!r} is no {type}.", value=value, field=field, type=kind.value)
    return RowProblem(number, "bad_value", sentence)


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
