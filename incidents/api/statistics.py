"""The doors of learning: statistics of the incidents of a span, as JSON or CSV, at once or as a job."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.export import demand_export
from gisserver.common.db.snapshot import one_look
from gisserver.common.jobs.api.serializers import JobSerializer
from gisserver.common.jobs.services import start_job
from gisserver.common.web.params import AT
from gisserver.common.web.views import ByFormatMember, DoorView
from incidents.learning.asked import GROUPS
from incidents.learning.jobs import KIND
from incidents.learning.measures.series import BUCKETS, GRIDS
from incidents.learning.query import COMPARE, MOST_WEEKS, VALUES, answered, as_csv, asked_by, known_measure, one_of

PARAMETERS = (
    OpenApiParameter("since", OpenApiTypes.DATETIME, description="Occurred then or later; a year before until."),
    OpenApiParameter("until", OpenApiTypes.DATETIME, description="Occurred before then; now when absent."),
    OpenApiParameter("area", str, description="The code of a division: only what lies in it."),
    OpenApiParameter("by", str, enum=list(GROUPS), description="What is counted together: grid when absent."),
    AT,
    OpenApiParameter("format", str, enum=["json", "csv"], description="json when absent."),
    OpenApiParameter("compare", str, enum=list(COMPARE), description="counts: beside the span before, or a year ago."),
    OpenApiParameter("of", str, enum=list(VALUES), description="hot-spots: of counts, or of rates per household."),
    OpenApiParameter("bandwidth_m", float, description="density: how far an incident reaches, 20 to 5,000; 300."),
    OpenApiParameter("bucket", str, enum=list(BUCKETS), description="series: of local time; month when absent."),
    OpenApiParameter(
        "grids", str, enum=list(GRIDS), description="series: on those of `at`, or as it was counted then."
    ),
    OpenApiParameter("within", str, description="response: hours, as 24,72,168."),
    OpenApiParameter("within_m", float, description="repeats: how near two reports of one place lie, 0 to 200; 15."),
    OpenApiParameter("weeks", int, description=f"forecast: of how many weeks, at most {MOST_WEEKS}; 4."),
)


class StatisticsSerializer(serializers.Serializer[Any]):
    """What is true of all rows, and the rows; their members are those of the measure."""

    measure = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    grids_at = serializers.DateTimeField(allow_null=True, help_text="Null: the grids of now.")
    by = serializers.ChoiceField(choices=GROUPS)
    about = serializers.DictField()
    results = serializers.ListField(child=serializers.DictField())


class StatisticsView(DoorView):
    """Statistics of incidents."""

    parameters = PARAMETERS
    content_negotiation_class = ByFormatMember

    @extend_schema(
        operation_id="incidents_statistics",
        responses={200: StatisticsSerializer, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, measure: str) -> HttpResponse | StreamingHttpResponse | Response:
        """Answer a measure for the incidents of a span in the user's areas, counted on the grids of ``at``."""
        query = request.query_params
        as_file = one_of(query, "format", ("json", "csv")) == "csv"
        if as_file:
            demand_export(request.user)
        asked = asked_by(request.user, query)
        with one_look():
            answer = answered(measure, asked)
        if as_file:
            response = StreamingHttpResponse(as_csv(answer), content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{measure}.csv"'
            return response
        told = {"measure": measure, "since": asked.since, "until": asked.until, "grids_at": asked.at, "by": asked.by}
        return Response({**told, "about": answer.about, "results": answer.rows})


class StatisticsJobView(DoorView):
    """Statistics of many years, or of a whole city, made by a worker."""

    parameters = tuple(each for each in PARAMETERS if each.name != "format")

    @extend_schema(operation_id="incidents_statistics_job", request=None, responses={202: JobSerializer})
    def post(self, request: Request, measure: str) -> Response:
        """Have a worker answer the same as CSV; ask for the job at the address in ``Location``."""
        demand_export(request.user)
        asked_by(request.user, request.query_params)
        assert isinstance(request.user, AbstractBaseUser)  # noqa: S101 -- who may export is somebody
        arguments = {"measure": known_measure(measure), "query": request.query_params.dict()}
        job = start_job(user=request.user, kind=KIND, arguments=arguments, source=[])
        answer = JobSerializer(job).data
        return Response(answer, status.HTTP_202_ACCEPTED, headers={"Location": f"/api/jobs/{job.pk}/"})
