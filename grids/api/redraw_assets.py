"""The frame of a redraw and the assets in it: what a map needs to count along while somebody draws."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grids.api.conditions import RedrawDoor
from grids.redraws import selectors
from grids.redraws.impact.extent import extent_of


class ThingSerializer(serializers.Serializer[Any]):
    """An asset: a building or an open incident."""

    at = serializers.ListField(child=serializers.FloatField(), help_text="Longitude and latitude, WGS84.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="What it counts for, by name.")


class RedrawAssetsSerializer(serializers.Serializer[Any]):
    """The frame of a redraw and the assets in it."""

    frame = serializers.JSONField(help_text="The communities' area as GeoJSON.")
    things = ThingSerializer(many=True)


class RedrawAssetsView(RedrawDoor):
    """What a map counts while a redraw is drawn."""

    @extend_schema(operation_id="redraw_ground", responses=RedrawAssetsSerializer)
    def get(self, request: Request, redraw_id: int) -> Response:
        """Return the frame of its communities, and the buildings and open incidents there with their counts, as now."""
        redraw = selectors.redraw_by_id(user=request.user, redraw_id=redraw_id)
        return Response(extent_of(redraw))
