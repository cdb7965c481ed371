"""The door that says who drew a border."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import AT, CRS, LAT, LON, moment, number
from gisserver.common.web.views import DoorView, Validity
from grids.api.serializers import RedrawOfVersionSerializer
from grids.redraws.history import blame

DEFAULT_WITHIN_M, MOST_M = 50.0, 1000.0
WITHIN_M = OpenApiParameter("within_m", float, description="How far away it may be, 50 by default, 1000 at most.")


class SideSerializer(serializers.Serializer[Any]):
    """A grid beside a border, or one that it was drawn through, as it was then."""

    id = serializers.IntegerField(source="grid_id")
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    version = serializers.IntegerField(source="pk")
    valid = Validity()


class EdgeCommandSerializer(serializers.Serializer[Any]):
    """The command of a redraw that drew a border."""

    number = serializers.IntegerField()
    verb = serializers.CharField()
    author = serializers.CharField()


class EdgeSerializer(serializers.Serializer[Any]):
    """A border: its two grids (right is null at the community's own border), how it runs, since when, by whom.

    ``since`` is when the line began to run here, ``sides_since`` when these two grids began to meet here.
    """

    left = SideSerializer()
    right = SideSerializer(allow_null=True)
    frame = serializers.BooleanField()
    distance_m = serializers.FloatField()
    point = serializers.DictField()
    geometry = serializers.DictField()
    since = serializers.DateTimeField()
    sides_since = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    redraw = RedrawOfVersionSerializer(allow_null=True)
    command = EdgeCommandSerializer(allow_null=True)
    before = SideSerializer(many=True)
    at = serializers.DateTimeField()


class EdgeView(DoorView):
    """The border nearest to a place."""

    parameters = (LON, LAT, CRS, AT, WITHIN_M)

    @extend_schema(
        operation_id="grids_edge",
        responses=EdgeSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return the nearest border, the grids on its two sides, and who drew it, when and why."""
        query = request.query_params
        within_m = number(query, "within_m") if "within_m" in query else DEFAULT_WITHIN_M
        if not 0 < within_m <= MOST_M:
            raise Invalid(
                "bad_within_m", Sentence("within_m must be more than 0 and at most {most_m:.0f}.", most_m=MOST_M)
            )
        answer = blame.border_at(
            user=request.user,
            x=number(query, "lon"),
            y=number(query, "lat"),
            crs=query.get("crs", "wgs84"),
            at=moment(query),
            within_m=within_m,
        )
        return Response(EdgeSerializer(answer).data)
