"""A building, entrance or unit gets another standard address, or further ones; and another code."""

from collections.abc import Sequence

from django.db import transaction

from buildings.lifecycle import codes
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import add_alternates, held_addresses, last_standard, set_standard
from buildings.lifecycle.contents import locked_inside
from buildings.lifecycle.implied_addresses import follow_address
from buildings.models import Building, Entrance, EventKind, LifecycleEvent, Target, Unit
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence

_MODELS = {Target.ENTRANCE: Entrance, Target.UNIT: Unit}


@transaction.atomic
def readdress(
    *,
    order: Order,
    target: Target,
    target_id: int,
    building_id: int,
    address: str = "",
    alternates: Sequence[str] = (),
    end: Sequence[str] = (),
    keep_former: bool = True,
    share_address: bool = False,
) -> LifecycleEvent:
    """Give a target another standard address, further alternates, and ``end`` some that it has.

    The standard address before goes on as a former one, by which it is still found, unless ``keep_former`` is
    False; and the addresses that followed from it, of what is inside, are renewed in the same way. Raises Refused
    ``no_such_address`` for a text in ``end`` that it does not have, Conflict ``address_taken`` for the standard address
    of another building, unless they are to share it (``share_address``).
    """
    act = Act(EventKind.READDRESS, order)
    row = _locked(act, target, target_id, building_id)
    before = last_standard(target, row.pk)
    if end:
        held = held_addresses(target, [row.pk])
        strange = set(end) - {one.text for one in held}
        if strange:
            raise Refused("no_such_address", Sentence("It has no address {strange!r}.", strange=min(strange)[:80]))
        ending = [one for one in held if one.text in end]
        act.end(Target.ADDRESS, ending, buildings=[building_id] * len(ending))
    if address:
        set_standard(
            act,
            target,
            row,
            address,
            building=building_id,
            keep_former=keep_former,
            share_address=share_address,
        )
        if before and target is not Target.UNIT:
            door = row.pk if target is Target.ENTRANCE else 0
            follow_address(act, building=building_id, old=before, new=address, keep_former=keep_former, entrance=door)
    add_alternates(act, target, row, alternates, building=building_id, source=order.source)
    return act.record()


@transaction.atomic
def recode(
    *, order: Order, target: Target, target_id: int, building_id: int, code: str = "", scheme: str = ""
) -> LifecycleEvent:
    """Issue another code to a building or unit, or the next free one when ``code`` is empty; the one before ends."""
    act = Act(EventKind.RECODE, order)
    row = _locked(act, target, target_id, building_id)
    if target is Target.BUILDING:
        chosen, usual = code or codes.next_building_code(act, row), codes.BUILDING_SCHEME
    elif target is Target.UNIT:
        chosen, usual = code or codes.next_unit_code(row), codes.UNIT_SCHEME
    else:
        raise Invalid("no_codes", "Only buildings and units have codes.")
    codes.set_code(act, target, row, chosen, scheme=scheme or usual, building=building_id)
    return act.record()


def _locked(act: Act, target: Target, target_id: int, building_id: int) -> Building | Entrance | Unit:
    if target is Target.BUILDING:
        return act.lock([building_id])[building_id]
    row: Entrance | Unit = locked_inside(act, _MODELS[target], building_id, [target_id])[0]
    return row
