"""Rows in the text format of PostgreSQL's COPY: what a reader writes, and the database takes as it is. Pure."""

from collections.abc import Iterable
from typing import Any

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})


def copy_line(values: Iterable[Any]) -> str:
    """Return one row, its end included: None is null, everything else its text."""
    return "\t".join("\\N" if value is None else str(value).translate(_ESCAPES) for value in values) + "\n"
