"""Codes in a file's columns, on their way in: every digit kept, or the row rejected with the cure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.conf import settings

from gisserver.common.codes import CodeKind, why_not_code
from gisserver.common.reading import Field, RowProblem, Table
from gisserver.common.reading.exactness import LOST_DIGITS_CURE, MAX_EXACT, clean_code, is_shortened, lost_text

# How programs write large floats: 4.403100010010010e+18. 1E1, without the sign, is what somebody called a beat.
_EXPONENT = re.compile(r"[0-9]\.[0-9]{1,17}[Ee]\+[0-9]{2,3}")


def with_checked_codes(table: Table, columns: Mapping[str, str], fields: Sequence[Field], scheme: str = "") -> Table:
    """Return ``table`` with clean codes in the columns of those ``fields`` that hold some; bad rows are its problems.

    What spreadsheets put around codes is taken off (`clean_code`). A row whose code has lost digits, or that this
    deployment issues no such code (`why_not_code`, of ``scheme``), keeps its value as it came, for the report.
    """
    cleaned = dict(table.columns)
    problems = dict(table.problems)
    for field in fields:
        if field.code is None or field.name not in columns:
            continue
        column = columns[field.name]
        values = table.columns[column].tolist()
        codes = [_clean(value) for value in values]
        padded = lost_text(codes, is_code=True) is not None
        cleaned[column] = np.array(codes, dtype=object)
        for index, value in enumerate(values):
            reason = _why_not(value, codes[index], field.code, scheme, padded=padded)
            if reason is not None:
                problems.setdefault(index, RowProblem(index + 1, *reason))
                cleaned[column][index] = value
    return replace(table, columns=cleaned, problems=problems)


def _clean(value: Any) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    code = clean_code(str(value))
    return (value if code == value else code) or None  # the very text: a city has millions


def _why_not(value: Any, code: str | None, kind: CodeKind, scheme: str, *, padded: bool) -> tuple[str, str] | None:
    if code is None:
        return None
    if _has_lost_digits(value, code) or (padded and lost_text([code], is_code=True) is not None):
        return "digits_lost", f"{value!s:.40} has lost its last digits as a number: {LOST_DIGITS_CURE}."
    sentence = why_not_code(code, kind, settings.CODE_PATTERNS, scheme)
    return None if sentence is None else ("bad_code", sentence)


def _has_lost_digits(value: Any, code: str) -> bool:
    """Whether a code was once a floating-point number too large for its digits, be it a float still or its text."""
    if isinstance(value, float):
        return abs(value) >= MAX_EXACT
    if "e" not in code and "E" not in code:
        return False
    return is_shortened(code) or (_EXPONENT.fullmatch(code) is not None and float(code) >= MAX_EXACT)
