"""A building changes: its name, use, condition, height, footprint or place."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import follow_name
from buildings.lifecycle.events.create import ATTRIBUTES, assign_grid
from buildings.lifecycle.placing import community_at, demand_together, placed
from buildings.models import Building, EventKind, LifecycleEvent, Target


@transaction.atomic
def update_building(*, order: Order, building_id: int, said: Mapping[str, Any]) -> LifecycleEvent:
    """Give a building new values from the event's moment on; the former ones are kept.

    A building that moves gets the community and the grid of its new place, in the same transaction. Raises
    Refused ``nothing_changes``, ``effective_before_last_change`` or ``location_off_footprint``; Forbidden when
    either place lies outside the user's area.
    """
    act = Act(EventKind.UPDATE, order)
    building = act.lock([building_id])[building_id]
    act.demand_order_of_time([building])
    change_building(act, building, said)
    return act.record()


def change_building(act: Act, building: Building, said: Mapping[str, Any]) -> None:
    """Change a locked building within an event."""
    changes = {name: said[name] for name in ATTRIBUTES if name in said} | placed(said)
    location = changes.get("location", building.location)
    demand_together(location, changes.get("footprint", building.footprint))
    moves, renamed = location != building.location, changes.get("name", building.name) != building.name
    if moves:
        changes["community_id"] = community_at(location)
    act.change(Target.BUILDING, building, changes, building=building.pk)
    if moves:
        assign_grid(act, [building])
    if renamed:
        follow_name(act, building)
