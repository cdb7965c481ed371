"""Bodies of reports: a GeoJSON Feature becomes one report; NDJSON and CSV become the same list of lines."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.parsers import BaseParser, JSONParser

from gisserver.common.errors import Invalid
from gisserver.common.reading import read_table
from gisserver.common.reading.exactness import without_debris
from gisserver.common.reading.process.sandbox import turn
from gisserver.common.sentences import Sentence
from gisserver.common.web import exact_json
from gisserver.common.workspace import workspace
from incidents.api.reports import NUMBERS

# What one request may carry; more belongs in `manage.py import_incidents`.
MAX_LINES = 20_000
_FEATURE = {"type", "geometry", "properties", "bbox"}
_PLACE = {"lon", "lat", "crs"}


def _text(stream: Any) -> str:
    try:
        return str(stream.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid("not_utf8", "The body must be UTF-8.") from None


def _bounded(lines: list[Any]) -> list[Any]:
    if len(lines) > MAX_LINES:
        raise Invalid(
            "too_many_lines",
            Sentence("One request may carry {max_lines} lines; send the rest in another.", max_lines=MAX_LINES),
        )
    return lines


class FeatureParser(JSONParser):
    """One report as a GeoJSON Feature: its properties are the members, its Point the place.

    The media type declares the CRS (RFC 7946): longitude and latitude in WGS84.
    """

    media_type = "application/geo+json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the members of the report."""
        feature = super().parse(stream, media_type, parser_context)
        match feature:
            case {"type": "Feature", "properties": {**members}} if not set(feature) - _FEATURE:
                if not _PLACE & set(members):
                    return members | _place(feature.get("geometry"))
        raise Invalid(
            "bad_feature",
            "The body must be one GeoJSON Feature with type, geometry and properties, which are the members of a "
            "report but lon, lat and crs: the geometry is in WGS84.",
        )


def _place(geometry: Any) -> dict[str, Any]:
    """Return the members that say where a Point is; a Feature without a geometry has no place. Heights are left out."""
    match geometry:
        case None:
            return {}
        case {"type": "Point", "coordinates": [int() | float() as lon, int() | float() as lat] | [lon, lat, _]}:
            return {"lon": lon, "lat": lat, "crs": "wgs84"}
    raise Invalid("bad_feature", "The geometry of a report must be a Point of longitude and latitude, or null.")


class LinesParser(BaseParser):
    """One JSON object a line; a line that is none stays text and becomes that line's problem."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the lines; only a line feed ends one, and the last need not have it."""
        lines = _text(stream).split("\n")
        return [_decoded(line) for line in _bounded(lines if lines[-1].strip() else lines[:-1])]


class TableParser(BaseParser):
    """CSV with a header of the report's members; an empty cell is an absent member."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return a mapping a row; a row with more cells than the header stays a list and becomes its own problem."""
        try:
            rows = _bounded(list(csv.DictReader(io.StringIO(_text(stream), newline=""))))
        except csv.Error as error:
            raise Invalid("bad_csv", Sentence("The body cannot be read as CSV: {error}.", error=error)) from None
        return [_members(row) for row in rows]


class WorkbookParser(BaseParser):
    """A workbook (.xlsx) with a header of the report's members; every cell is taken as text: codes stay codes."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return a mapping a row, read by the child process; a row that can't be read becomes its own problem."""
        data = stream.read()
        if not data.startswith(b"PK"):
            raise Invalid("unreadable_file", "This is no workbook (.xlsx).")
        with turn(), workspace() as folder:
            path = folder / "reports.xlsx"
            path.write_bytes(data)
            table = read_table(path, max_rows=MAX_LINES + 1, placed=False)
        rows = zip(*(table.text(name) for name in table.fields), strict=True)
        lines: list[Any] = [_members(dict(zip(table.fields, row, strict=True))) for row in rows]
        for index, problem in table.problems.items():
            lines[index] = Invalid(problem.code, problem.sentence)
        return _bounded(lines)


def _members(row: Mapping[Any, Any]) -> Any:
    if None in row:
        return list(row.values())
    return {name: without_debris(value) for name, value in row.items() if value not in {"", None}}


def _decoded(line: str) -> Any:
    try:
        members = orjson.loads(line)
        return members if _has_its_numbers_as_numbers(members) else exact_json.loads(line)
    except orjson.JSONDecodeError:
        return line


def _has_its_numbers_as_numbers(members: Any) -> bool:
    """Whether every member is a text, or one that is a number anyway: then no digits of a code can have been lost."""
    return isinstance(members, dict) and all(
        type(value) is str or (name in NUMBERS and type(value) in {float, int}) for name, value in members.items()
    )
