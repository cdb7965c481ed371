"""The doors of events on one entrance or unit; addresses and codes of buildings too."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api import bodies
from buildings.api.orders import EDITING, EventDoor, PartView, carried_out, described
from buildings.lifecycle import history
from buildings.lifecycle.contents import change_entrance, change_unit, end_part
from buildings.lifecycle.events.readdress import readdress, recode
from buildings.lifecycle.events.unit_succession import combine_units, divide_unit
from buildings.models import Target


class ReaddressView(PartView):
    """Change addresses."""

    @described(bodies.ReaddressBody)
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

    @described(bodies.RecodeBody)
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

    @described(bodies.EndBody)
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


class DivideView(PartView):
    """Divide a unit."""

    @described(bodies.DivideBody, "units_divide")
    def post(self, request: Request, identity: int) -> Response:
        """Let rooms take the unit's place, each with the households that live on in it."""
        building = self.building(request, identity)
        return carried_out(
            request,
            bodies.DivideBody,
            lambda order, said: divide_unit(order=order, unit_id=identity, building_id=building, parts=said["parts"]),
        )


class CombineView(PartView):
    """Combine units."""

    @described(bodies.CombineBody, "units_combine")
    def post(self, request: Request, identity: int) -> Response:
        """Let one unit take the place of this one and of ``units``, with all who live there."""
        building = self.building(request, identity)
        return carried_out(
            request,
            bodies.CombineBody,
            lambda order, said: combine_units(
                order=order, unit_id=identity, building_id=building, others=said.pop("units"), said=said
            ),
        )


class UnitChange:
    """The door through which a unit changes; mixed into the door that shows it."""

    permissions_by_method = EDITING

    @described(bodies.UnitChangeBody, "units_change", done=status.HTTP_200_OK)
    def patch(self, request: Request, unit_id: int) -> Response:
        """Change a unit's number, floor, use, entrance or place."""
        row = history.visible_part(request.user, Target.UNIT, unit_id)
        return carried_out(
            request,
            bodies.UnitChangeBody,
            lambda order, said: change_unit(order=order, unit_id=unit_id, building_id=row.building_id, said=said),
            done=status.HTTP_200_OK,
        )


class EntranceView(EventDoor):
    """The door through which an entrance changes."""

    @described(bodies.EntranceChangeBody, "entrances_change", done=status.HTTP_200_OK)
    def patch(self, request: Request, identity: int) -> Response:
        """Change an entrance's name or place."""
        row = history.visible_part(request.user, Target.ENTRANCE, identity)
        return carried_out(
            request,
            bodies.EntranceChangeBody,
            lambda order, said: change_entrance(
                order=order, entrance_id=identity, building_id=row.building_id, said=said
            ),
            done=status.HTTP_200_OK,
        )
