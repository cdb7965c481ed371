"""The doors of incidents."""

from typing import Any

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.idempotency import once
from gisserver.common.access.roles import Permission
from gisserver.common.bbox import parse_bbox
from gisserver.common.geography import in_box
from gisserver.common.params import moment
from gisserver.common.rest import DoorView, ListView
from incidents import selectors, services
from incidents.api.serializers import (
    IncidentDetailSerializer,
    IncidentSerializer,
    IncidentTypeSerializer,
    ReceiptSerializer,
    ReportAnswerSerializer,
    ReportSerializer,
)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A retry with the same key gets the first answer.",
)


class IncidentListView(ListView):
    """Incidents: read them, report one."""

    parameters = ("bbox", "grid", "status", "type", "unassigned", "since", "until", "limit", "cursor")
    ordering = ("-occurred_at", "-id")
    permissions_by_method = {"POST": Permission.REPORT_INCIDENTS}

    @extend_schema(
        operation_id="incidents_list",
        parameters=[
            *(OpenApiParameter(name, str) for name in ("bbox", "grid", "status", "type", "unassigned", "cursor")),
            *(OpenApiParameter(name, OpenApiTypes.DATETIME) for name in ("since", "until")),
            OpenApiParameter("limit", int),
        ],
        responses=IncidentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the incidents that the user may see, latest first."""
        query = request.query_params
        rows = selectors.incidents_to_show(request.user)
        if bbox := query.get("bbox"):
            rows = in_box(rows, parse_bbox(bbox), "location")
        if grid := query.get("grid"):
            rows = selectors.in_grid(rows, grid)
        if wanted := query.get("status"):
            rows = selectors.with_status(rows, wanted)
        if kind := query.get("type"):
            rows = rows.filter(type=selectors.incident_type(kind))
        if query.get("unassigned") in {"true", "1"}:
            rows = selectors.unassigned(rows)
        bounds = {"occurred_at__gte": moment(query, "since"), "occurred_at__lt": moment(query, "until")}
        rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
        return self.page(request, rows, IncidentSerializer)

    @extend_schema(
        operation_id="incidents_report",
        parameters=[IDEMPOTENCY_KEY],
        request=ReportSerializer,
        responses={201: ReportAnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Record an incident and answer with its one grid; a retry with the same key gets the first answer."""
        body = request._request.body
        report = ReportSerializer(data=request.data)
        report.is_valid(raise_exception=True)

        def act() -> dict[str, Any]:
            incident_id = services.report_incident(**report.validated_data)
            receipt = selectors.receipts_of(incident_id)[0]
            answer = {"id": incident_id, "assignment": ReceiptSerializer(receipt).data}
            as_replayed: dict[str, Any] = orjson.loads(JSONRenderer().render(answer))
            return as_replayed

        answer, replayed = once(
            user=request.user,
            door="incidents",
            key=request.headers.get("Idempotency-Key", ""),
            body=body,
            act=act,
        )
        headers = {"Idempotent-Replayed": "true"} if replayed else {"Location": f"/api/incidents/{answer['id']}/"}
        return Response(answer, status=status.HTTP_201_CREATED, headers=headers)


class IncidentDetailView(DoorView):
    """One incident."""

    @extend_schema(operation_id="incidents_read", responses=IncidentDetailSerializer)
    def get(self, request: Request, incident_id: int) -> Response:
        """Return an incident with every receipt of its assignment, latest first."""
        row = selectors.incident_detail(user=request.user, incident_id=incident_id)
        return Response(IncidentDetailSerializer(row).data)


class IncidentTypeListView(ListView):
    """The taxonomy."""

    parameters = ("limit", "cursor")
    ordering = ("code",)

    @extend_schema(operation_id="incident_types_list", responses=IncidentTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the incident types in use."""
        return self.page(request, selectors.incident_types(), IncidentTypeSerializer)
