"""The doors that tell what happened: one event, the life of a building, entrance or unit."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api.event_serializers import EventSerializer, HistorySerializer
from buildings.api.orders import PartView
from buildings.lifecycle import history
from gisserver.common.web.views import DoorView


class HistoryView(PartView):
    """The life of a building, an entrance or a unit."""

    @extend_schema(responses=HistorySerializer)
    def get(self, request: Request, identity: int) -> Response:
        """Return what became of it, what it said when, and every event that touched it."""
        return Response(
            HistorySerializer(history.history_of(user=request.user, target=self.target, identity=identity)).data
        )


class EventView(DoorView):
    """One event."""

    @extend_schema(operation_id="events_read", responses=EventSerializer)
    def get(self, request: Request, event_id: int) -> Response:
        """Return an event: who did what to which, when, why."""
        return Response(EventSerializer(history.event_detail(user=request.user, event_id=event_id)).data)
