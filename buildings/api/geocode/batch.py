"""`/geocode/search/csv/` and `/geocode/reverse/csv/`: a file of rows in, the same rows with columns appended out."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.core.files.base import ContentFile
from django.http import QueryDict, StreamingHttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request

from buildings.api.geocode.views import GeocodeView, OnlyJSON
from buildings.geocoding.batch import Outcome, Status, geocode_many
from buildings.geocoding.reverse import Here, reverse
from gisserver.common.access.models import Viewer
from gisserver.common.errors import DomainError, Invalid, TooLarge
from gisserver.common.params import moment
from gisserver.common.reading.delimited import Delimited, read_delimited

MAX_BYTES = 128 * 1024 * 1024
SEARCH_COLUMNS = (
    "result_status", "result_confidence", "result_level", "result_target", "result_id", "result_code",
    "result_label", "result_grid", "latitude", "longitude",
)  # fmt: skip
REVERSE_COLUMNS = (
    "result_status", "result_target", "result_id", "result_code", "result_label", "result_distance_m",
    "result_grid", "result_division",
)  # fmt: skip
# What a file calls its address and its coordinates when the request does not say.
ADDRESS_NAMES = ("address", "地址", "q", "addr", "详细地址")
LAT_NAMES = ("lat", "latitude", "纬度")
LON_NAMES = ("lon", "lng", "longitude", "经度")


class CSVParser(BaseParser):
    """Takes the body, up to 128 MiB, as a form would bring it: as the file ``data``."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> "DataAndFiles[Any, Any]":
        """Return the body as a file. Raises TooLarge."""
        files = MultiValueDict({"data": [ContentFile(_bounded(stream), name="data.csv")]})
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
        return MultiPartParser() if "multipart" in (request.content_type or "") else CSVParser()


class CSVView(GeocodeView):
    """A door that takes a CSV file: as the body (text/csv), or as the form field ``data``."""

    parser_classes = [CSVParser, MultiPartParser]
    content_negotiation_class = ByBody
    parameters: tuple[str, ...] = ("columns", "encoding", "at")

    def table(self, request: Request) -> Delimited:
        """Return the rows of the file. Raises Invalid for anything but a CSV file."""
        upload = request.FILES.get("data")
        if upload is None:
            raise Invalid("file_missing", "Send the CSV file as the body, or as the form field `data`.")
        data = _bounded(upload)
        return read_delimited(data, encoding=self.option(request, "encoding") or None)

    def option(self, request: Request, name: str) -> str:
        """Return a parameter from the query string, or from the form."""
        return str(request.query_params.get(name) or _form(request).get(name) or "")

    def named(self, request: Request, header: Sequence[str]) -> list[int]:
        """Return the positions of the columns that the request names (Addok's ``columns``, repeated)."""
        names = [*request.query_params.getlist("columns"), *_form(request).getlist("columns")]
        return [position(header, (name,)) for name in names]


class SearchCSVView(CSVView):
    """Addresses in, places out."""

    @extend_schema(
        operation_id="geocode_search_csv",
        request={"text/csv": OpenApiTypes.STR},
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Geocode each row: the columns named by ``columns`` joined, else the column called address."""
        table = self.table(request)
        wanted = self.named(request, table.header) or [position(table.header, ADDRESS_NAMES)]
        texts = (" ".join(filter(None, (row[n].strip() for n in wanted))) for row in table.rows)
        outcomes = geocode_many(user=request.user, texts=texts, at=moment(request.query_params))
        lines = ([*row, *_cells(one)] for row, one in zip(table.rows, outcomes, strict=True))
        return csv_response([*table.header, *SEARCH_COLUMNS], lines, table.encoding)


class ReverseCSVView(CSVView):
    """Places in, addresses out."""

    parameters = ("lat", "lon", "crs", "encoding", "at")

    @extend_schema(
        operation_id="geocode_reverse_csv",
        request={"text/csv": OpenApiTypes.STR},
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Say what stands at each row's place: its columns ``lat`` and ``lon``, or those that the request names."""
        table = self.table(request)
        lat = position(table.header, tuple(filter(None, [self.option(request, "lat")])) or LAT_NAMES)
        lon = position(table.header, tuple(filter(None, [self.option(request, "lon")])) or LON_NAMES)
        crs = self.option(request, "crs") or "wgs84"
        lines = ([*row, *_here_cells(request.user, row[lon], row[lat], crs)] for row in table.rows)
        return csv_response([*table.header, *REVERSE_COLUMNS], lines, table.encoding)


def _form(request: Request) -> QueryDict:
    return cast(QueryDict, request.data)


def position(header: Sequence[str], names: Sequence[str]) -> int:
    """Return where the first of ``names`` stands in the header. Raises Invalid ``no_such_column``."""
    folded = [column.strip().lower() for column in header]
    for name in names:
        if name.lower() in folded:
            return folded.index(name.lower())
    raise Invalid("no_such_column", f"The file has no column {' or '.join(names)}.", columns=list(header))


def csv_response(header: Sequence[str], lines: Iterator[list[str]], encoding: str) -> StreamingHttpResponse:
    """Return a streamed CSV in the encoding of the file that came; what it can't hold becomes a question mark."""
    response = StreamingHttpResponse(
        (piece.encode(encoding, "replace") for piece in _written(header, lines)),
        content_type=f"text/csv; charset={encoding.removesuffix('-sig')}",
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


def _cells(outcome: Outcome) -> list[str]:
    answer = outcome.answer
    if answer is None:
        return [outcome.status.value, *[""] * (len(SEARCH_COLUMNS) - 1)]
    return [
        outcome.status.value,
        f"{answer.confidence:.4f}",
        answer.level.value,
        answer.target,
        str(answer.id),
        answer.code or "",
        answer.label,
        answer.grid or "",
        f"{answer.lat:.7f}",
        f"{answer.lon:.7f}",
    ]


def _here_cells(user: Viewer, lon: str, lat: str, crs: str) -> list[str]:
    try:
        here = reverse(user=user, x=float(lon), y=float(lat), crs=crs)
    except ValueError:
        return ["bad_coordinates", *[""] * (len(REVERSE_COLUMNS) - 1)]
    except DomainError as error:
        return [error.code, *[""] * (len(REVERSE_COLUMNS) - 1)]
    return _written_here(here)


def _written_here(here: Here) -> list[str]:
    answer = here.answer
    grid, division = here.grid.grid or "", here.divisions[-1]["code"] if here.divisions else ""
    if answer is None:
        return [Status.NOT_FOUND.value, "", "", "", "", "", grid, division]
    distance = "" if here.distance_m is None else f"{here.distance_m:.3f}"
    return [
        Status.FOUND.value,
        answer.target,
        str(answer.id),
        answer.code or "",
        answer.label,
        distance,
        grid,
        division,
    ]
