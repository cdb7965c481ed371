"""The doors of incidents."""

from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.web.bodies import checked
from gisserver.common.web.features import GEOJSON, FeatureDoor, FeatureListView, described
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, acted_once, answered_once
from gisserver.common.web.params import AT, FORMAT, GRID, PAGING, PLACE, moment
from gisserver.common.web.views import DoorView, ListView
from incidents import reported, selectors, services, taxonomy
from incidents.api import bulk
from incidents.api.answers import answers_to
from incidents.api.parsers import FeatureParser, LinesParser, TableParser, WorkbookParser
from incidents.api.serializers import (
    IncidentDetailFeatureSerializer,
    IncidentDetailSerializer,
    IncidentFeatureSerializer,
    IncidentSerializer,
    IncidentTypeSerializer,
    ReportAnswerSerializer,
    ReportFeatureSerializer,
    ReportSerializer,
)
from incidents.models import IncidentStatus, Stream

Answer = dict[str, Any]
# The name under which the keys of single reports are kept.
REPORTS = "incidents"
STATUS = OpenApiParameter("status", str, description="open, or one status.", enum=["open", *IncidentStatus.values])
TYPE = OpenApiParameter("type", str, description="The code of an incident type.")
UNASSIGNED = OpenApiParameter("unassigned", bool, description="Only those that no grid was responsible for.")
STREAM = OpenApiParameter("stream", str, enum=Stream.values, description="Only types of this stream.")
SINCE = OpenApiParameter("since", OpenApiTypes.DATETIME, description="Occurred then or later.")
UNTIL = OpenApiParameter("until", OpenApiTypes.DATETIME, description="Occurred before then.")


class IncidentListView(FeatureListView):
    """Incidents: read them, report one."""

    parameters = (AT, *PLACE, GRID, STATUS, TYPE, UNASSIGNED, SINCE, UNTIL, FORMAT, *PAGING)
    parser_classes = (JSONParser, FeatureParser)
    plain, feature = IncidentSerializer, IncidentFeatureSerializer
    bbox_filter_field, distance_filter_field = "location_3857", "location"
    ordering = ("-occurred_at", "-id")
    permissions_by_method = {"POST": Permission.REPORT_INCIDENTS}

    @extend_schema(
        operation_id="incidents_list",
        responses=described(IncidentSerializer(many=True), IncidentFeatureSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        """List the incidents that the user may see, latest first; with ``at`` those received by then, as they stood."""
        query = request.query_params
        at = moment(query)
        rows = selectors.incidents_to_show(request.user, at)
        if grid := query.get("grid"):
            rows = selectors.in_grid(rows, grid, at)
        if wanted := query.get("status"):
            rows = selectors.with_status(rows, wanted)
        if kind := query.get("type"):
            rows = rows.filter(type_id=selectors.incident_type(kind))
        if query.get("unassigned") in {"true", "1"}:
            rows = selectors.unassigned(rows, at)
        bounds = {"occurred_at__gte": moment(query, "since"), "occurred_at__lt": moment(query, "until")}
        rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
        return self.answer_page(request, rows)

    def complete(self, request: Request, rows: list[Any]) -> None:
        """Say who serves the grids."""
        selectors.add_main_officers(rows, moment(request.query_params))

    @extend_schema(
        operation_id="incidents_report",
        parameters=[IDEMPOTENCY_KEY],
        request={JSONParser.media_type: ReportSerializer, GEOJSON: ReportFeatureSerializer},
        responses={201: ReportAnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Record an incident and answer with its one grid; a retry gets the first answer.

        A retry is known by its key, or by its ``source`` and ``external_id``. Of a place that the reporter may not see
        ``assignment`` is null.
        """
        report = checked(request, ReportSerializer)

        def act() -> Answer:
            [recorded] = services.record_reports([reported.as_reported(user=request.user, **report.validated_data)])
            services.refuse_another(recorded)
            [answer] = answers_to([(request.user, recorded.id)], [recorded])
            return answer

        response = answered_once(request, REPORTS, act)
        response["Location"] = f"/api/incidents/{response.data['id']}/"
        return response


class IncidentBulkView(DoorView):
    """Many reports at once: NDJSON, CSV or a workbook in, a line of result for each."""

    parser_classes = (LinesParser, TableParser, WorkbookParser)
    permissions_by_method = {"POST": Permission.REPORT_INCIDENTS}

    @extend_schema(
        operation_id="incidents_bulk",
        parameters=[IDEMPOTENCY_KEY],
        request={
            "application/x-ndjson": OpenApiTypes.STR,
            "text/csv": OpenApiTypes.STR,
            WorkbookParser.media_type: bytes,
        },
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> HttpResponse:
        """Record every good report; each line of the answer has the line's number and its id or its problem."""
        request._request.body  # noqa: B018 -- read before DRF streams it
        lines: Any = request.data
        answer, headers = acted_once(
            request,
            "incidents/bulk",
            lambda: {"results": bulk.record(lines, user=request.user)},
            as_read=lambda made: made,
        )
        text = b"".join(orjson.dumps(line) + b"\n" for line in answer["results"])
        return HttpResponse(text, content_type=LinesParser.media_type, headers=headers)


class IncidentDetailView(FeatureDoor):
    """One incident."""

    parameters = (AT, FORMAT)
    plain, feature = IncidentDetailSerializer, IncidentDetailFeatureSerializer

    @extend_schema(
        operation_id="incidents_read", responses=described(IncidentDetailSerializer, IncidentDetailFeatureSerializer)
    )
    def get(self, request: Request, incident_id: int) -> Response:
        """Return an incident, as of ``at`` or now, with every receipt of its assignment, latest (or planned) first."""
        at = moment(request.query_params)
        row = selectors.incident_detail(user=request.user, incident_id=incident_id, at=at)
        return Response(self.serializer_for(request)(row).data)


class IncidentTypeListView(ListView):
    """The taxonomy."""

    parameters = (AT, STREAM, *PAGING)
    ordering = ("code",)

    @extend_schema(operation_id="incident_types_list", responses=IncidentTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the incident types in use at the moment, of one stream or all."""
        query = request.query_params
        return self.page(request, taxonomy.types_at(moment(query), query.get("stream", "")), IncidentTypeSerializer)
