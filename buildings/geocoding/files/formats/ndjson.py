"""Lines of JSON: each comes back as it is written, with a ``result`` joined; what is no object is quoted beside it."""

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from buildings.geocoding.batch_rows import geocode_rows
from buildings.geocoding.files import cells
from buildings.geocoding.files.file_format import FileFormat, register
from buildings.geocoding.files.work import Asked, Work
from buildings.geocoding.reverse_many import reverse_rows
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid

MAX_LINE: Final = 64 * 1024
MEDIA_TYPE: Final = "application/x-ndjson"
_BLOCK: Final = 256
_BOM: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line's number, its bytes, the object that it is, and what is wrong with it."""

    number: int
    written: bytes
    members: dict[str, Any]
    wrong: str


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a file, read as they are asked for."""

    data: bytes

    def __iter__(self) -> Iterator[Line]:
        data = self.data
        start, number = (len(_BOM) if data.startswith(_BOM) else 0), 0
        while start < len(data):
            end = data.find(b"\n", start) + 1 or len(data)
            number += 1
            line = data[start:end]
            start = end
            yield Line(number, line, *_object(line.strip()))


def search_lines(user: Viewer, data: bytes, asked: Asked) -> Work[Line]:
    """Return the work of geocoding each object: the members asked for joined, else the one called address.

    Raises Invalid ``file_empty``, ``no_such_result``.
    """
    members = cells.wanted_members(cells.OF_EACH if asked.each_address else cells.SEARCH, asked.results)
    result = cells.chosen(cells.OF_EACH, members)

    def text(line: Line) -> str:
        wanted = asked.columns or [next((name for name in cells.ADDRESS_NAMES if name in line.members), "")]
        return " ".join(filter(None, (_text(line.members.get(name)) for name in wanted)))

    texts = [text, *(_text_of(name) for name in asked.also)]

    def answered(rows: Iterable[Line]) -> Iterator[bytes]:
        for line, outcomes in geocode_rows(
            user=user, rows=rows, texts=texts, at=asked.at, each_address=asked.each_address
        ):
            yield _answered(line, members, *(result(cells.of_outcome(outcome)) for outcome in outcomes))

    return _work(data, answered)


def reverse_lines(user: Viewer, data: bytes, asked: Asked) -> Work[Line]:
    """Return the work of saying what stands at each object's place; raises Invalid as `search_lines` does."""
    lat_names = (asked.lat,) if asked.lat else cells.LAT_NAMES
    lon_names = (asked.lon,) if asked.lon else cells.LON_NAMES
    members = cells.wanted_members(cells.REVERSE, asked.results)
    result = cells.chosen(cells.REVERSE, members)

    def place(line: Line) -> cells.Place:
        return cells.place(_first(line.members, lon_names), _first(line.members, lat_names))

    def answered(rows: Iterable[Line]) -> Iterator[bytes]:
        for line, found in reverse_rows(user=user, rows=rows, place=place, crs=asked.crs, at=asked.at):
            yield _answered(line, members, result(cells.of_reverse_result(found)))

    return _work(data, answered)


def _work(data: bytes, answered: Callable[[Iterable[Line]], Iterator[bytes]]) -> Work[Line]:
    if not data.strip():
        raise Invalid("file_empty", "The file is empty.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Invalid("wrong_encoding", "Lines of JSON are written in UTF-8; this file is UTF-16.")
    return Work(
        heading=_BOM if data.startswith(_BOM) else b"",
        rows=_Lines(data),
        blocks=lambda rows: _gathered(answered(rows)),
        media_type=MEDIA_TYPE,
        file_name="geocoded.ndjson",
    )


def _object(line: bytes) -> tuple[dict[str, Any], str]:
    """Return the object that a line is, and what is wrong where it is none; a blank line is nothing, and not wrong."""
    if not line:
        return {}, ""
    if len(line) > MAX_LINE:
        return {}, "line_too_long"
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}, "bad_json"
    return (said, "") if isinstance(said, dict) else ({}, "not_an_object")


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _text_of(name: str) -> Callable[[Line], str]:
    return lambda line: _text(line.members.get(name))


def _first(said: Mapping[str, Any], names: Sequence[str]) -> Any:
    value = next((said[name] for name in names if name in said), None)
    return None if isinstance(value, bool) else value


def _answered(line: Line, members: Sequence[str], *results: cells.Values) -> bytes:
    """Return a line with its results: joined to the object as it is written, or beside the text of what is none."""
    body = line.written.strip()
    if not body:
        return line.written
    if line.wrong:
        text = body.decode("utf-8", "backslashreplace")
        beside = orjson.dumps({"line": line.number, "text": text, "result": {"status": line.wrong}})
        return line.written.replace(body, beside, 1)
    inside, end = body[:-1].rstrip(), line.written.rindex(b"}")
    joined = []
    taken = dict(line.members)
    for result in results:
        name = cells.free_name("result", taken)
        taken[name] = None
        joined.append(orjson.dumps(name) + b":" + orjson.dumps(dict(zip(members, result, strict=True))))
    comma = b"" if inside == b"{" else b","
    return line.written[:end] + comma + b",".join(joined) + line.written[end:]


def _gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        if len(held) == _BLOCK:
            yield b"".join(held)
            held.clear()
    yield b"".join(held)


register(FileFormat(name="ndjson", media_type=MEDIA_TYPE, search=search_lines, reverse=reverse_lines))
