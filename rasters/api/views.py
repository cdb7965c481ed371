"""``/rasters/``: what there is, values at a place, statistics, legends."""

from typing import Any

import numpy as np
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs, to_wgs84
from gisserver.common.web.params import AT, CRS, LAT, LON, moment, number
from gisserver.common.web.views import ByFormatMember, DoorView
from layers.models import RasterLayer
from rasters import asked, legends, painting, pixels, selectors
from rasters.api import serializers

BIDX = OpenApiParameter("bidx", str, description="The band to draw, from 1; three for red, green and blue.")
EXPRESSION = OpenApiParameter("expression", str, description="Band arithmetic such as (b2-b1)/(b2+b1).")
RESCALE = OpenApiParameter("rescale", str, description="low,high: the values at the ends of the colours.")
COLORMAP = OpenApiParameter("colormap", str, description="The name of a ramp, or JSON of values with #rrggbb[aa].")
RESAMPLING = OpenApiParameter("resampling", str, enum=list(asked.RESAMPLINGS), description="How pixels are resampled.")
HILLSHADE = OpenApiParameter("hillshade", str, enum=["0", "1"], description="1: heights as a relief lit from one side.")
# What chooses a picture; its coordinates are no matter of a legend.
PICTURE = (BIDX, EXPRESSION, RESCALE, COLORMAP, RESAMPLING, HILLSHADE)
LEGEND_FORMAT = OpenApiParameter("format", str, enum=["json", "png", "svg"], description="json unless given.")


class RasterListView(DoorView):
    """All rasters."""

    @extend_schema(operation_id="rasters_list", responses=serializers.RasterListSerializer)
    def get(self, request: Request) -> Response:
        """List the rasters that can be drawn, by id."""
        return Response(serializers.RasterListSerializer({"rasters": selectors.rasters(request.user)}).data)


class RasterDoor(DoorView):
    """A door of one raster, at a moment."""

    def raster(self, request: Request, layer: str) -> RasterLayer:
        """Return the version asked for."""
        return selectors.raster(layer, request.user, moment(request.query_params))


class RasterView(RasterDoor):
    """One raster."""

    parameters = (AT,)

    @extend_schema(operation_id="rasters_read", responses=serializers.RasterDetailSerializer)
    def get(self, request: Request, layer: str) -> Response:
        """Return a raster with its bands and versions."""
        raster = self.raster(request, layer)
        context = {"versions": selectors.versions(layer, request.user)}
        return Response(serializers.RasterDetailSerializer(raster, context=context).data)


class PointView(RasterDoor):
    """The values at a place."""

    parameters = (LON, LAT, CRS, AT)

    @extend_schema(operation_id="rasters_point", responses=serializers.RasterPointSerializer)
    def get(self, request: Request, layer: str) -> Response:
        """Return the value of each band in the pixel at a place; null where there is none."""
        query = request.query_params
        raster = self.raster(request, layer)
        place = np.array([[number(query, "lon"), number(query, "lat")]])
        lon, lat = to_wgs84(place, parse_crs(query.get("crs") or "wgs84"))[0]
        values = [
            {"band": position, "description": band["description"], "unit": band["unit"], "value": value}
            for position, (band, value) in enumerate(
                zip(raster.bands, pixels.values_at(raster, (float(lon), float(lat))), strict=True), start=1
            )
        ]
        return Response(serializers.RasterPointSerializer({"version": raster.pk, "values_": values}).data)


class StatisticsView(RasterDoor):
    """The statistics of all pixels."""

    parameters = (AT,)

    @extend_schema(operation_id="rasters_statistics", responses=serializers.RasterStatisticsSerializer)
    def get(self, request: Request, layer: str) -> Response:
        """Return the statistics of each band."""
        return Response(serializers.RasterStatisticsSerializer(self.raster(request, layer)).data)


class LegendView(RasterDoor):
    """What colours mean."""

    parameters = (*PICTURE, LEGEND_FORMAT, AT)
    content_negotiation_class = ByFormatMember

    @extend_schema(
        operation_id="rasters_legend",
        responses={
            200: serializers.RasterLegendSerializer,
            (200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "image/svg+xml"): OpenApiResponse(OpenApiTypes.STR),
        },
    )
    def get(self, request: Request, layer: str) -> Response | HttpResponse:
        """Return the legend of the picture that the same parameters draw: JSON, PNG or SVG."""
        query = request.query_params
        format = query.get("format", "json")
        if format not in ("json", "png", "svg"):
            raise Invalid("bad_format", "A legend is json, png or svg.", parameter="format")
        raster = self.raster(request, layer)
        rendering = asked.rendering(raster, query)
        found = legends.entries(rendering, raster.bands[rendering.bands[0] - 1])
        if format == "png":
            return HttpResponse(legends.png(found), content_type="image/png")
        if format == "svg":
            return HttpResponse(legends.svg(raster.title, found), content_type="image/svg+xml")
        return Response(serializers.RasterLegendSerializer({"title": raster.title, "entries": _shown(found)}).data)


def _shown(found: list[legends.Entry]) -> list[dict[str, Any]]:
    return [{"value": each.value, "colour": painting.css(each.colour), "name": each.label} for each in found]
