"""A new building, with its place, its addresses, its code, its entrances and units."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from buildings.lifecycle import codes
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import add_alternates, follow_name, set_standard
from buildings.lifecycle.contents import add_entrances, add_units
from buildings.lifecycle.permissions import demand_area
from buildings.lifecycle.placing import community_at, placed
from buildings.models import Building, EventKind, LifecycleEvent, Target
from buildings.services import assign_buildings
from gisserver.common.errors import Invalid

Said = Mapping[str, Any]
# The plain attributes of a building; its place is given in GeoJSON.
ATTRIBUTES = ("name", "kind", "status", "floors", "height_m")


@transaction.atomic
def create_building(*, order: Order, said: Said) -> LifecycleEvent:
    """Bring a building into being; geocoding, tiles and its grid know it at the commit.

    ``said`` has what `begin_building` takes, and ``entrances`` and ``units``. Raises Invalid without a place,
    Forbidden outside the user's area, Conflict ``code_taken``.
    """
    act = Act(EventKind.CREATE, order)
    act.lock([])
    building = begin_building(act, said)
    entrances = add_entrances(act, building.pk, said.get("entrances", ()))
    add_units(act, building.pk, said.get("units", ()), {row.name: row for row in entrances})
    return act.record()


def begin_building(act: Act, said: Said, *, place: Said | None = None) -> Building:
    """Begin one building within an event and give it its community, grid, addresses and code.

    ``place`` is where it stands when the request did not. Takes the attributes, ``location`` or ``footprint`` with
    ``crs``, ``address``, ``alternates``, ``code`` with ``scheme``, or ``issue_code``.
    """
    where = {**(place or {}), **placed(said)}
    if where.get("location") is None:
        raise Invalid("no_place", "A building needs a location or a footprint.")
    attributes = {name: said[name] for name in ATTRIBUTES if name in said}
    community = community_at(where["location"])
    building = Building(**attributes, **where, community_id=community, source=act.order.source[:100])
    act.begin(Target.BUILDING, [building], buildings=[0])
    assign_grid(act, [building])
    if said.get("address"):
        shared = bool(said.get("share_address"))
        set_standard(act, Target.BUILDING, building, said["address"], building=building.pk, share_address=shared)
    add_alternates(
        act, Target.BUILDING, building, said.get("alternates", ()), building=building.pk, source=act.order.source
    )
    follow_name(act, building)
    code = said.get("code") or (codes.next_building_code(act, building) if said.get("issue_code") else "")
    if code:
        scheme = said.get("scheme") or codes.BUILDING_SCHEME
        codes.set_code(act, Target.BUILDING, building, code, scheme=scheme, building=building.pk)
    return building


def assign_grid(act: Act, buildings: Sequence[Building]) -> None:
    """Give buildings that are new or have moved their grid (and, outside all, its community); check the area."""
    assign_buildings(ids=[building.pk for building in buildings], moment=act.now)
    rows = Building.objects.filter(pk__in=[building.pk for building in buildings])
    communities = dict(rows.values_list("pk", "community_id"))
    for building in buildings:
        building.community_id = communities[building.pk]
    demand_area(act.order.user, [building.community_id for building in buildings])
