"""From what a file holds to typed columns: names that PostgreSQL can carry, types.

And values ready for COPY. Pure.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.reading.table import Table
from layers.fields import MAX_NAME_BYTES, FieldType

_TAKEN = {"fid", "geom", "geom_3857"}
# Nine digits are counts and years; longer ones are codes, which must keep their leading zeros and their
# last digit.
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,8})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2})?")


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


def columns_of(table: Table, *, delimited: bool) -> list[Column]:
    """Return the typed columns of ``table``.

    A ``delimited`` file's types are recognised from all its values.
    """
    names = unique_names(table.fields, taken=())
    # Django quotes a column's name but does not double the quotes in it, so only plain names go into tables.
    places = unique_names([re.sub(r"\W", "_", field) for field in table.fields], taken=_TAKEN)
    kinds = [recognise(table.columns[field]) if delimited else _kind(table.types[field]) for field in table.fields]
    typed = [(kind, _values(table.columns[field], kind)) for field, kind in zip(table.fields, kinds, strict=True)]
    return [
        Column(name, place, field, kind, values)
        for name, place, field, (kind, values) in zip(names, places, table.fields, typed, strict=True)
    ]


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


def _values(values: NDArray[Any], kind: FieldType) -> list[Any]:
    convert = _CONVERTERS[kind]
    return [None if _is_null(value) else convert(value) for value in values.tolist()]


def _kind(stated: str) -> FieldType:
    for prefix, kind in (
        ("int", FieldType.INTEGER), ("uint", FieldType.INTEGER), ("float", FieldType.NUMBER),
        ("bool", FieldType.BOOLEAN), ("datetime64[D]", FieldType.DATE), ("datetime64", FieldType.DATETIME),
    ):  # fmt: skip
        if stated.startswith(prefix):
            return kind
    return FieldType.STRING


def recognise(values: Iterable[str | None]) -> FieldType:
    """Return integer, number or string for texts of a delimited file; all null is string."""
    present = [value for value in values if value is not None]
    if present and all(_INTEGER.fullmatch(value) for value in present):
        return FieldType.INTEGER
    if present and all(_NUMBER.fullmatch(value) for value in present):
        return FieldType.NUMBER
    return FieldType.STRING


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    return str(value).replace("\0", "")


_CONVERTERS: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.STRING: _text,
    FieldType.INTEGER: int,
    FieldType.NUMBER: float,
    FieldType.BOOLEAN: bool,
    FieldType.DATE: str,
    FieldType.DATETIME: str,
}
