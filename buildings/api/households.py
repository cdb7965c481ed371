"""The doors of households: who lives where, in two times, what happens to them, and how many there are."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from buildings import selectors
from buildings.api import household_bodies as bodies
from buildings.api import orders
from buildings.api.household_serializers import (
    CountsSerializer,
    HouseholdDoneSerializer,
    HouseholdHistorySerializer,
)
from buildings.api.orders import EDITING
from buildings.api.serializers import HouseholdSerializer
from buildings.households.counts import MAX_MOMENTS, Where, counts
from buildings.lifecycle import history
from buildings.lifecycle.events import households as events
from buildings.lifecycle.events.revert import take_back_event
from buildings.models import EventKind, LifecycleEvent, Target
from gisserver.common.access.audit import record_personal_read
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import AT, COMMUNITY, GRID, PAGING, moment, whole_number
from gisserver.common.web.views import DoorView, ListView
from grids.selectors import division_by_code, grid_by_code

KNOWN = OpenApiParameter(
    "known", OpenApiTypes.DATETIME, description="What was believed at this moment; what is known today when absent."
)
UNIT = OpenApiParameter("unit", int, description="The id of a unit.")
BUILDING = OpenApiParameter("building", int, description="The id of a building.")


def answer(user: User, event: LifecycleEvent) -> Mapping[str, Any]:
    """Return the event and its households as they are now; an answer that is kept for retries names nobody."""
    touched = event.effects.filter(target=Target.HOUSEHOLD).values("target_id")
    rows = list(selectors.households_to_show(user).filter(identity__in=touched)[:50])
    for row in rows:
        row.personal = False
    told = {"event": history.event_detail(user=user, event_id=event.pk), "households": rows}
    shown: Mapping[str, Any] = HouseholdDoneSerializer(told).data
    return shown


described = partial(orders.described, answer=HouseholdDoneSerializer)
carried_out = partial(orders.carried_out, tell=answer)


class HouseholdListView(ListView):
    """The households at a moment, masked unless permitted; a new one."""

    parameters = (AT, KNOWN, UNIT, BUILDING, *PAGING)
    permissions_by_method = EDITING
    ordering = ("identity",)

    @extend_schema(operation_id="households_list", responses=HouseholdSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the households that the user may see; an unmasked read is recorded."""
        at, known = moment(request.query_params), moment(request.query_params, "known")
        rows = selectors.households_to_show(request.user, at, known)
        unit, building = (whole_number(request.query_params, name) for name in ("unit", "building"))
        if unit is not None:
            rows = rows.filter(unit_id=unit)
        if building is not None:
            rows = selectors.households_in(rows, building=building, at=at)
        response = self.page(request, rows, HouseholdSerializer)
        unmasked = [row["id"] for row in response.data["results"] if not row["masked"]]
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=unmasked)
        return response

    @described(bodies.MoveInBody, "households_move_in")
    def post(self, request: Request) -> Response:
        """Let a household move into a unit."""
        return carried_out(request, bodies.MoveInBody, lambda order, said: events.move_in(order=order, said=said))


class HouseholdDetailView(DoorView):
    """One household: as it was at a moment, masked unless permitted, and a change."""

    parameters = (AT, KNOWN)
    permissions_by_method = EDITING

    @extend_schema(operation_id="households_read", responses=HouseholdSerializer)
    def get(self, request: Request, household_id: int) -> Response:
        """Return a household; an unmasked read is recorded."""
        at, known = moment(request.query_params), moment(request.query_params, "known")
        row: Any = selectors.households_to_show(request.user, at, known).filter(identity=household_id).first()
        if row is None:
            sentence = Sentence("No household {household_id} is known to you at that time.", household_id=household_id)
            raise NotFound("no_such_household", sentence)
        unmasked = [household_id] if row.personal else []
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=unmasked)
        return Response(HouseholdSerializer(row).data)

    @described(bodies.HouseholdChangeBody, "households_change", done=status.HTTP_200_OK)
    def patch(self, request: Request, household_id: int) -> Response:
        """Change a household's head, contact, status or numbers; it stays the same household."""
        return carried_out(
            request,
            bodies.HouseholdChangeBody,
            lambda order, said: events.change_household(order=order, household_id=household_id, said=said),
            done=status.HTTP_200_OK,
        )


class HouseholdDoor(DoorView):
    """A door that lets something happen to a household."""

    permissions_by_method = EDITING


