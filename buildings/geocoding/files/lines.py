"""Lines of JSON: each object comes back with a ``result``; a line that is none is answered in its place."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from buildings.geocoding.batch import geocode_rows
from buildings.geocoding.files import cells
from buildings.geocoding.files.work import Asked, Work
from buildings.geocoding.reverse_many import reverse_rows
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid

MAX_LINE: Final = 64 * 1024
MEDIA_TYPE: Final = "application/x-ndjson"
_BLOCK: Final = 256
# A line's number, what it says, and what is wrong with it.
Line = tuple[int, dict[str, Any], str]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a file that are not blank, read as they are asked for."""

    data: bytes

    def __iter__(self) -> Iterator[Line]:
        data = self.data
        start, number = (3 if data.startswith(b"\xef\xbb\xbf") else 0), 0
        while start < len(data):
            end = data.find(b"\n", start) + 1 or len(data)
            number += 1
            line = data[start:end].strip()
            start = end
            if line:
                yield number, *_object(line)


def search_lines(user: Viewer, data: bytes, asked: Asked) -> Work[Line]:
    """Return the work of geocoding each object: the members asked for joined, else the one called address.

    Raises Invalid ``file_empty``, ``no_such_result``.
    """
    members = cells.wanted_members(cells.SEARCH, asked.results)
    result = cells.chosen(cells.SEARCH, members)

    def text(line: Line) -> str:
        wanted = asked.columns or [next((name for name in cells.ADDRESS_NAMES if name in line[1]), "")]
        return " ".join(filter(None, (_text(line[1].get(name)) for name in wanted)))

    def answered(rows: Iterable[Line]) -> Iterator[bytes]:
        for line, outcome in geocode_rows(user=user, rows=rows, text=text, at=asked.at):
            yield _answered(line, members, result(cells.of_outcome(outcome)))

    return _work(data, answered)


def reverse_lines(user: Viewer, data: bytes, asked: Asked) -> Work[Line]:
    """Return the work of saying what stands at each object's place; raises Invalid as `search_lines` does."""
    lat_names = (asked.lat,) if asked.lat else cells.LAT_NAMES
    lon_names = (asked.lon,) if asked.lon else cells.LON_NAMES
    members = cells.wanted_members(cells.REVERSE, asked.results)
    result = cells.chosen(cells.REVERSE, members)

    def place(line: Line) -> cells.Place:
        return cells.place(_first(line[1], lon_names), _first(line[1], lat_names))

    def answered(rows: Iterable[Line]) -> Iterator[bytes]:
        for line, standing in reverse_rows(user=user, rows=rows, place=place, crs=asked.crs, at=asked.at):
            yield _answered(line, members, result(cells.of_standing(standing)))

    return _work(data, answered)


def _work(data: bytes, answered: Callable[[Iterable[Line]], Iterator[bytes]]) -> Work[Line]:
    if not data.strip():
        raise Invalid("file_empty", "The file is empty.")
    return Work(
        heading=b"",
        rows=_Lines(data),
        blocks=lambda rows: _gathered(answered(rows)),
        media_type=MEDIA_TYPE,
        file_name="geocoded.ndjson",
    )


def _object(line: bytes) -> tuple[dict[str, Any], str]:
    if len(line) > MAX_LINE:
        return {}, "line_too_long"
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}, "bad_json"
    return (said, "") if isinstance(said, dict) else ({}, "not_an_object")


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _first(said: Mapping[str, Any], names: Sequence[str]) -> Any:
    value = next((said[name] for name in names if name in said), None)
    return None if isinstance(value, bool) else value


def _answered(line: Line, members: Sequence[str], result: cells.Values) -> bytes:
    number, said, wrong = line
    if wrong:
        return orjson.dumps({"line": number, "result": {"status": wrong}}, option=orjson.OPT_APPEND_NEWLINE)
    return orjson.dumps(said | {"result": dict(zip(members, result, strict=True))}, option=orjson.OPT_APPEND_NEWLINE)


def _gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        if len(held) == _BLOCK:
            yield b"".join(held)
            held.clear()
    yield b"".join(held)
