"""Several buildings become one: all of them end, one begins, and everything in them goes there."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from django.conf import settings
from django.db import transaction

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import BY_NAME, add_alternates, held_addresses
from buildings.lifecycle.ending import end_building, inside
from buildings.lifecycle.events.create import ATTRIBUTES, begin_building
from buildings.lifecycle.events.split import follow_house, move
from buildings.models import AddressKind, Building, Entrance, EventKind, LifecycleEvent, Target, Unit
from gisserver.common.errors import Conflict, Invalid
from gisserver.common.geo.geometry import to_multipolygon, to_shapely
from gisserver.common.geo.millimetres import round_to_millimetres
from gisserver.common.sentences import Sentence

Said = Mapping[str, Any]
MAX_BUILDINGS = 50


@transaction.atomic
def merge_buildings(*, order: Order, building_id: int, others: Sequence[int], said: Said) -> LifecycleEvent:
    """Let one building take the place of ``building_id`` and ``others``.

    What ``said`` leaves out is as it was of ``building_id``; the footprint is that of all together. The addresses
    of all go on as former ones, by which the new building is found. Raises Conflict ``numbers_clash`` with the
    numbers that would stand twice: renumber them first.
    """
    ids = [building_id, *others]
    if not 2 <= len(set(ids)) == len(ids) <= MAX_BUILDINGS:
        sentence = Sentence("Merge 2 to {max_buildings} different buildings.", max_buildings=MAX_BUILDINGS)
        raise Invalid("bad_merge", sentence)
    act = Act(EventKind.MERGE, order)
    locked = act.lock(ids)
    former = [locked[identity] for identity in ids]
    entrances = [row for building in former for row in inside(Entrance, building.pk)]
    units = [row for building in former for row in inside(Unit, building.pk)]
    act.demand_order_of_time([*former, *entrances, *units])
    _demand_apart(entrances, units)
    known = held_addresses(Target.BUILDING, ids)
    standard = next((one.text for one in known if one.building_id == building_id and one.kind == "standard"), "")
    first = {name: getattr(former[0], name) for name in ATTRIBUTES}
    for building in former:
        end_building(act, building)
    whole = begin_building(act, {**first, "address": standard, **said}, place=_place(former, said))
    for kind in (AddressKind.STANDARD, AddressKind.ALTERNATE, AddressKind.FORMER):
        texts = [one.text for one in known if one.kind == kind and one.source != BY_NAME]
        add_alternates(act, Target.BUILDING, whole, texts, building=whole.pk, source="merge")
    move(act, Target.ENTRANCE, entrances, {row.pk: whole for row in entrances})
    move(act, Target.UNIT, units, {row.pk: whole for row in units})
    for one in known:
        if one.kind == AddressKind.STANDARD:
            follow_house(act, whole, old=one.text)
    return act.record()


def _demand_apart(entrances: Sequence[Entrance], units: Sequence[Unit]) -> None:
    """Refuse entrances of one name, and units of one number without an entrance, in different buildings."""
    names = [row.name for row in entrances]
    numbers = [row.number for row in units if row.entrance_id is None]
    twice = sorted({name for name in names if names.count(name) > 1})
    clash = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice or clash:
        raise Conflict(
            "numbers_clash",
            "Entrances or units would have the same name; renumber them first.",
            entrances=twice[:50],
            units=clash[:50],
        )


def _place(former: Sequence[Building], said: Said) -> Said:
    """Return where the whole stands when the door does not say: all footprints together, else the first's place."""
    if said.get("location") is not None or said.get("footprint") is not None:
        return {}
    shapes = [to_shapely(row.footprint) for row in former if row.footprint is not None]
    if len(shapes) < len(former):
        return {"location": former[0].location, "footprint": former[0].footprint}
    together = round_to_millimetres(shapely.union_all(shapes))
    if not shapely.is_valid(together):
        together = round_to_millimetres(shapely.make_valid(together, method="structure", keep_collapsed=False))
    return {
        "footprint": to_multipolygon(together, settings.SURVEY_SRID),
        "location": former[0].location,
    }
