"""The doors of buildings, units and codes."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buildings import resolving, selectors
from buildings.addresses.text.message import message_of
from buildings.api.emptiness import of_search
from buildings.api.events import BuildingChange, BuildingCreation
from buildings.api.geocode.contact import masked
from buildings.api.parts import UnitChange
from buildings.api.serializers import (
    AddressAnswerSerializer,
    BuildingDetailFeatureSerializer,
    BuildingDetailSerializer,
    BuildingFeatureSerializer,
    BuildingSerializer,
    CodeAnswerSerializer,
    UnitSerializer,
)
from buildings.geocoding.past import resolve_ever
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.features import FeatureDoor, FeatureListView, described
from gisserver.common.web.params import AT, COMMUNITY, FORMAT, GRID, PAGING, PLACE, moment, whole_number
from gisserver.common.web.views import DoorView, ListView
from grids.selectors import division_by_code

BUILDING = OpenApiParameter("building", int, description="The id of a building.")
TEXT = OpenApiParameter("text", str, required=True, description="An address or a name, 1 to 300 characters.")


class BuildingListView(BuildingCreation, FeatureListView):
    """The buildings at a moment; a new one."""

    parameters = (AT, *PLACE, GRID, COMMUNITY, FORMAT, *PAGING)
    plain, feature = BuildingSerializer, BuildingFeatureSerializer
    bbox_filter_field, distance_filter_field = "location_3857", "location"

    @extend_schema(
        operation_id="buildings_list",
        responses=described(BuildingSerializer(many=True), BuildingFeatureSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        """List the buildings that the user may see."""
        query = request.query_params
        at = moment(query)
        rows = selectors.buildings_to_show(request.user, at)
        if community := query.get("community"):
            rows = rows.filter(community_then=division_by_code(user=request.user, code=community, at=at).division_id)
        if grid := query.get("grid"):
            rows = selectors.standing_in(rows, user=request.user, grid=grid, at=at)
        return self.answer_page(request, rows)


class BuildingDetailView(BuildingChange, FeatureDoor):
    """One building: as it was at a moment, and a change."""

    parameters = (AT, FORMAT)
    plain, feature = BuildingDetailSerializer, BuildingDetailFeatureSerializer

    @extend_schema(
        operation_id="buildings_read", responses=described(BuildingDetailSerializer, BuildingDetailFeatureSerializer)
    )
    def get(self, request: Request, building_id: int) -> Response:
        """Return a building with its addresses, codes, entrances and the grid responsible for it."""
        at = moment(request.query_params)
        detail = selectors.building_detail(user=request.user, building_id=building_id, at=at)
        return Response(self.serializer_for(request)(detail).data)


class UnitListView(ListView):
    """The units at a moment."""

    parameters = (AT, BUILDING, *PAGING)

    @extend_schema(
        operation_id="units_list",
        responses=UnitSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the units that the user may see."""
        rows = selectors.units_to_show(request.user, moment(request.query_params))
        building = whole_number(request.query_params, "building")
        if building is not None:
            rows = rows.filter(building_id=building)
        return self.page(request, rows, UnitSerializer)


class UnitDetailView(UnitChange, DoorView):
    """One unit: as it was at a moment, and a change."""

    parameters = (AT,)

    @extend_schema(operation_id="units_read", responses=UnitSerializer)
    def get(self, request: Request, unit_id: int) -> Response:
        """Return a unit."""
        row = selectors.units_to_show(request.user, moment(request.query_params)).filter(pk=unit_id).first()
        if row is None:
            raise NotFound("no_such_unit", Sentence("No unit {unit_id} is known to you at that time.", unit_id=unit_id))
        return Response(UnitSerializer(row).data)


class CodeView(DoorView):
    """What a code means."""

    parameters = (AT,)

    @extend_schema(operation_id="codes_read", responses=CodeAnswerSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Return every division, grid, building or unit that has, or ever had, this code (law 5)."""
        meanings = resolving.resolve_code(user=request.user, code=code, at=moment(request.query_params))
        if not meanings:
            detail = Sentence("The code {code} was never issued, or not to anything you may see.", code=code[:60])
            raise NotFound("unknown_code", detail, reason=of_search(request.user))
        return Response(CodeAnswerSerializer({"code": code, "meanings": meanings}).data)


class AddressView(DoorView):
    """What an address text means."""

    parameters = (TEXT, AT)

    @extend_schema(
        operation_id="addresses_read",
        responses=AddressAnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return every building, entrance or unit of which this is, or ever was, an address or the name.

        Where it is none word for word, what it meant as a short form, or as what a unit's address followed from.
        """
        text = request.query_params.get("text", "").strip()
        if not 0 < len(text) <= 300:
            raise Invalid("bad_text", "text must be an address of 1 to 300 characters.")
        meanings = resolve_ever(user=request.user, text=text, at=moment(request.query_params))
        reason = None if meanings else of_search(request.user)
        told = masked(text, message_of(text).contact).query
        return Response(AddressAnswerSerializer({"text": told, "meanings": meanings, "reason": reason}).data)
