"""``/rasters/{layer}/zonal``: what a raster says of grids, buildings, or the polygons of any collection."""

from typing import Any

import orjson
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common import spreadsheets
from gisserver.common.access.export import demand_export
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid
from gisserver.common.jobs.api.serializers import JobSerializer
from gisserver.common.jobs.services import start_job
from gisserver.common.web.params import AT
from gisserver.common.web.views import ByFormatMember, DoorView
from rasters.zonal.asked import Asked, asked, cells
from rasters.zonal.computing import statistics
from rasters.zonal.jobs import KIND
from rasters.zonal.zones import ZoneRow

BAND = OpenApiParameter("band", int, description="The band, from 1; 1 when absent.")
STATS = OpenApiParameter(
    "stats", str, description="Some of covered,count,sum,mean,min,max,classes,q0,q5,…,q100, with commas between."
)
RASTER_AT = OpenApiParameter(
    "raster_at", OpenApiTypes.DATETIME, description="The moment of the raster; now when absent."
)
QUESTION = (
    OpenApiParameter("zones", str, description="The collection whose polygons are the zones; grids when absent."),
    BAND,
    STATS,
    OpenApiParameter("filter", str, description="CQL2 text: only the features that meet it."),
    AT,
    RASTER_AT,
)
FORMAT = OpenApiParameter("format", str, enum=["json", "csv", "geojson"], description="json when absent.")


class ZonalSerializer(serializers.Serializer[Any]):
    """The zones by id; each has the properties that name it and the statistics asked for."""

    raster = serializers.CharField()
    version = serializers.IntegerField()
    band = serializers.IntegerField()
    zones = serializers.CharField()
    results = serializers.ListField(child=serializers.DictField())


class ZonalView(DoorView):
    """Statistics of zones."""

    parameters = (*QUESTION, FORMAT)
    content_negotiation_class = ByFormatMember

    @extend_schema(
        operation_id="rasters_zonal",
        responses={
            200: ZonalSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/geo+json"): OpenApiTypes.OBJECT,
        },
    )
    def get(self, request: Request, layer: str) -> Response | HttpResponse | StreamingHttpResponse:
        """Return what a raster says of each zone; pixels along a border count by the share that lies in the zone."""
        format = request.query_params.get("format", "json")
        if format not in ("json", "csv", "geojson"):
            raise Invalid("bad_format", "The format is json, csv or geojson.", parameter="format")
        question = asked(layer, request.user, request.query_params)
        listed = question.zones.listed()
        demand_export(request.user, rows=None if format == "csv" else len(listed))
        found = statistics(question.raster, question.band, question.zones, listed)
        told = [question.shown(row, found[row.digest]) for row in listed]
        if format == "csv":
            return _csv(layer, told, question)
        if format == "geojson":
            return _geojson(listed, told, question)
        about = {"raster": layer, "version": question.raster.pk, "band": question.band}
        return Response({**about, "zones": question.zones.collection.id, "results": told})


class ZonalJobView(DoorView):
    """Statistics of zones, made by a worker."""

    parameters = QUESTION

    @extend_schema(operation_id="rasters_zonal_job", request=None, responses={202: JobSerializer})
    def post(self, request: Request, layer: str) -> Response:
        """Have a worker answer the same as CSV; ask for the job at the address in ``Location``."""
        demand_export(request.user)
        question = asked(layer, request.user, request.query_params)
        assert isinstance(request.user, AbstractBaseUser)  # noqa: S101 -- who may export is somebody
        arguments = {"layer": layer, "query": _pinned(request.query_params.dict(), question)}
        job = start_job(user=request.user, kind=KIND, arguments=arguments, source=[])
        answer = JobSerializer(job).data
        return Response(answer, status.HTTP_202_ACCEPTED, headers={"Location": f"/api/jobs/{job.pk}/"})


def _pinned(query: dict[str, str], question: Asked) -> dict[str, str]:
    """Return the query with the moments it is asked at: a job that is resumed goes on with the same rows."""
    now = database_now().isoformat()
    names = ["raster_at", *(["at"] if question.zones.collection.versioned else [])]
    return query | {name: query.get(name) or now for name in names}


def _csv(layer: str, told: list[dict[str, Any]], question: Asked) -> StreamingHttpResponse:
    header = list(told[0]) if told else ["id", *question.names]
    response = StreamingHttpResponse(
        spreadsheets.written(header, map(cells, told)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{layer}.csv"'
    return response


def _geojson(listed: list[ZoneRow], told: list[dict[str, Any]], question: Asked) -> HttpResponse:
    shapes = question.zones.geojson([row.id for row in listed])
    features = [
        {"type": "Feature", "id": each["id"], "geometry": orjson.Fragment(shapes[each["id"]]), "properties": each}
        for each in told
        if each["id"] in shapes
    ]
    return HttpResponse(
        orjson.dumps({"type": "FeatureCollection", "features": features}), content_type="application/geo+json"
    )
