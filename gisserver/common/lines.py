"""Lines of a log: one JSON document each, or short for a terminal. The front and Django share them: no Django here."""

import json
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TextIO

import orjson

FORMATS = ("json", "short")
_AS_TEXT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def json_line(seconds: float, members: Mapping[str, Any]) -> str:
    """Return a line of JSON, ``time`` first: ``seconds`` since 1970 as ISO 8601 in UTC with milliseconds."""
    document = {"time": moment(seconds), **members}
    try:
        return orjson.dumps(document, default=str, option=_AS_TEXT).decode()
    except TypeError:  # numbers beyond 64 bits, halves of characters
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)


def moment(seconds: float) -> str:
    """Return ``seconds`` since 1970 as ISO 8601 in UTC, with milliseconds."""
    milliseconds = round(seconds * 1000)
    return f"{_second(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@lru_cache(64)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def clock(seconds: float) -> str:
    """Return ``seconds`` since 1970 as the time of day where this machine is."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def format_for(given: str, stream: TextIO | None = None) -> str:
    """Return the format that `LOG_FORMAT` asks for; when it says nothing, short for a terminal and JSON for a file.

    Raises ValueError for another word.
    """
    if not given:
        return "short" if (stream or sys.stdout).isatty() else "json"
    if given not in FORMATS:
        raise ValueError(f"LOG_FORMAT must be one of {', '.join(FORMATS)}, not {given!r}")
    return given
