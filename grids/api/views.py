"""The doors of divisions and grids."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.bbox import parse_bbox
from gisserver.common.errors import NotFound
from gisserver.common.geography import in_box
from gisserver.common.params import moment, number
from gisserver.common.rest import DoorView, ListView
from gisserver.common.snapshot import one_look
from grids import loads, selectors
from grids.api.serializers import (
    DivisionSerializer,
    GridDetailSerializer,
    GridOfPlaceSerializer,
    GridSerializer,
    GridVersionSerializer,
)

AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="The moment asked for; now when absent.")
BBOX = OpenApiParameter("bbox", str, description="west,south,east,north in degrees (WGS84).")
PAGING = [OpenApiParameter("limit", int), OpenApiParameter("cursor", str)]


class GridListView(ListView):
    """The grids of the partition at a moment."""

    parameters = ("at", "bbox", "community", "limit", "cursor")
    ordering = ("code",)

    @extend_schema(
        operation_id="grids_list",
        parameters=[AT, BBOX, OpenApiParameter("community", str), *PAGING],
        responses=GridSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the grids that the user may see, by code."""
        at = moment(request.query_params)
        rows = selectors.grids_to_show(request.user, at)
        if community := request.query_params.get("community"):
            rows = rows.filter(
                community_id=selectors.division_by_code(user=request.user, code=community, at=at).division_id
            )
        if bbox := request.query_params.get("bbox"):
            rows = in_box(rows, parse_bbox(bbox))
        return self.page(request, rows, GridSerializer)


class GridDetailView(DoorView):
    """One grid."""

    parameters = ("at",)

    @extend_schema(operation_id="grids_read", parameters=[AT], responses=GridDetailSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Return the grid that has, or ever had, this code, as it was at the moment, and what it carried."""
        at = moment(request.query_params)
        with one_look():
            known = selectors.grid_by_code(user=request.user, code=code, at=at)
            row: Any = selectors.grids_to_show(request.user, at).get(pk=known.pk)
            row.load = loads.of([row.grid_id], at)[row.grid_id]
        return Response(GridDetailSerializer(row).data)


class GridHistoryView(DoorView):
    """The past of a grid."""

    parameters = ("at",)

    @extend_schema(operation_id="grids_history", parameters=[AT], responses=GridVersionSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Return every version of the grid that has, or ever had, this code, oldest first; ``at``: begun by then."""
        found = selectors.history_of(user=request.user, code=code)
        at = moment(request.query_params)
        rows = list(found if at is None else found.filter(valid__startswith__lte=at))
        if not rows:
            raise NotFound("no_such_grid", f"No grid {code} is known to you.")
        return Response(GridVersionSerializer(rows, many=True).data)


class GridAtView(DoorView):
    """The grid of a point."""

    parameters = ("lon", "lat", "crs", "at")

    @extend_schema(
        operation_id="grids_at",
        parameters=[
            OpenApiParameter("lon", float, required=True, description="Longitude, or east in a projected CRS."),
            OpenApiParameter("lat", float, required=True, description="Latitude, or north in a projected CRS."),
            OpenApiParameter("crs", str, description="wgs84 (default), cgcs2000, gcj02, bd09 or EPSG:n."),
            AT,
        ],
        responses=GridOfPlaceSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return the one grid responsible for a place at a moment, by which rule, and how far from its border."""
        query = request.query_params
        answer = selectors.grid_at(
            user=request.user,
            x=number(query, "lon"),
            y=number(query, "lat"),
            crs=query.get("crs", "wgs84"),
            at=moment(query),
        )
        return Response(GridOfPlaceSerializer(answer).data)


class DivisionListView(ListView):
    """The administrative divisions at a moment."""

    parameters = ("at", "bbox", "level", "limit", "cursor")
    ordering = ("code",)

    @extend_schema(
        operation_id="divisions_list",
        parameters=[AT, BBOX, OpenApiParameter("level", str), *PAGING],
        responses=DivisionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the divisions that the user may see, by code."""
        rows = selectors.divisions_to_show(request.user, moment(request.query_params))
        if level := request.query_params.get("level"):
            rows = rows.filter(level=level)
        if bbox := request.query_params.get("bbox"):
            rows = in_box(rows, parse_bbox(bbox))
        return self.page(request, rows, DivisionSerializer)


class DivisionDetailView(DoorView):
    """One division."""

    parameters = ("at",)

    @extend_schema(operation_id="divisions_read", parameters=[AT], responses=DivisionSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Return the division that has, or ever had, this code, as it was at the moment."""
        at = moment(request.query_params)
        with one_look():
            known = selectors.division_by_code(user=request.user, code=code, at=at)
            row = selectors.divisions_to_show(request.user, at).get(pk=known.pk)
        return Response(DivisionSerializer(row).data)
