"""The door of what a raster says of a redraw; it stands beside the preview of the redraw."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.web.params import moment, whole
from gisserver.common.web.views import DoorView
from grids.redraws import selectors
from grids.redraws.impact.raster_values import raster_values
from rasters.api.zonal import BAND, RASTER_AT, STATS
from rasters.selectors import raster
from rasters.zonal.asked import statistics_named

RASTER = OpenApiParameter("raster", str, required=True, description="The id of the raster.")


class GridRasterSerializer(serializers.Serializer[Any]):
    """The statistics of a grid before and after, by name; null where it is not there."""

    code = serializers.CharField()
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class RedrawRasterSerializer(serializers.Serializer[Any]):
    """What a raster says of the changed grids."""

    version = serializers.IntegerField()
    grids = GridRasterSerializer(many=True)


class RedrawRasterView(DoorView):
    """What a raster says of a redraw."""

    parameters = (RASTER, BAND, STATS, RASTER_AT)

    @extend_schema(operation_id="redraw_raster", responses=RedrawRasterSerializer)
    def get(self, request: Request, redraw_id: int) -> Response:
        """Return the statistics of a raster in each changed grid, before the redraw and after."""
        query = request.query_params
        redraw = selectors.redraw_by_id(user=request.user, redraw_id=redraw_id)
        found = raster(query.get("raster", ""), request.user, moment(query, "raster_at"))
        band = whole(query.get("band") or "1", "band", least=1, most=len(found.bands))
        rows = raster_values(redraw, found, band, statistics_named(query))
        return Response(RedrawRasterSerializer({"version": found.pk, "grids": rows}).data)
