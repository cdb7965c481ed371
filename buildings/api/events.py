"""The doors through which buildings begin, change, split, merge, end; and what happened to them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from buildings import selectors
from buildings.api import bodies
from buildings.api.event_serializers import DoneSerializer, EventSerializer, HistorySerializer
from buildings.lifecycle import history
from buildings.lifecycle.acting import Order
from buildings.lifecycle.contents import add_contents, change_entrance, change_unit, end_part
from buildings.lifecycle.create import create_building
from buildings.lifecycle.demolish import demolish_building
from buildings.lifecycle.merge import merge_buildings
from buildings.lifecycle.readdress import readdress, recode
from buildings.lifecycle.renumber import renumber
from buildings.lifecycle.revert import revert_event
from buildings.lifecycle.split import split_building
from buildings.lifecycle.update import update_building
from buildings.models import LifecycleEvent, Target
from gisserver.common.access.idempotency import once
from gisserver.common.access.roles import Permission
from gisserver.common.rest import DoorView, asker

Said = dict[str, Any]
Perform = Callable[[Order, Said], LifecycleEvent]
EDITING = {"POST": Permission.EDIT_REGISTERS, "PATCH": Permission.EDIT_REGISTERS}
ORDER = ("effective_at", "reason", "source")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A retry with the same key gets the first answer."
)
SHOWN_BUILDINGS = 50


def carried_out(request: Request, body: type[bodies.OrderBody], perform: Perform, *, made: bool = True) -> Response:
    """Carry out what the body orders, once for each Idempotency-Key (law 8), and answer with the event."""
    raw = request._request.body
    said = body(data=request.data)
    said.is_valid(raise_exception=True)
    values = dict(said.validated_data)
    assert isinstance(request.user, User)  # noqa: S101 -- the permission has let no visitor in
    order = Order(user=request.user, **{name: values.pop(name) for name in ORDER})
    answer, replayed = once(
        user_id=asker(request),
        door=f"{request.method} {request.path}"[:100],
        key=request.headers.get("Idempotency-Key", ""),
        body=raw,
        act=lambda: orjson.loads(JSONRenderer().render(_answer(request.user, perform(order, values)))),
    )
    code = status.HTTP_201_CREATED if made else status.HTTP_200_OK
    return Response(answer, status=code, headers={"Idempotent-Replayed": "true"} if replayed else None)


def _answer(user: Any, event: LifecycleEvent) -> Mapping[str, Any]:
    """Return the event and the buildings that it touched and that stand now."""
    touched = event.effects.exclude(building_id=None).values("building_id")
    rows = selectors.buildings_to_show(user).filter(pk__in=touched)[:SHOWN_BUILDINGS]
    answer: Mapping[str, Any] = DoneSerializer(
        {"event": history.event_detail(user=user, event_id=event.pk), "buildings": rows}
    ).data
    return answer


F = TypeVar("F", bound=Callable[..., Response])


def _order(body: Any, name: str | None = None) -> Callable[[F], F]:
    """Describe a door that carries out an event; one that several kinds of targets share is named by its path."""
    return extend_schema(operation_id=name, parameters=[IDEMPOTENCY_KEY], request=body, responses={201: DoneSerializer})


class EventDoor(DoorView):
    """A door that changes a register."""

    permissions_by_method = EDITING


class SplitView(EventDoor):
    """Split a building."""

    @_order(bodies.SplitBody, "buildings_split")
    def post(self, request: Request, building_id: int) -> Response:
        """Let the parts take the building's place, with its entrances, units and households."""
        return carried_out(
            request,
            bodies.SplitBody,
            lambda order, said: split_building(order=order, building_id=building_id, parts=said["parts"]),
        )


class MergeView(EventDoor):
    """Merge buildings."""

    @_order(bodies.MergeBody, "buildings_merge")
    def post(self, request: Request, building_id: int) -> Response:
        """Let one building take the place of this one and of ``buildings``."""
        return carried_out(
            request,
            bodies.MergeBody,
            lambda order, said: merge_buildings(
                order=order, building_id=building_id, others=said.pop("buildings"), said=said
            ),
        )


class RenumberView(EventDoor):
    """Renumber what is in a building."""

    @_order(bodies.RenumberBody, "buildings_renumber")
    def post(self, request: Request, building_id: int) -> Response:
        """Give units and entrances other numbers, all at once."""
        return carried_out(
            request,
            bodies.RenumberBody,
            lambda order, said: renumber(
                order=order, building_id=building_id, units=said["units"], entrances=said["entrances"]
            ),
        )


class ContentsView(EventDoor):
    """Add to a building."""

    @_order(bodies.NewInsideBody, "buildings_contents_add")
    def post(self, request: Request, building_id: int) -> Response:
        """Add entrances and units."""
        return carried_out(
            request,
            bodies.NewInsideBody,
            lambda order, said: add_contents(order=order, building_id=building_id, said=said),
        )


