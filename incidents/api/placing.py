"""The doors of how incidents are placed: orders of placing, roads along borders."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.web.bodies import KnownMembers, MomentField, Text, checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from gisserver.common.web.params import AT, PAGING, moment
from gisserver.common.web.views import ListView, Validity
from grids.api.conditions import person
from incidents.models import PlacingOrder
from incidents.placed_by import DEFAULT, Member
from incidents.placing import services
from incidents.placing.selectors import roads_to_show

MAX_REASON = 500
Answer = dict[str, Any]


class NewOrderSerializer(KnownMembers):
    """An order to be set."""

    type = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    members = serializers.ListField(child=serializers.ChoiceField(choices=list(Member)), max_length=len(Member))
    road_side = serializers.BooleanField(required=False, default=False)
    effective_at = MomentField(required=False, allow_null=True, default=None)
    reason = Text(max_length=MAX_REASON)


class OrderSerializer(serializers.Serializer[Any]):
    """A version of an order of placing; ``type`` null: of all types that have none of their own."""

    id = serializers.IntegerField(source="pk")
    type = serializers.CharField(source="type.code", default=None, allow_null=True)
    members = serializers.ListField(child=serializers.CharField())
    road_side = serializers.BooleanField()
    reason = serializers.CharField()
    set_by = serializers.CharField(source="set_by.username")
    valid = Validity()


class NewRoadSerializer(KnownMembers):
    """A road along the border of two grids, and whose it is."""

    grid = serializers.CharField(max_length=40)
    other = serializers.CharField(max_length=40)
    width_m = serializers.FloatField(min_value=0.1, max_value=100)
    effective_at = MomentField(required=False, allow_null=True, default=None)
    reason = Text(max_length=MAX_REASON)


class RoadSerializer(serializers.Serializer[Any]):
    """A road along a border: ``grid``'s, as far as ``width_m`` into ``other``."""

    id = serializers.IntegerField(source="pk")
    grid = serializers.CharField(source="grid_code", allow_null=True)
    other = serializers.CharField(source="other_code", allow_null=True)
    width_m = serializers.FloatField()
    reason = serializers.CharField()
    valid = Validity()


class OrdersView(ListView):
    """Orders of placing: read them, set one."""

    parameters = (AT, *PAGING)
    ordering = ("pk",)
    permissions_by_method = {"POST": Permission.ADMINISTER}

    @extend_schema(operation_id="placing_orders", responses=OrderSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the orders that hold at the moment; ``default`` is the order of types without one."""
        rows = PlacingOrder.objects.at(moment(request.query_params)).select_related("type", "set_by").order_by("pk")
        response = self.page(request, rows, OrderSerializer)
        response.data["default"] = [member.value for member in DEFAULT]
        return response

    @extend_schema(
        operation_id="placing_order_set",
        parameters=[IDEMPOTENCY_KEY],
        request=NewOrderSerializer,
        responses={201: OrderSerializer},
    )
    def post(self, request: Request) -> Response:
        """Begin an order for a type, or for all; the one before ends. What is on record stays where it is."""
        said = checked(request, NewOrderSerializer).validated_data

        def act() -> Answer:
            return dict(OrderSerializer(services.set_order(user=person(request), **said)).data)

        return answered_once(request, "incidents/placing", act, done=status.HTTP_201_CREATED)


class RoadsView(ListView):
    """Roads along borders: read them, say whose one is."""

    parameters = (AT, *PAGING)
    ordering = ("pk",)
    permissions_by_method = {"POST": Permission.REVIEW_REDRAW}

    @extend_schema(operation_id="roads_along_borders", responses=RoadSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the roads along the borders of grids that the user may see, at the moment."""
        return self.page(request, roads_to_show(request.user, moment(request.query_params)), RoadSerializer)

    @extend_schema(
        operation_id="road_along_border_set",
        parameters=[IDEMPOTENCY_KEY],
        request=NewRoadSerializer,
        responses={201: RoadSerializer},
    )
    def post(self, request: Request) -> Response:
        """Let a road along a border be one grid's; it counts for types whose order says ``road_side``."""
        said = checked(request, NewRoadSerializer).validated_data

        def act() -> Answer:
            road = services.set_road_side(user=person(request), **said)
            return dict(RoadSerializer(roads_to_show(request.user, road.valid.lower).get(pk=road.pk)).data)

        return answered_once(request, "incidents/roads", act, done=status.HTTP_201_CREATED)
