"""The doors of divisions and grids."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.db.clock import database_now
from gisserver.common.db.snapshot import one_look
from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.features import FeatureDoor, FeatureListView, described
from gisserver.common.web.params import AT, COMMUNITY, CRS, FORMAT, LAT, LON, PAGING, PLACE, moment, number
from gisserver.common.web.views import DoorView
from grids import absence, selectors
from grids.api.serializers import (
    DivisionFeatureSerializer,
    DivisionSerializer,
    GridDetailFeatureSerializer,
    GridDetailSerializer,
    GridFeatureSerializer,
    GridOfPlaceSerializer,
    GridPageSerializer,
    GridSerializer,
    GridVersionSerializer,
    KnownSerializer,
)

LEVEL = OpenApiParameter("level", str, description="district, subdistrict or community.")


class GridListView(FeatureListView):
    """The grids of the partition at a moment."""

    parameters = (AT, *PLACE, COMMUNITY, FORMAT, *PAGING)
    ordering = ("code",)
    plain, feature = GridSerializer, GridFeatureSerializer

    @extend_schema(
        operation_id="grids_list",
        responses=described(GridPageSerializer, GridFeatureSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        """List the grids that the user may see, by code; and since when, and until what plan, there are any."""
        at = moment(request.query_params)
        rows = selectors.grids_to_show(request.user, at)
        if community := request.query_params.get("community"):
            rows = rows.filter(
                community_id=selectors.division_by_code(user=request.user, code=community, at=at).division_id
            )
        response = self.answer_page(request, rows)
        found = absence.known(user=request.user)
        response.data |= {
            "notice": absence.notice_of(found, at, database_now()),
            "known": KnownSerializer(found).data,
        }
        return response


class GridDetailView(FeatureDoor):
    """One grid."""

    parameters = (AT, FORMAT)
    plain, feature = GridDetailSerializer, GridDetailFeatureSerializer

    @extend_schema(operation_id="grids_read", responses=described(GridDetailSerializer, GridDetailFeatureSerializer))
    def get(self, request: Request, code: str) -> Response:
        """Return the grid that has, or ever had, this code, as it was at the moment, and what it carried."""
        at = moment(request.query_params)
        with one_look():
            detail = selectors.grid_detail(user=request.user, code=code, at=at)
        return Response(self.serializer_for(request)(detail).data)


class GridHistoryView(DoorView):
    """The past of a grid."""

    parameters = (AT,)

    @extend_schema(operation_id="grids_history", responses=GridVersionSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Return every version of the grid that has, or ever had, this code, oldest first; ``at``: begun by then."""
        rows = selectors.history_of(user=request.user, code=code, at=moment(request.query_params))
        if not rows:
            raise NotFound("no_such_grid", Sentence("No grid {code} is known to you.", code=code))
        return Response(GridVersionSerializer(rows, many=True).data)


class GridAtView(DoorView):
    """The grid of a point."""

    parameters = (LON, LAT, CRS, AT)

    @extend_schema(
        operation_id="grids_at",
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


class DivisionListView(FeatureListView):
    """The administrative divisions at a moment."""

    parameters = (AT, *PLACE, LEVEL, FORMAT, *PAGING)
    ordering = ("code",)
    plain, feature = DivisionSerializer, DivisionFeatureSerializer

    @extend_schema(
        operation_id="divisions_list",
        responses=described(DivisionSerializer(many=True), DivisionFeatureSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        """List the divisions that the user may see, by code."""
        rows = selectors.divisions_to_show(request.user, moment(request.query_params))
        if level := request.query_params.get("level"):
            rows = rows.filter(level=level)
        return self.answer_page(request, rows)


class DivisionDetailView(FeatureDoor):
    """One division."""

    parameters = (AT, FORMAT)
    plain, feature = DivisionSerializer, DivisionFeatureSerializer

    @extend_schema(operation_id="divisions_read", responses=described(DivisionSerializer, DivisionFeatureSerializer))
    def get(self, request: Request, code: str) -> Response:
        """Return the division that has, or ever had, this code, as it was at the moment."""
        at = moment(request.query_params)
        with one_look():
            known = selectors.division_by_code(user=request.user, code=code, at=at)
            row = selectors.divisions_to_show(request.user, at).get(pk=known.pk)
        return Response(self.serializer_for(request)(row).data)
