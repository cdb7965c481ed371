"""The door that reverses a published redraw."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.web.bodies import checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from grids.api.conditions import IF_MATCH, RedrawDoor, person
from grids.api.redraw_serializers import RedrawDetailSerializer, ReverseSerializer
from grids.api.redraws import Answer, shown
from grids.redraws.workflow.revert import Revert


class ReverseView(RedrawDoor):
    """Reverse."""

    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(
        operation_id="redraw_reverse",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=ReverseSerializer,
        responses={201: RedrawDetailSerializer},
    )
    def post(self, request: Request, redraw_id: int) -> Response:
        """Make a draft of the commands that take a published redraw back; its conflict says where that does not go."""
        user, data = person(request), checked(request, ReverseSerializer).validated_data

        def act() -> Answer:
            made = self.guarded(request, lambda: Revert.take(user=user, redraw_id=redraw_id, **data))
            return shown(request, made.pk)

        response = answered_once(request, f"redraws/{redraw_id}/reverse", act)
        response["ETag"] = f'"{response.data["version"]}"'
        return response
