"""The doors of events on a building: it begins, changes, is split, merged, renumbered, demolished, taken back."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.api import bodies
from buildings.api.orders import EDITING, EventDoor, carried_out, described
from buildings.lifecycle import history
from buildings.lifecycle.contents import add_contents
from buildings.lifecycle.events.create import create_building
from buildings.lifecycle.events.demolish import demolish_building
from buildings.lifecycle.events.merge import merge_buildings
from buildings.lifecycle.events.renumber import renumber
from buildings.lifecycle.events.revert import revert_event
from buildings.lifecycle.events.split import split_building
from buildings.lifecycle.events.update import update_building
from buildings.models import Target


class BuildingCreation:
    """The door through which buildings begin; mixed into the one that lists them."""

    permissions_by_method = EDITING

    @described(bodies.NewBuildingBody, "buildings_create")
    def post(self, request: Request) -> Response:
        """Bring a building into being, with what is in it."""
        return carried_out(request, bodies.NewBuildingBody, lambda order, said: create_building(order=order, said=said))


class BuildingChange:
    """The door through which a building changes; mixed into the one that shows it."""

    permissions_by_method = EDITING

    @described(bodies.BuildingChangeBody, "buildings_change", done=status.HTTP_200_OK)
    def patch(self, request: Request, building_id: int) -> Response:
        """Change a building's name, use, condition, height, footprint or place."""
        return carried_out(
            request,
            bodies.BuildingChangeBody,
            lambda order, said: update_building(order=order, building_id=building_id, said=said),
            done=status.HTTP_200_OK,
        )


class SplitView(EventDoor):
    """Split a building."""

    @described(bodies.SplitBody, "buildings_split")
    def post(self, request: Request, building_id: int) -> Response:
        """Let the parts take the building's place, with its entrances, units and households."""
        return carried_out(
            request,
            bodies.SplitBody,
            lambda order, said: split_building(order=order, building_id=building_id, parts=said["parts"]),
        )


class MergeView(EventDoor):
    """Merge buildings."""

    @described(bodies.MergeBody, "buildings_merge")
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

    @described(bodies.RenumberBody, "buildings_renumber")
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

    @described(bodies.NewInsideBody, "buildings_contents_add")
    def post(self, request: Request, building_id: int) -> Response:
        """Add entrances and units."""
        return carried_out(
            request,
            bodies.NewInsideBody,
            lambda order, said: add_contents(order=order, building_id=building_id, said=said),
        )


class DemolishView(EventDoor):
    """Demolish a building."""

    @described(bodies.EndBody, "buildings_demolish")
    def post(self, request: Request, building_id: int) -> Response:
        """End the building with everything in it."""
        return carried_out(
            request, bodies.EndBody, lambda order, said: demolish_building(order=order, building_id=building_id, **said)
        )


class RevertView(EventDoor):
    """Take an event back."""

    @described(bodies.RevertBody, "buildings_revert")
    def post(self, request: Request, building_id: int) -> Response:
        """Take back the latest event of the building, which ``event`` names."""
        history.visible_part(request.user, Target.BUILDING, building_id)
        return carried_out(
            request,
            bodies.RevertBody,
            lambda order, said: revert_event(order=order, event_id=said["event"], building_id=building_id),
        )
