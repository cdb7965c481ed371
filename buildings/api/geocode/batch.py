"""`/geocode/search/csv/` and `/geocode/reverse/csv/`: a file of rows in, the same rows with columns appended out."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.core.files.base import ContentFile
from django.http import QueryDict, StreamingHttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request

from buildings.api.geocode import cells
from buildings.api.geocode.views import GeocodeView, OnlyJSON
from buildings.geocoding.batch import geocode_rows
from buildings.geocoding.reverse_many import reverse_rows
from gisserver.common.errors import Invalid, TooLarge
from gisserver.common.params import moment
from gisserver.common.reading.delimited import DelimitedStream, stream_delimited

MAX_BYTES = 128 * 1024 * 1024
COLUMNS = OpenApiParameter("columns", str, many=True, description="The columns that make up the address, in order.")
RESULTS = OpenApiParameter("results", str, many=True, description="What to append; everything when absent.")
ENCODING = OpenApiParameter("encoding", str, description="Of the file in and out; recognised when absent.")
LAT = OpenApiParameter("lat", str, description="The column of latitudes.")
LON = OpenApiParameter("lon", str, description="The column of longitudes.")
CRS = OpenApiParameter("crs", str, description="wgs84 (default), cgcs2000, gcj02, bd09 or EPSG:n.")


class FileParser(BaseParser):
    """Takes the body, up to 128 MiB, as a form would bring it: as the file ``data``."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> "DataAndFiles[Any, Any]":
        """Return the body as a file. Raises TooLarge."""
        files = MultiValueDict({"data": [ContentFile(_bounded(stream), name="data")]})
        return DataAndFiles(QueryDict(""), files)


def _bounded(stream: Any) -> bytes:
    data: bytes = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge("file_too_large", f"The file may have at most {MAX_BYTES // 2**20} MiB; split it.")
    return data


class ByBody(OnlyJSON):
    """Takes a form as a form, and any other body as the file itself (clients name CSV in many ways)."""

    def select_parser(self, request: Any, parsers: Any) -> BaseParser:
        """Return the parser of the body's type."""
        return MultiPartParser() if "multipart" in (request.content_type or "") else FileParser()


class FileView(GeocodeView):
    """A door that takes a file: as the body, or as the form field ``data``."""

    parser_classes = [FileParser, MultiPartParser]
    content_negotiation_class = ByBody

    def file(self, request: Request) -> bytes:
        """Return the file. Raises Invalid ``file_missing`` or TooLarge."""
        upload = request.FILES.get("data")
        if upload is None:
            raise Invalid("file_missing", "Send the file as the body, or as the form field `data`.")
        return _bounded(upload)

    def option(self, request: Request, name: str) -> str:
        """Return a parameter from the query string, or from the form."""
        return str(request.query_params.get(name) or _form(request).get(name) or "")

    def repeated(self, request: Request, name: str) -> list[str]:
        """Return a repeated parameter from the query string and from the form."""
        return [*request.query_params.getlist(name), *_form(request).getlist(name)]


class CSVView(FileView):
    """A door that takes a CSV file."""

    def table(self, request: Request) -> DelimitedStream:
        """Return the rows of the file. Raises Invalid for anything but a CSV file."""
        return stream_delimited(self.file(request), encoding=self.option(request, "encoding") or None)


class SearchCSVView(CSVView):
    """Addresses in, places out."""

    parameters = ("columns", "results", "encoding", "at")

    @extend_schema(
        operation_id="geocode_search_csv",
        parameters=[COLUMNS, RESULTS, ENCODING],
        request={"text/csv": OpenApiTypes.STR},
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Geocode each row: the columns named by ``columns`` joined, else the column called address."""
        table = self.table(request)
        names = self.repeated(request, "columns")
        wanted = [position(table.header, (name,)) for name in names] or [position(table.header, cells.ADDRESS_NAMES)]
        members = cells.wanted_members(cells.SEARCH, self.repeated(request, "results"))

        def text(row: list[str]) -> str:
            return " ".join(filter(None, (row[n].strip() for n in wanted)))

        found = geocode_rows(user=request.user, rows=table, text=text, at=moment(request.query_params))
        lines = ([*row, *cells.as_text(cells.of_outcome(one), members)] for row, one in found)
        return csv_response(table, members, lines)


class ReverseCSVView(CSVView):
    """Places in, addresses out."""

    parameters = ("lat", "lon", "crs", "results", "encoding", "at")

    @extend_schema(
        operation_id="geocode_reverse_csv",
        parameters=[LAT, LON, CRS, RESULTS, ENCODING],
        request={"text/csv": OpenApiTypes.STR},
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Say what stands at each row's place: its columns ``lat`` and ``lon``, or those that the request names."""
        table = self.table(request)
        lat = position(table.header, tuple(filter(None, [self.option(request, "lat")])) or cells.LAT_NAMES)
        lon = position(table.header, tuple(filter(None, [self.option(request, "lon")])) or cells.LON_NAMES)
        members = cells.wanted_members(cells.REVERSE, self.repeated(request, "results"))
        found = reverse_rows(
            user=request.user,
            rows=table,
            place=lambda row: cells.place(row[lon], row[lat]),
            crs=self.option(request, "crs") or "wgs84",
            at=moment(request.query_params),
        )
        lines = ([*row, *cells.as_text(cells.of_standing(one), members)] for row, one in found)
        return csv_response(table, members, lines)


def _form(request: Request) -> QueryDict:
    return cast(QueryDict, request.data)


def position(header: Sequence[str], names: Sequence[str]) -> int:
    """Return where the first of ``names`` stands in the header. Raises Invalid ``no_such_column``."""
    folded = [column.strip().lower() for column in header]
    for name in names:
        if name.lower() in folded:
            return folded.index(name.lower())
    raise Invalid("no_such_column", f"The file has no column {' or '.join(names)}.", columns=list(header))


def csv_response(table: DelimitedStream, members: Sequence[str], lines: Iterator[list[str]]) -> StreamingHttpResponse:
    """Return a streamed CSV in the encoding of the file that came; what it can't hold becomes a question mark."""
    header = [*table.header, *map(cells.column, members)]
    response = StreamingHttpResponse(
        (piece.encode(table.encoding, "replace") for piece in _written(header, lines)),
        content_type=f"text/csv; charset={table.encoding.removesuffix('-sig')}",
    )
    response["Content-Disposition"] = 'attachment; filename="geocoded.csv"'
    return response


def _written(header: Sequence[str], lines: Iterator[list[str]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    for line in lines:
        writer.writerow(line)
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
