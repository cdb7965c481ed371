"""`/geocode/{search,reverse}/FORMAT/`: a file in, the same with answers out; below, ``jobs/`` for long ones."""

import hashlib
from typing import Any, ClassVar, cast

from django.core.files.base import ContentFile
from django.http import QueryDict, StreamingHttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.geocode import nominatim
from buildings.api.geocode.views import GeocodeView, OnlyJSON
from buildings.geocoding.files.file_format import format_of, formats
from buildings.geocoding.files.kinds import WORKS, kind_name
from buildings.geocoding.files.work import Asked
from gisserver.common.access.export import demand_export
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid, TooLarge
from gisserver.common.geo.crs import parse_crs
from gisserver.common.jobs.api.serializers import JobSerializer
from gisserver.common.jobs.services import MAX_BYTES as MAX_JOB_BYTES
from gisserver.common.jobs.services import start_job
from gisserver.common.sentences import Sentence
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, acted_once
from gisserver.common.web.params import AT, CRS, moment

MAX_BYTES = 128 * 1024 * 1024
# The body and the result are of one of these.
BODIES: dict[str, Any] = {
    each.media_type: OpenApiTypes.BINARY if each.is_binary else OpenApiTypes.STR for each in formats()
}
COLUMNS = OpenApiParameter("columns", str, many=True, description="The columns that make up the address, in order.")
ALSO = OpenApiParameter("also", str, many=True, description="A column with a further address, answered on its own.")
SEVERAL = OpenApiParameter(
    "several", str, enum=["first", "rows"], description="rows: a row for each address that a text says, with its role."
)
LAT_COLUMN = OpenApiParameter("lat", str, description="The column of latitudes.")
LON_COLUMN = OpenApiParameter("lon", str, description="The column of longitudes.")
RESULTS = OpenApiParameter("results", str, many=True, description="What to append; everything when absent.")
ENCODING = OpenApiParameter("encoding", str, description="Of a CSV file in and out; recognised when absent.")


class FileParser(BaseParser):
    """Takes the body as a form would bring it: as the file ``data``."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> "DataAndFiles[Any, Any]":
        """Return the body as a file. Raises TooLarge."""
        most = (parser_context or {})["view"].max_bytes
        files = MultiValueDict({"data": [ContentFile(_bounded(stream, most), name="data")]})
        return DataAndFiles(QueryDict(""), files)


def _bounded(stream: Any, most: int) -> bytes:
    data: bytes = stream.read(most + 1)
    if len(data) > most:
        raise TooLarge(
            "file_too_large",
            Sentence("The file may have at most {most} MiB; split it, or ask for a job.", most=most // 2**20),
        )
    return data


class ByBody(OnlyJSON):
    """Takes a form as a form, and any other body as the file itself (clients name CSV in many ways)."""

    def select_parser(self, request: Any, parsers: Any) -> BaseParser:
        """Return the parser of the body's type."""
        return MultiPartParser() if "multipart" in (request.content_type or "") else FileParser()


class FileView(GeocodeView):
    """A door that takes a file: as the body, or as the form field ``data``."""

    parser_classes = [FileParser, MultiPartParser]
    permissions_by_method: ClassVar = {"POST": Permission.EXPORT}
    content_negotiation_class = ByBody
    max_bytes: ClassVar[int] = MAX_BYTES
    work: str = ""

    @property
    def parameters(self) -> tuple[OpenApiParameter, ...]:  # type: ignore[override]
        """The parameters that this work knows."""
        own = (COLUMNS, ALSO, SEVERAL) if self.work.startswith("search") else (LAT_COLUMN, LON_COLUMN, CRS)
        return (*own, RESULTS, AT, *((ENCODING,) if format_of(self.work).has_encodings else ()))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask whether the user may export wherever he reads: the answers are of all that he sees."""
        super().initial(request, *args, **kwargs)
        demand_export(request.user)

    def file(self, request: Request) -> bytes:
        """Return the file. Raises Invalid ``file_missing`` or TooLarge."""
        upload = request.FILES.get("data")
        if upload is None:
            raise Invalid("file_missing", "Send the file as the body, or as the form field `data`.")
        return _bounded(upload, self.max_bytes)

    def asked(self, request: Request) -> Asked:
        """Return what the query string, or the form, asks. Raises Invalid."""
        query, form = request.query_params, cast(QueryDict, request.data)
        crs = str(query.get("crs") or form.get("crs") or "wgs84")
        several = str(query.get("several") or form.get("several") or "first")
        [wanted] = nominatim.known("several", several, ("first", "rows"))[:1]
        return Asked(
            columns=(*query.getlist("columns"), *form.getlist("columns")),
            also=(*query.getlist("also"), *form.getlist("also")),
            results=(*query.getlist("results"), *form.getlist("results")),
            encoding=str(query.get("encoding") or form.get("encoding") or ""),
            lat=str(query.get("lat") or form.get("lat") or ""),
            lon=str(query.get("lon") or form.get("lon") or ""),
            crs=parse_crs(crs).name,
            at=moment(query),
            each_address=wanted == "rows",
        )


class GeocodedFileView(FileView):
    """Answers with the result, streamed."""

    @extend_schema(
        request=BODIES,
        responses={(200, media_type): said for media_type, said in BODIES.items()},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Geocode each row."""
        work = WORKS[self.work](request.user, self.file(request), self.asked(request))
        response = StreamingHttpResponse(iter(work), content_type=work.media_type)
        response["Content-Disposition"] = f'attachment; filename="{work.file_name}"'
        return response


class FileJobView(FileView):
    """Keeps the file and has a worker go through it: for what takes minutes, and must outlive a crash."""

    max_bytes = MAX_JOB_BYTES

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=BODIES,
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Start a job; ask for it at the address in ``Location``."""
        data, asked = self.file(request), self.asked(request)
        # Opened here once, so that what is wrong with the file is said at once.
        WORKS[self.work](request.user, data, asked)
        user: Any = request.user

        def act() -> dict[str, Any]:
            job = start_job(user=user, kind=kind_name(self.work), arguments=asked.to_json(), source=[data])
            return dict(JobSerializer(job).data)

        same = repr(asked).encode() + hashlib.sha256(data).digest()
        answer, headers = acted_once(request, f"geocode/{self.work}/jobs", act, body=same)
        headers["Location"] = f"/api/jobs/{answer['id']}/"
        return Response(answer, status=status.HTTP_202_ACCEPTED, headers=headers)
