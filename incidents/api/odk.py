"""`/api/incidents/odk/`: what ODK and KoboToolbox send when a form has come in."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid
from gisserver.common.web.views import DoorView
from incidents import reported, services
from incidents.api.answers import answers_to
from incidents.api.serializers import ReportAnswerSerializer, ReportSerializer
from incidents.odk import TEXTS, as_report

_QUESTION = "The question (group/question) that holds it."


class OdkView(DoorView):
    """Submissions of ODK and KoboToolbox."""

    parameters = (
        *(OpenApiParameter(name, str, description=_QUESTION) for name in (*TEXTS, "occurred_at", "place")),
        OpenApiParameter("type_code", str, description="The code of the type, where no question holds it."),
        OpenApiParameter("source", str, description="The name of the source; the form's own when absent."),
    )
    permissions_by_method = {"POST": Permission.REPORT_INCIDENTS}

    @extend_schema(operation_id="incidents_odk", request=OpenApiTypes.OBJECT, responses={201: ReportAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Record a submission as a report; the same one again gets the first answer, for it has an id of its own."""
        submission: Any = request.data
        if not isinstance(submission, dict):
            raise Invalid("bad_submission", "The body must be one submission, a JSON object.")
        body = ReportSerializer(data=as_report(submission, request.query_params.dict()))
        body.is_valid(raise_exception=True)
        [recorded] = services.record_reports([reported.as_reported(user=request.user, **body.validated_data)])
        services.refuse_another(recorded)
        [answer] = answers_to([(request.user, recorded.id)], [recorded])
        return Response(answer, status=status.HTTP_201_CREATED)
