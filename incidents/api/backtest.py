"""The door of a redraw tried on the past; it stands beside the preview of the redraw."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.db.snapshot import one_look
from gisserver.common.web.views import DoorView
from grids.redraws import selectors
from incidents.learning import backtest
from incidents.learning.query import span

SINCE = OpenApiParameter("since", OpenApiTypes.DATETIME, description="Occurred then or later; a year before until.")
UNTIL = OpenApiParameter("until", OpenApiTypes.DATETIME, description="Occurred before then; now when absent.")


class TriedLoadSerializer(serializers.Serializer[Any]):
    """What a grid would have had: `incidents.learning.trial.Load`."""

    incidents = serializers.IntegerField()
    per_week = serializers.FloatField()
    busiest_weekday = serializers.IntegerField(allow_null=True, help_text="1 Monday … 7 Sunday")
    busiest_hour = serializers.IntegerField(allow_null=True, help_text="Local time.")
    busiest = serializers.IntegerField(help_text="How many came in this hour of the week, over the span.")
    way_m = serializers.FloatField(allow_null=True, help_text="Mean straight way from the middle of its incidents.")
    way_p90_m = serializers.FloatField(allow_null=True, help_text="What nine of ten ways do not exceed.")


class TriedGridSerializer(serializers.Serializer[Any]):
    """A grid before and after; null where it is not there."""

    code = serializers.CharField()
    before = TriedLoadSerializer(allow_null=True)
    after = TriedLoadSerializer(allow_null=True)


class TriedSideSerializer(serializers.Serializer[Any]):
    """All grids of one side in short."""

    mean = serializers.FloatField()
    variation = serializers.FloatField(allow_null=True, help_text="Standard deviation over mean.")
    worst = serializers.CharField(allow_null=True, help_text="The grid with the most incidents.")
    worst_above_mean = serializers.FloatField(allow_null=True)
    farthest = serializers.CharField(allow_null=True, help_text="The grid with the longest ways.")
    busiest = serializers.IntegerField()


class BacktestSerializer(serializers.Serializer[Any]):
    """A redraw tried on the past."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    incidents = serializers.IntegerField()
    grids = TriedGridSerializer(many=True)
    before = TriedSideSerializer()
    after = TriedSideSerializer()


class BacktestView(DoorView):
    """A redraw tried on the past."""

    parameters = (SINCE, UNTIL)

    @extend_schema(operation_id="redraw_backtest", responses=BacktestSerializer)
    def get(self, request: Request, redraw_id: int) -> Response:
        """Say what the grids of the redraw would have had of the incidents of a span, beside what they had."""
        since, until = span(request.query_params)
        with one_look():
            redraw = selectors.redraw_by_id(user=request.user, redraw_id=redraw_id)
            found = backtest.tried(request.user, redraw, since, until)
        return Response({"since": since, "until": until, **backtest.as_answer(found)})
