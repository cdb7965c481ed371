"""`/geocode/search/ndjson/` and `/geocode/reverse/ndjson/`: a JSON object a line in, the same with a ``result`` out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from buildings.api.geocode import cells
from buildings.api.geocode.batch import COLUMNS, CRS, LAT, LON, RESULTS, FileView
from buildings.geocoding.batch import geocode_rows
from buildings.geocoding.reverse_many import reverse_rows
from gisserver.common.errors import Invalid
from gisserver.common.params import moment

MAX_LINE: Final = 64 * 1024
MEDIA_TYPE: Final = "application/x-ndjson"
# A line as an object, or what is wrong with it and its number.
Line = tuple[int, dict[str, Any], str]


class LinesView(FileView):
    """A door that takes lines of JSON; a line that is no object is answered in its place, and the others go on."""

    def lines(self, request: Request) -> Iterator[Line]:
        """Yield (number, object, what is wrong) of each line that is not blank. Raises Invalid ``file_empty``."""
        data = self.file(request)
        if not data.strip():
            raise Invalid("file_empty", "The file is empty.")
        return _read(data)


def _read(data: bytes) -> Iterator[Line]:
    start, number = (3 if data.startswith(b"\xef\xbb\xbf") else 0), 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        number += 1
        line = data[start:end].strip()
        start = end
        if line:
            yield number, *_object(line)


def _object(line: bytes) -> tuple[dict[str, Any], str]:
    if len(line) > MAX_LINE:
        return {}, "line_too_long"
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}, "bad_json"
    return (said, "") if isinstance(said, dict) else ({}, "not_an_object")


class SearchLinesView(LinesView):
    """Addresses in, places out."""

    parameters = ("columns", "results", "at")

    @extend_schema(
        operation_id="geocode_search_ndjson",
        parameters=[COLUMNS, RESULTS],
        request={MEDIA_TYPE: OpenApiTypes.STR},
        responses={(200, MEDIA_TYPE): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Geocode each object: the members named by ``columns`` joined, else the one called address."""
        names = self.repeated(request, "columns")
        members = cells.wanted_members(cells.SEARCH, self.repeated(request, "results"))

        def text(line: Line) -> str:
            wanted = names or [next((name for name in cells.ADDRESS_NAMES if name in line[1]), "")]
            return " ".join(filter(None, (_text(line[1].get(name)) for name in wanted)))

        found = geocode_rows(user=request.user, rows=self.lines(request), text=text, at=moment(request.query_params))
        return lines_response(_answered(line, cells.of_outcome(one), members) for line, one in found)


class ReverseLinesView(LinesView):
    """Places in, addresses out."""

    parameters = ("lat", "lon", "crs", "results", "at")

    @extend_schema(
        operation_id="geocode_reverse_ndjson",
        parameters=[LAT, LON, CRS, RESULTS],
        request={MEDIA_TYPE: OpenApiTypes.STR},
        responses={(200, MEDIA_TYPE): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Say what stands at each object's place: its members ``lat`` and ``lon``, or those that the request names."""
        lat_names = tuple(filter(None, [self.option(request, "lat")])) or cells.LAT_NAMES
        lon_names = tuple(filter(None, [self.option(request, "lon")])) or cells.LON_NAMES
        members = cells.wanted_members(cells.REVERSE, self.repeated(request, "results"))
        found = reverse_rows(
            user=request.user,
            rows=self.lines(request),
            place=lambda line: cells.place(_first(line[1], lon_names), _first(line[1], lat_names)),
            crs=self.option(request, "crs") or "wgs84",
            at=moment(request.query_params),
        )
        return lines_response(_answered(line, cells.of_standing(one), members) for line, one in found)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _first(said: Mapping[str, Any], names: Sequence[str]) -> Any:
    value = next((said[name] for name in names if name in said), None)
    return None if isinstance(value, bool) else value


def _answered(line: Line, result: Mapping[str, Any], members: Sequence[str]) -> bytes:
    number, said, wrong = line
    if wrong:
        return orjson.dumps({"line": number, "result": {"status": wrong}}, option=orjson.OPT_APPEND_NEWLINE)
    chosen = {member: result.get(member) for member in members}
    return orjson.dumps(said | {"result": chosen}, option=orjson.OPT_APPEND_NEWLINE)


def lines_response(lines: Iterator[bytes]) -> StreamingHttpResponse:
    """Return streamed lines of JSON, some hundred at a time."""
    return StreamingHttpResponse(_gathered(lines), content_type=MEDIA_TYPE)


def _gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        if len(held) == 256:
            yield b"".join(held)
            held.clear()
    yield b"".join(held)