class MoveView(HouseholdDoor):
    """A household moves."""

    @described(bodies.MoveBody, "households_move")
    def post(self, request: Request, household_id: int) -> Response:
        """Let a household live in another unit; one that had left moves in again."""
        return carried_out(
            request,
            bodies.MoveBody,
            lambda order, said: events.move_household(order=order, household_id=household_id, unit_id=said["unit"]),
        )


class MoveOutView(HouseholdDoor):
    """A household leaves."""

    @described(bodies.LeaveBody, "households_move_out")
    def post(self, request: Request, household_id: int) -> Response:
        """Let a household leave its unit for a place that nobody knows here."""
        return carried_out(
            request,
            bodies.LeaveBody,
            lambda order, said: events.end_household(order=order, household_id=household_id, kind=EventKind.MOVE_OUT),
        )


class DissolveView(HouseholdDoor):
    """A household is no more."""

    @described(bodies.DissolveBody, "households_dissolve")
    def post(self, request: Request, household_id: int) -> Response:
        """End a household, as when its last person has died."""
        return carried_out(
            request,
            bodies.DissolveBody,
            lambda order, said: events.end_household(order=order, household_id=household_id, kind=EventKind.DISSOLVE),
        )


class HouseholdSplitView(HouseholdDoor):
    """A household splits."""

    @described(bodies.HouseholdSplitBody, "households_split")
    def post(self, request: Request, household_id: int) -> Response:
        """Let parts of a household be households of their own."""
        return carried_out(
            request,
            bodies.HouseholdSplitBody,
            lambda order, said: events.split_household(order=order, household_id=household_id, **said),
        )


class HouseholdJoinView(HouseholdDoor):
    """Households join."""

    @described(bodies.HouseholdJoinBody, "households_join")
    def post(self, request: Request, household_id: int) -> Response:
        """Let other households become part of this one."""
        return carried_out(
            request,
            bodies.HouseholdJoinBody,
            lambda order, said: events.join_households(
                order=order, household_id=household_id, others=said.pop("households"), said=said
            ),
        )


class HouseholdRevertView(HouseholdDoor):
    """An event of households is taken back."""

    @described(bodies.HouseholdRevertBody, "households_revert")
    def post(self, request: Request, household_id: int) -> Response:
        """Take back the latest event of the household: it is as if it had not been told."""
        return carried_out(
            request,
            bodies.HouseholdRevertBody,
            lambda order, said: take_back_event(order=order, event_id=said["event"], household_id=household_id),
        )


class HouseholdHistoryView(DoorView):
    """The life of a household."""

    @extend_schema(operation_id="households_history", responses=HouseholdHistorySerializer)
    def get(self, request: Request, household_id: int) -> Response:
        """Return where it lived when, as is known today and as was believed before, and its events."""
        told = selectors.household_history(user=request.user, household_id=household_id)
        unmasked = [household_id] if any(row.personal for row in told["periods"]) else []
        record_personal_read(user_id=user_id(request), door=request.path, row_ids=unmasked)
        return Response(HouseholdHistorySerializer(told).data)


class CountsView(DoorView):
    """Numbers of homes, households and people over time."""

    parameters = (
        AT,
        OpenApiParameter("times", str, description=f"Several moments, separated by commas, at most {MAX_MOMENTS}."),
        *(KNOWN, UNIT, BUILDING, GRID, COMMUNITY),
    )

    @extend_schema(operation_id="households_counts", responses=CountsSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Count what the user may see of a unit, building, grid or community at one moment or several."""
        query = request.query_params
        known, user = moment(query, "known"), request.user
        at = _moments(query)
        if len(at) > 1 and not any(query.get(name) for name in ("unit", "building", "grid", "community")):
            raise Invalid("bad_times", "Several moments are counted in a unit, building, grid or community: name one.")
        grid, community = query.get("grid"), query.get("community")
        where = Where(
            unit=whole_number(query, "unit"),
            building=whole_number(query, "building"),
            grid=grid_by_code(user=user, code=grid, at=at[-1]).grid_id if grid else None,
            community=division_by_code(user=user, code=community, at=at[-1]).division_id if community else None,
        )
        found = counts(user=user, where=where, moments=at, known=known)
        return Response(CountsSerializer(found, many=True).data)


def _moments(query: Mapping[str, str]) -> list[datetime]:
    texts = query.get("times", "").split(",") if query.get("times") else []
    if len(texts) > MAX_MOMENTS or (texts and query.get("at")):
        sentence = Sentence("times takes 1 to {most} moments, and no at beside them.", most=MAX_MOMENTS)
        raise Invalid("bad_times", sentence)
    found = [moment({"times": text.strip()}, "times") for text in texts] or [moment(query)]
    return sorted(one or database_now() for one in found)
