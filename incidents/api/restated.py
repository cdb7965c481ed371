"""Counts on one day's grids, or on one version of the taxonomy, whatever held when the incidents occurred."""

from datetime import datetime

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import AT, moment
from gisserver.common.web.views import DoorView
from incidents import taxonomy
from incidents.api.dispatch_serializers import RestatedSerializer, TypeCountSerializer
from incidents.dispatch.restated import restated

SINCE = OpenApiParameter("since", OpenApiTypes.DATETIME, required=True, description="Occurred then or later.")
UNTIL = OpenApiParameter("until", OpenApiTypes.DATETIME, required=True, description="Occurred before then.")


def _span(request: Request) -> tuple[datetime, datetime]:
    return _needed(request, "since"), _needed(request, "until")


def _needed(request: Request, name: str) -> datetime:
    value = moment(request.query_params, name)
    if value is None:
        raise Invalid(f"bad_{name}", Sentence("{name} is needed: from when to when do incidents count?", name=name))
    return value


class RestatedView(DoorView):
    """The incidents of a span on the grids of one day."""

    parameters = (SINCE, UNTIL, AT)

    @extend_schema(operation_id="incidents_restated", responses=RestatedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Count the incidents by the grids of ``at``, or of now; grids without any are left out."""
        since, until = _span(request)
        found = restated(request.user, since=since, until=until, at=moment(request.query_params))
        return Response(RestatedSerializer(found, many=True).data)


class TypeCountsView(DoorView):
    """The incidents of a span by the types of one day."""

    parameters = (SINCE, UNTIL, AT)

    @extend_schema(operation_id="incident_types_counts", responses=TypeCountSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Count the incidents that the user may see by the types in use at ``at``, or now, over all versions."""
        since, until = _span(request)
        found = taxonomy.counts_by_type(request.user, since=since, until=until, at=moment(request.query_params))
        return Response(TypeCountSerializer(found, many=True).data)
