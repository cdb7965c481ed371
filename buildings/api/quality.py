"""The door of the quality report."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.quality.report import Community, report
from gisserver.common.web.params import COMMUNITY
from gisserver.common.web.views import DoorView
from grids.selectors import division_by_code


class CommunitySerializer(serializers.Serializer[Any]):
    """One community: the values of each measure add up to the total of its target."""

    code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    totals = serializers.SerializerMethodField()
    counts = serializers.DictField()
    suspicious = serializers.DictField()

    def get_totals(self, part: Community) -> dict[str, int]:
        """Return how many buildings, entrances and units there are."""
        return {target: part.total(target) for target in ("buildings", "entrances", "units")}


class QualitySerializer(serializers.Serializer[Any]):
    """The report."""

    communities = CommunitySerializer(many=True)


class QualityView(DoorView):
    """How good the registers of addresses are."""

    parameters = (COMMUNITY,)

    @extend_schema(operation_id="quality_addresses", responses=QualitySerializer)
    def get(self, request: Request) -> Response:
        """Report by community: address levels, whose points, what looks wrong with examples, what waits for review."""
        code = request.query_params.get("community")
        community = division_by_code(user=request.user, code=code).division_id if code else None
        return Response(QualitySerializer({"communities": report(user=request.user, community_id=community)}).data)
