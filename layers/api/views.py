"""``/api/layers/``: upload, list, withdraw."""

from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid, TooLarge
from gisserver.common.reading.process.sandbox import turn
from gisserver.common.sentences import Sentence
from gisserver.common.web.addresses import site
from gisserver.common.web.views import DoorView
from gisserver.common.workspace import workspace
from layers import selectors
from layers.api.serializers import FeatureVersionsSerializer, LayerSerializer, LayersSerializer, UploadSerializer
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
        layers = sorted([*selectors.uploads(), *selectors.rasters()], key=lambda layer: layer.slug)
        return Response(LayersSerializer({"layers": layers}).data)

    @extend_schema(
        operation_id="layers_publish",
        request={"multipart/form-data": UploadSerializer},
        responses={201: LayerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Publish a file: 201 with the layer and notes about the file, 200 when it was published already."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_UPLOAD_BYTES:
            raise TooLarge(
                "too_large",
                Sentence(
                    "An upload may have at most {max_upload_bytes} MB.", max_upload_bytes=MAX_UPLOAD_BYTES // 1024**2
                ),
            )
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        done = _publish(form.validated_data["file"], form.options(), request.user)
        address = site(request._request) + done.address
        body = {**LayerSerializer(done.layer).data, "collection": address, "notes": list(done.notes)}
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
        return Response(LayerSerializer(selectors.upload(slug)).data)


class FeatureVersionsView(DoorView):
    """What one feature of an upload has been."""

    @extend_schema(operation_id="layers_feature_versions", responses=FeatureVersionsSerializer)
    def get(self, request: Request, slug: str, fid: int) -> Response:
        """Say when the feature was edited and by whom, the newest version first; at most a thousand."""
        return Response(FeatureVersionsSerializer({"versions": selectors.feature_versions(slug, fid)}).data)


def _publish(file: "UploadedFile[Any]", options: dict[str, Any], user: Any) -> Any:
    """Publish an uploaded file under its own name, from a folder of its own that is gone afterwards.

    Raises Unavailable ``reading_busy`` while other files are being read.
    """
    name = PurePosixPath((file.name or "").replace("\\", "/")).name
    if Path(name).suffix.lower() not in _SUFFIXES:
        raise Invalid("unsupported_file", Sentence("Send one of: {suffixes}.", suffixes=", ".join(sorted(_SUFFIXES))))
    with turn(), workspace(reading_room()) as folder:
        path = folder / f"upload{''.join(Path(name).suffixes[-2:]).lower()}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        options["title"] = options["title"] or name.split(".")[0][:200]
        return publish_file(path, owner=user, source_name=name[-255:], **options)
