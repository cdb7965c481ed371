"""When a text is a number, and when a number is no longer what was meant. Pure.

The rule for every reader: a column of texts is a number only if writing each number back gives the same characters
for every row. So ``007``, ``1E1``, ``1.10`` and a code of 19 digits stay text; no code passes through floating point.

    numeric_kind(["1", "2", None])        -> NumericKind.INTEGER
    numeric_kind(["1.1", "1.10"])         -> None: text
    clean_code('="4403100010010010016"')  -> "4403100010010010016"
    lost_text(["4.4031E+18"])             -> 0: a spreadsheet has lost the digits of the first row
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.sentences import Sentence

# Every whole number below has a floating-point number of its own (and so a JSON number in every client).
MAX_EXACT = 2**53
# Counts and years; a longer run of digits is an identifier: nobody adds it up, and its digits must stay.
_MAX_COUNT_DIGITS = 9
# What GDAL gives for whole numbers that it has no room for.
CLAMPED = frozenset({2**63 - 1, -(2**63)})
# No identifier has more digits; larger numbers are what some programs write for "no value" (-1.797e308).
_MAX_CODE = 1e30
_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# How spreadsheets show a number that is too long for them: 4.4031E+18, in some languages 4,4031E+18.
_SHORTENED = re.compile(r"[1-9](?:[.,]([0-9]{1,14}))?[Ee]\+([0-9]{2,3})")
# A spreadsheet keeps so many digits of a number and writes zeros for the others.
_SPREADSHEET_DIGITS = 15
_LONG = re.compile(r"[1-9][0-9]{15,}")
_FORMULA = re.compile(r'="([^"]*)"')
_APOSTROPHE = re.compile(r"['’]([0-9０-９]+)")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

LOST_DIGITS_CURE = Sentence(
    "format the column as text in the program that wrote the file, fill in the codes again from their source, and save"
)


class NumericKind(StrEnum):
    """What a column of texts is when it is a number."""

    INTEGER = "integer"
    NUMBER = "number"


def numeric_kind(texts: Iterable[str | None]) -> NumericKind | None:
    """Return which number the column of ``texts`` is (None: an empty cell), or None when it must stay text.

    A column of empty cells is text. INTEGER has at most nine digits; NUMBER is what a float writes back unchanged.
    """
    present = dict.fromkeys(text for text in texts if text is not None)
    if not present:
        return None
    if all(_is_count(text) for text in present):
        return NumericKind.INTEGER
    if all(_is_float(text) for text in present):
        return NumericKind.NUMBER
    return None


def _is_count(text: str) -> bool:
    return len(text) <= _MAX_COUNT_DIGITS + 1 and bool(_WHOLE.fullmatch(text)) and len(text.lstrip("-")) <= 9


def _is_float(text: str) -> bool:
    if len(text) > 25 or not _DECIMAL.fullmatch(text):
        return False
    if "." not in text:
        return _is_count(text)
    return written(float(text)) == text


def written(value: float) -> str:
    """Return the shortest decimal, without an exponent, that reads as ``value``: 1 for 1.0, 0.00001 for 1e-05."""
    return np.format_float_positional(value, trim="-")


def lost_text(texts: Sequence[str | None], *, is_code: bool = False) -> int | None:
    """Return the index of the first text whose last digits a spreadsheet has lost, or None.

    Lost are numbers shown as 4.4031E+18, and long numbers of which all have zeros after the fifteenth digit. A column
    that is not known to hold codes may also hold measurements, where 1.2E+14 is an honest number: fractions and small
    exponents beside it say so.
    """
    first = next((index for index, text in enumerate(texts) if text is not None and is_shortened(text)), None)
    if first is not None and (is_code or not any(text is not None and _is_measurement(text) for text in texts)):
        return first
    long = [index for index, text in enumerate(texts) if text is not None and _LONG.fullmatch(text.strip())]
    all_padded = all(not str(texts[index]).strip()[_SPREADSHEET_DIGITS:].strip("0") for index in long)
    return long[0] if all_padded and len(long) >= (1 if is_code else 2) else None


def is_shortened(text: str) -> bool:
    """Whether ``text`` is a whole number whose last digits a spreadsheet has lost, as 4.4031E+18; 1E1 is not."""
    found = _SHORTENED.fullmatch(text.strip())
    return found is not None and int(found[2]) > max(len(found[1] or ""), 10)


def _is_measurement(text: str) -> bool:
    number = re.fullmatch(r"[+-]?[0-9]*[.,]?[0-9]+(?:[Ee]([+-]?[0-9]{1,3}))?", text.strip())
    if number is None or is_shortened(text):
        return False
    return number[1] is not None or "." in text or "," in text


def inexact(values: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return the indexes of floats that stand for whole numbers too long for them: their last digits are lost.

    Larger numbers than any identifier are left alone: programs write them for "no value".
    """
    size = np.abs(values)
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((size >= MAX_EXACT) & (size < _MAX_CODE))


def without_debris(text: str) -> str:
    """Return ``text`` without what spreadsheets are given to keep digits: ``="007"`` and ``'007`` are 007."""
    found = _FORMULA.fullmatch(text) or _APOSTROPHE.fullmatch(text)
    return text if found is None else found[1]


def clean_code(text: str) -> str:
    """Return a code as it was meant: trimmed, spreadsheet's debris gone, full-width digits and letters narrow."""
    return without_debris(text.strip()).translate(_FULL_WIDTH).strip()
