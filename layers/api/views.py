"""``/api/layers/``: upload, list, withdraw."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid, TooLarge
from gisserver.common.jobs.api.serializers import JobSerializer
from gisserver.common.jobs.services import start_job
from gisserver.common.languages import spoken
from gisserver.common.reading.process.sandbox import turn
from gisserver.common.sentences import Sentence
from gisserver.common.web.addresses import site
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, acted_once
from gisserver.common.web.views import DoorView
from gisserver.common.workspace import workspace
from layers import selectors
from layers.api.serializers import (
    FeatureVersionsSerializer,
    LayerPreviewSerializer,
    LayerSerializer,
    LayersSerializer,
    ReadingSerializer,
    UploadSerializer,
)
from layers.jobs import KIND, Asked, told
from layers.previewing import preview_file
from layers.publishing import publish_file
from layers.services import reading_room, withdraw

MAX_UPLOAD_BYTES = 2 * 1024**3
_SUFFIXES = {
    ".gpkg",
    ".fgb",
    ".geojson",
    ".json",
    ".topojson",
    ".zip",
    ".csv",
    ".tsv",
    ".tif",
    ".tiff",
    ".kml",
    ".gml",
    ".gz",
    ".xlsx",
    ".gpx",
}


class LayerListView(DoorView):
    """All uploads, and the door to add one."""

    permissions_by_method = {"POST": Permission.UPLOAD_LAYERS}
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(operation_id="layers_list", responses=LayersSerializer)
    def get(self, request: Request) -> Response:
        """List the current uploads by id."""
        layers = sorted([*selectors.uploads(), *selectors.rasters(request.user)], key=lambda layer: layer.slug)
        return Response(LayersSerializer({"layers": layers}).data)

    @extend_schema(
        operation_id="layers_publish",
        request={"multipart/form-data": UploadSerializer},
        responses={201: LayerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Publish a file: 201 with the layer and notes about the file, 200 when it was published already."""
        _check_size(request)
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        options = form.options()
        with _received(form.validated_data["file"]) as (path, name):
            options["title"] = options["title"] or name.split(".")[0][:200]
            done = publish_file(path, owner=request.user, source_name=name[-255:], **options)
        address = site(request._request) + done.address
        body = {**LayerSerializer(done.layer).data, "collection": address, **told(done)}
        return Response(body, status=201 if done.changed else 200, headers={"Location": address})


class LayerDetailView(DoorView):
    """One upload."""

    # The owner may withdraw their own; who that is only the service knows.
    permissions_by_method = {"DELETE": Permission.READ}

    @extend_schema(operation_id="layers_withdraw", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Withdraw a layer; its data stay in the database."""
        withdraw(slug=slug, user=request.user)
        return Response(status=204)

    @extend_schema(operation_id="layers_read", responses=LayerSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return one upload."""
        return Response(LayerSerializer(selectors.upload(slug, request.user)).data)


class FeatureVersionsView(DoorView):
    """What one feature of an upload has been."""

    @extend_schema(operation_id="layers_feature_versions", responses=FeatureVersionsSerializer)
    def get(self, request: Request, slug: str, fid: int) -> Response:
        """Say when the feature was edited and by whom, the newest version first; at most a thousand."""
        return Response(
            FeatureVersionsSerializer({"versions": selectors.feature_versions(slug, fid, request.user)}).data
        )


class LayerJobsView(DoorView):
    """A file that a worker publishes."""

    permissions_by_method = {"POST": Permission.UPLOAD_LAYERS}
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(
        operation_id="layers_publish_job",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": UploadSerializer},
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep a file and have a worker publish it; its result says what the answer of an upload does."""
        _check_size(request)
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        name, suffix = _named(file)
        options = form.options()
        asked = Asked(
            **options
            | {
                "crs": options["crs"] and options["crs"].name,
                "title": options["title"] or name.split(".")[0][:200],
                "file_name": name[-255:],
                "suffix": suffix,
                "language": get_language() or "zh-hans",
            }
        )

        def act() -> dict[str, Any]:
            user: Any = request.user
            job = start_job(user=user, kind=KIND, arguments=asdict(asked), source=file.chunks())
            return dict(JobSerializer(job).data)

        same = repr((user_id(request), asked, file.size)).encode()
        answer, headers = acted_once(request, "layers/jobs", act, body=same)
        headers["Location"] = f"/api/jobs/{answer['id']}/"
        return Response(answer, status=202, headers=headers)


class LayerPreviewView(DoorView):
    """A file looked at before it is published."""

    permissions_by_method = {"POST": Permission.UPLOAD_LAYERS}
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(
        operation_id="layers_preview",
        request={"multipart/form-data": ReadingSerializer},
        responses=LayerPreviewSerializer,
    )
    def post(self, request: Request) -> Response:
        """Tell what a file would become: types and why, first rows, bad rows, and where it lies by each CRS."""
        _check_size(request)
        form = ReadingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        options = form.reading()
        with _received(form.validated_data["file"]) as (path, _):
            found = preview_file(path, user=request.user, **options)
        return Response(LayerPreviewSerializer(spoken(found)).data)


def _check_size(request: Request) -> None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_UPLOAD_BYTES:
        raise TooLarge(
            "too_large",
            Sentence("An upload may have at most {max_upload_bytes} MB.", max_upload_bytes=MAX_UPLOAD_BYTES // 1024**2),
        )


@contextmanager
def _received(file: "UploadedFile[Any]") -> Iterator[tuple[Path, str]]:
    """Keep an uploaded file in a folder of its own that is gone afterwards; yield its path and its own name.

    Raises Unavailable ``reading_busy`` while other files are being read.
    """
    name, suffix = _named(file)
    with turn(), workspace(reading_room()) as folder:
        path = folder / f"upload{suffix}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path, name


def _named(file: "UploadedFile[Any]") -> tuple[str, str]:
    """Return a file's own name, and its end, which tells how to read it. Raises Invalid ``unsupported_file``."""
    name = PurePosixPath((file.name or "").replace("\\", "/")).name
    if Path(name).suffix.lower() not in _SUFFIXES:
        raise Invalid("unsupported_file", Sentence("Send one of: {suffixes}.", suffixes=", ".join(sorted(_SUFFIXES))))
    return name, "".join(Path(name).suffixes[-2:]).lower()
