"""`/api/incidents/{id}/attachments/`: photos and other files of an incident. No address of theirs is public."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.roles import Permission
from gisserver.common.web.bodies import KnownMembers, Text, checked
from gisserver.common.web.views import DoorView
from incidents.attachments import services
from incidents.attachments.media import ENDINGS
from incidents.attachments.models import Attachment

# Whatever a browser makes of a file, it runs nothing of it.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file of an incident; of a picture when and where (WGS84) it says that it was taken."""

    content = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = (
            "id", "name", "media_type", "size", "width", "height", "taken_at", "taken_lon", "taken_lat", "added_at",
            "hidden_at", "hidden_reason", "content", "thumbnail",
        )  # fmt: skip

    def get_content(self, row: Attachment) -> str | None:
        """Return the address of the file, null when it is hidden."""
        return None if row.hidden_at else f"/api/incidents/{row.incident_id}/attachments/{row.pk}/content/"

    def get_thumbnail(self, row: Attachment) -> str | None:
        """Return the address of a small JPEG of a picture."""
        hidden = row.hidden_at or not row.is_picture
        return None if hidden else f"/api/incidents/{row.incident_id}/attachments/{row.pk}/thumbnail/"


class AttachmentBody(serializers.Serializer[Any]):
    """A file in a form."""

    file = serializers.FileField(allow_empty_file=True)


class ReasonBody(KnownMembers):
    """Why."""

    reason = Text(max_length=200)


class AttachmentListView(DoorView):
    """The files of an incident."""

    permissions_by_method = {"POST": Permission.REPORT_INCIDENTS}
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="attachments_list", responses=AttachmentSerializer(many=True))
    def get(self, request: Request, incident_id: int) -> Response:
        """List them; of a hidden one why it is hidden."""
        incident = services.incident_of(request.user, incident_id)
        rows = Attachment.objects.filter(incident=incident).order_by("pk")
        return Response(AttachmentSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="attachments_add",
        request={"multipart/form-data": AttachmentBody},
        responses={200: AttachmentSerializer, 201: AttachmentSerializer},
    )
    def post(self, request: Request, incident_id: int) -> Response:
        """Add a file (JPEG, PNG, WebP, PDF, MP4, AMR; at most 9 MiB): 201, or 200 when the incident has it already."""
        incident = services.incident_of(request.user, incident_id)
        body = AttachmentBody(data=request.data)
        body.is_valid(raise_exception=True)
        file: Any = body.validated_data["file"]
        name = "".join(each for each in (file.name or "") if each.isprintable())[-200:]
        attachment, is_new = services.add(
            user_id=user_id(request),
            incident=incident,
            name=name,
            declared=file.content_type or "",
            content=file.chunks(),
        )
        return Response(AttachmentSerializer(attachment).data, status=201 if is_new else 200)


class AttachmentFileView(DoorView):
    """The bytes of a file, for who may see the incident at this moment."""

    part = "content"

    @extend_schema(operation_id="attachment_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, incident_id: int, attachment_id: int) -> FileResponse:
        """Send it: a picture without what the camera wrote into it, everything else as it came."""
        attachment = services.attachment_of(request.user, incident_id, attachment_id)
        path = services.file_of(attachment, self.part)
        media_type = "image/jpeg" if self.part == "thumbnail" else attachment.media_type
        return FileResponse(
            path.open("rb"),
            as_attachment=not attachment.is_picture,
            filename=f"{attachment.incident_id}-{attachment.pk}.{ENDINGS[media_type]}",
            headers={
                "Content-Type": media_type,
                "Content-Security-Policy": _POLICY,
                "X-Content-Type-Options": "nosniff",
            },
        )


class ThumbnailView(AttachmentFileView):
    """A small copy of a picture."""

    part = "thumbnail"

    @extend_schema(operation_id="attachment_thumbnail", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, incident_id: int, attachment_id: int) -> FileResponse:
        """Send it, as JPEG."""
        return super().get(request, incident_id, attachment_id)


class HideView(DoorView):
    """Hiding a file."""

    permissions_by_method = {"POST": Permission.EDIT_REGISTERS}

    @extend_schema(operation_id="attachment_hide", request=ReasonBody, responses=AttachmentSerializer)
    def post(self, request: Request, incident_id: int, attachment_id: int) -> Response:
        """Show a file to nobody any more, for a reason that stays beside it; it is never removed."""
        attachment = services.attachment_of(request.user, incident_id, attachment_id)
        reason = checked(request, ReasonBody).validated_data["reason"]
        return Response(
            AttachmentSerializer(services.hide(user=request.user, attachment=attachment, reason=reason)).data
        )
