"""The door that finds households."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.serializers import HouseholdSerializer
from buildings.household_search import find_households
from gisserver.common.access.audit import record_personal_read
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.web.params import PAGING
from gisserver.common.web.views import ListView

TEXT = OpenApiParameter("text", str, required=True, description="The beginning of a number, name or phone.")


class FoundHouseholdSerializer(HouseholdSerializer):
    """A household, and where it lives."""

    building = serializers.IntegerField()
    entrance = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    address = serializers.CharField(allow_null=True)


class HouseholdSearchView(ListView):
    """Households by number, name or phone."""

    parameters = (TEXT, *PAGING)
    ordering = ("identity",)

    @extend_schema(operation_id="households_search", responses=FoundHouseholdSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Find households by their number; by name or phone too where the user may read them, which is recorded."""
        rows = find_households(user=request.user, text=request.query_params.get("text", ""))
        response = self.page(request, rows, FoundHouseholdSerializer)
        unmasked = [row["id"] for row in response.data["results"] if not row["masked"]]
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=unmasked)
        return response
