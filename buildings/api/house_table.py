"""The door of a building's table of units."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.serializers import BuildingSerializer
from buildings.house_table import Occupancy, house_table
from gisserver.common.web.params import AT, moment
from gisserver.common.web.views import DoorView


class NamedSerializer(serializers.Serializer[Any]):
    """An entrance."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class CellSerializer(serializers.Serializer[Any]):
    """A unit, and who lives in it as numbers; ``entrance`` and ``floor`` are null where not known."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    floor = serializers.IntegerField(allow_null=True)
    entrance = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    occupancy = serializers.ChoiceField(choices=[each.value for each in Occupancy])
    households = serializers.IntegerField()
    residents = serializers.IntegerField()
    registered = serializers.IntegerField(help_text="households registered here")


class HouseTableSerializer(serializers.Serializer[Any]):
    """The table: entrances are its columns, floors (highest first, null last) its rows, units what stands in it."""

    building = BuildingSerializer()
    entrances = NamedSerializer(many=True)
    floors = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    units = CellSerializer(many=True)


class HouseTableView(DoorView):
    """The table of a building's units (楼盘表)."""

    parameters = (AT,)

    @extend_schema(operation_id="buildings_table", responses=HouseTableSerializer)
    def get(self, request: Request, building_id: int) -> Response:
        """Return entrances, floors and units with who lives in each, as numbers."""
        table = house_table(user=request.user, building_id=building_id, at=moment(request.query_params))
        return Response(HouseTableSerializer(table).data)
