"""What reading gives: columns of values, one geometry a row, and the declared CRS."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.geo.crs import DeclaredCRS
from gisserver.common.reading.exactness import CLAMPED, LOST_DIGITS_CURE, inexact, lost_text
from gisserver.common.sentences import Sentence

_FEW = 20_000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row can't be taken: ``number`` counts the rows of the file from 1, the header apart."""

    number: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one layer of a file, by column.

    ``geometry`` holds Shapely geometries or None, in ``crs``; it is None altogether when the file has no
    geometry. ``claimed`` is what the file says of its own CRS, whether or not that was believed. ``types``
    gives each column's type as the file states it, in NumPy's names ("object" is text; dates are ISO text), or
    "json". Not ``typed`` is a file that states none, as CSV: all its cells are text. Whole numbers are exact: a
    column of them that has nulls holds Python's integers and None. ``problems`` maps a row's index to why it could
    not be read; such a row is still in the columns.
    """

    name: str
    layer: str
    fields: tuple[str, ...]
    columns: Mapping[str, NDArray[Any]]
    types: Mapping[str, str]
    length: int
    geometry: NDArray[np.object_] | None
    crs: DeclaredCRS | None
    claimed: str | None
    encoding: str
    notes: tuple[str, ...] = ()
    typed: bool = True
    problems: Mapping[int, RowProblem] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.length

    def text(self, column: str) -> list[str]:
        """Return the column as text: trimmed, empty for null, whole numbers without a fraction."""
        values = self.columns[column].tolist()
        return ["" if value is None else value.strip() if type(value) is str else as_text(value) for value in values]

    def lost(self, column: str, *, is_code: bool = False) -> RowProblem | None:
        """Return the first row whose number in ``column`` has lost digits before it came here, or None.

        In a column that holds codes (``is_code``) any number that a spreadsheet has shortened is lost; in another only
        if nothing there says that the column holds measurements.
        """
        values = self.columns[column]
        index: int | None
        if values.dtype.kind == "f":
            index = next(iter(inexact(values).tolist()), None)
        elif self.types[column].startswith("int"):
            index = next((at for at, value in enumerate(values.tolist()) if value in CLAMPED), None)
        else:
            texts = [value if isinstance(value, str) else None for value in values.tolist()]
            index = lost_text(texts, is_code=is_code)
        if index is None:
            return None
        shown = as_text(values[index])
        sentence = Sentence(
            "Column {column!r}: {shown} is a number that has lost its last digits: {lost_digits_cure}.",
            column=column,
            shown=shown[:40],
            lost_digits_cure=LOST_DIGITS_CURE,
        )
        return RowProblem(index + 1, "digits_lost", sentence)

    def original(self, index: int) -> dict[str, Any]:
        """Return the values of one row as they were read, ready for JSON."""
        return {name: _plain(self.columns[name][index]) for name in self.fields}


def shared(values: Iterable[Any]) -> list[Any]:
    """Return the values, with equal texts of a column that has few different ones as one object.

    A city's register has ten million cells, most of which say one of a few words.
    """
    held: dict[str, str] = {}
    return [
        (held.setdefault(value, value) if len(held) < _FEW else held.get(value, value))
        if isinstance(value, str)
        else value
        for value in values
    ]


def as_text(value: Any) -> str:
    """Return a value as trimmed text: empty for null, ``4.0`` as ``4``."""
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
