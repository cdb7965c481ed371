"""The door that corrects a line of a redraw's log."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.web.bodies import KnownMembers, checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from grids.api.conditions import IF_MATCH, RedrawDoor, person
from grids.api.redraw_serializers import RedrawDetailSerializer
from grids.api.redraws import Answer, shown
from grids.redraws.workflow.correct import Correct


class CorrectionSerializer(KnownMembers):
    """What is right, and the line (`id` in `events`) that says something else."""

    event = serializers.IntegerField(min_value=1)
    comment = serializers.CharField(max_length=5000)


class CorrectionsView(RedrawDoor):
    """Corrections."""

    @extend_schema(
        operation_id="redraw_correct",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=CorrectionSerializer,
        responses={201: RedrawDetailSerializer},
    )
    def post(self, request: Request, redraw_id: int) -> Response:
        """Add a correction to the log; the line itself stays."""
        data, user = checked(request, CorrectionSerializer).validated_data, person(request)

        def act() -> Answer:
            self.guarded(request, lambda: Correct.take(user=user, redraw_id=redraw_id, **data))
            return shown(request, redraw_id)

        return answered_once(request, f"redraws/{redraw_id}/corrections", act, done=status.HTTP_201_CREATED)