class DemolishView(EventDoor):
    """Demolish a building."""

    @_order(bodies.EndBody, "buildings_demolish")
    def post(self, request: Request, building_id: int) -> Response:
        """End the building with everything in it."""
        return carried_out(
            request, bodies.EndBody, lambda order, said: demolish_building(order=order, building_id=building_id, **said)
        )


class RevertView(EventDoor):
    """Take an event back."""

    @_order(bodies.RevertBody, "buildings_revert")
    def post(self, request: Request, building_id: int) -> Response:
        """Take back the latest event of the building, which ``event`` names."""
        history.visible_part(request.user, Target.BUILDING, building_id)
        return carried_out(
            request,
            bodies.RevertBody,
            lambda order, said: revert_event(order=order, event_id=said["event"], building_id=building_id),
        )


class PartView(EventDoor):
    """A door about a building, an entrance or a unit."""

    target = Target.BUILDING

    def building(self, request: Request, identity: int) -> int:
        """Return the building that the target is in now; raises NotFound."""
        row = history.visible_part(request.user, self.target, identity)
        return identity if self.target is Target.BUILDING else int(row.building_id)


class ReaddressView(PartView):
    """Change addresses."""

    @_order(bodies.ReaddressBody)
    def post(self, request: Request, identity: int) -> Response:
        """Change the standard address, add alternates, end some."""
        building = self.building(request, identity)
        return carried_out(
            request,
            bodies.ReaddressBody,
            lambda order, said: readdress(
                order=order, target=self.target, target_id=identity, building_id=building, **said
            ),
        )


class RecodeView(PartView):
    """Change the code."""

    @_order(bodies.RecodeBody)
    def post(self, request: Request, identity: int) -> Response:
        """Issue another code; the one before ends and still resolves."""
        building = self.building(request, identity)
        return carried_out(
            request,
            bodies.RecodeBody,
            lambda order, said: recode(
                order=order, target=self.target, target_id=identity, building_id=building, **said
            ),
        )


class PartEndView(PartView):
    """End a unit or an entrance."""

    @_order(bodies.EndBody)
    def post(self, request: Request, identity: int) -> Response:
        """End it with its addresses and codes."""
        building = self.building(request, identity)
        return carried_out(
            request,
            bodies.EndBody,
            lambda order, said: end_part(
                order=order,
                target=self.target,
                part_id=identity,
                building_id=building,
                end_households_too=said["end_households"],
            ),
        )


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


class UnitChange:
    """The door through which a unit changes; mixed into the door that shows it."""

    permissions_by_method = EDITING

    @extend_schema(
        operation_id="units_change",
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.UnitChangeBody,
        responses=DoneSerializer,
    )
    def patch(self, request: Request, unit_id: int) -> Response:
        """Change a unit's number, floor, use, entrance or place."""
        row = history.visible_part(request.user, Target.UNIT, unit_id)
        return carried_out(
            request,
            bodies.UnitChangeBody,
            lambda order, said: change_unit(order=order, unit_id=unit_id, building_id=row.building_id, said=said),
            made=False,
        )


class EntranceView(EventDoor):
    """The door through which an entrance changes."""

    @extend_schema(
        operation_id="entrances_change",
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.EntranceChangeBody,
        responses=DoneSerializer,
    )
    def patch(self, request: Request, identity: int) -> Response:
        """Change an entrance's name or place."""
        row = history.visible_part(request.user, Target.ENTRANCE, identity)
        return carried_out(
            request,
            bodies.EntranceChangeBody,
            lambda order, said: change_entrance(
                order=order, entrance_id=identity, building_id=row.building_id, said=said
            ),
            made=False,
        )


class BuildingCreation:
    """The door through which buildings begin; mixed into the one that lists them."""

    permissions_by_method = EDITING

    @_order(bodies.NewBuildingBody, "buildings_create")
    def post(self, request: Request) -> Response:
        """Bring a building into being, with what is in it."""
        return carried_out(request, bodies.NewBuildingBody, lambda order, said: create_building(order=order, said=said))


class BuildingChange:
    """The door through which a building changes; mixed into the one that shows it."""

    permissions_by_method = EDITING

    @extend_schema(
        operation_id="buildings_change",
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.BuildingChangeBody,
        responses=DoneSerializer,
    )
    def patch(self, request: Request, building_id: int) -> Response:
        """Change a building's name, use, condition, height, footprint or place."""
        return carried_out(
            request,
            bodies.BuildingChangeBody,
            lambda order, said: update_building(order=order, building_id=building_id, said=said),
            made=False,
        )
