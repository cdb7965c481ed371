"""``/api/buildings/exposure/``: who and what stands where a raster has certain values, such as deep water."""

from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings import exposure
from gisserver.common.access.export import demand_export
from gisserver.common.errors import Invalid
from gisserver.common.web.params import AT, moment, number, whole
from gisserver.common.web.views import ByFormatMember, DoorView
from rasters.api.zonal import BAND, RASTER_AT
from rasters.selectors import raster

RASTER = OpenApiParameter("raster", str, required=True, description="The id of the raster.")
AT_LEAST = OpenApiParameter("at_least", float, description="Buildings whose greatest value is so much or more.")
AT_MOST = OpenApiParameter("at_most", float, description="Buildings whose value is so much or less.")
FORMAT = OpenApiParameter("format", str, enum=["json", "geojson"], description="json: sums; geojson: the buildings.")


class ExposedTotalSerializer(serializers.Serializer[Any]):
    """Sums; people of buildings with fewer than five households are left out, ``withheld`` counts those buildings."""

    buildings = serializers.IntegerField()
    units = serializers.IntegerField()
    ground_floor_units = serializers.IntegerField()
    households = serializers.IntegerField()
    residents = serializers.IntegerField()
    withheld = serializers.IntegerField()


class ExposedGridTotalSerializer(ExposedTotalSerializer):
    """The sums of one grid; buildings without a grid have the code null."""

    grid = serializers.CharField(allow_null=True)


class ExposureSerializer(serializers.Serializer[Any]):
    """What stands within the bounds, in all and by grid."""

    version = serializers.IntegerField()
    total = ExposedTotalSerializer()
    grids = ExposedGridTotalSerializer(many=True)


class ExposureView(DoorView):
    """Buildings by the values of a raster."""

    parameters = (RASTER, BAND, AT_LEAST, AT_MOST, AT, RASTER_AT, FORMAT)
    content_negotiation_class = ByFormatMember

    @extend_schema(
        operation_id="buildings_exposure",
        responses={200: ExposureSerializer, (200, "application/geo+json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response | HttpResponse:
        """Return buildings, ground-floor units, households and people where a raster's values lie within bounds."""
        query = request.query_params
        bounds = exposure.Bounds(*(number(query, name) if name in query else None for name in ("at_least", "at_most")))
        if bounds.at_least is None and bounds.at_most is None:
            raise Invalid("bad_at_least", "Name at_least, at_most, or both.", parameter="at_least")
        format = query.get("format", "json")
        if format not in ("json", "geojson"):
            raise Invalid("bad_format", "The format is json or geojson.", parameter="format")
        layer = raster(query.get("raster", ""), request.user, moment(query, "raster_at"))
        band = whole(query.get("band") or "1", "band", least=1, most=len(layer.bands))
        found = exposure.exposure(layer, band, bounds, user=request.user, at=moment(query))
        if format == "geojson":
            demand_export(request.user, rows=len(found.buildings))
            return _layer(found)
        grids = [{"grid": code or None, **asdict(total)} for code, total in sorted(found.grids.items())]
        told = {"version": layer.pk, "total": asdict(found.total), "grids": grids}
        return Response(ExposureSerializer(told).data)


def _layer(found: exposure.Exposure) -> HttpResponse:
    features = [
        {"type": "Feature", "id": each["id"], "geometry": orjson.Fragment(point), "properties": each}
        for each, point in zip(found.buildings, found.points, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return HttpResponse(orjson.dumps(collection), content_type="application/geo+json")
