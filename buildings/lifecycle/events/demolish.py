"""A building is gone, and with it all that was in it."""

from django.db import transaction

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.ending import end_all
from buildings.models import EventKind, LifecycleEvent


@transaction.atomic
def demolish_building(*, order: Order, building_id: int, end_households: bool = False) -> LifecycleEvent:
    """End a building with its units, entrances, addresses and codes; all of them still resolve, for ever.

    Raises Conflict ``households_inside`` when households are registered there, unless ``end_households``.
    """
    act = Act(EventKind.DEMOLISH, order)
    building = act.lock([building_id])[building_id]
    act.demand_order_of_time([building])
    end_all(act, [building], end_households_too=end_households)
    return act.record()
