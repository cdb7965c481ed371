"""A person's decision on a row in doubt: it becomes an alias of its target, and the row goes where it belongs."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from buildings.importers.households import receive_household
from buildings.importers.placeless import receive_building
from buildings.lifecycle.acting import Act, Order
from buildings.lifecycle.addresses import REVIEW, add_alternates, held_addresses
from buildings.lifecycle.ending import inside
from buildings.models import (
    Address,
    Entrance,
    EventKind,
    ReviewItem,
    ReviewStatus,
    Target,
    Unit,
)
from gisserver.common.clock import database_now
from gisserver.common.errors import Conflict, Invalid, NotFound

# Of each register: what loads a row that waited, given the building and, when told, the unit; True when it did.
Receive = Callable[[Mapping[str, Any], int, int | None, Any], bool]
RECEIVERS: Mapping[str, Receive] = {"households": receive_household, "buildings": receive_building}
_MODELS: Mapping[Target, Any] = {Target.ENTRANCE: Entrance, Target.UNIT: Unit}


@transaction.atomic
def decide(*, user: User, item_id: int, target: Target, target_id: int, building_id: int, comment: str) -> ReviewItem:
    """Decide what a row's address means; raises NotFound, Conflict ``already_decided``, Forbidden.

    The text becomes an alternate address of the target (source "review"), so the same text matches at once from
    now on; open rows that say the same are decided alike. A household that waited is loaded.
    """
    act = Act(EventKind.READDRESS, Order(user=user, reason=comment, source=REVIEW))
    building = act.lock([building_id])[building_id]
    item = _locked(user, item_id)
    row = building if target is Target.BUILDING else _part(target, target_id, building_id)
    add_alternates(act, target, row, [item.text], building=building_id, source=REVIEW)
    if act.touched:
        act.record()
    alias = next((a for a in held_addresses(target, [row.pk]) if a.normalized == item.normalized), None)
    same = ReviewItem.objects.visible_to(user).filter(status=ReviewStatus.OPEN, normalized=item.normalized)
    for other in same.exclude(pk=item.pk).order_by("pk").select_for_update(no_key=True):
        _settle(other, user, target, row, building_id, alias, comment)
    _settle(item, user, target, row, building_id, alias, comment)
    return item


@transaction.atomic
def dismiss(*, user: User, item_id: int, reason: str) -> ReviewItem:
    """Take a row out of the queue undecided, for a reason; raises NotFound, Invalid, Conflict ``already_decided``."""
    if not reason.strip():
        raise Invalid("no_reason", "请说明驳回原因。 Say why the row is dismissed.")
    item = _locked(user, item_id)
    item.status, item.decided_by, item.decided_at, item.comment = ReviewStatus.DISMISSED, user, database_now(), reason
    item.save()
    return item


def _locked(user: User, item_id: int) -> ReviewItem:
    item = ReviewItem.objects.visible_to(user).filter(pk=item_id).select_for_update(no_key=True, of=("self",)).first()
    if item is None:
        raise NotFound("no_such_review", f"No row {item_id} waits for you.")
    if item.status != ReviewStatus.OPEN:
        raise Conflict("already_decided", "该行已处理。 Somebody has decided this row.", decided=item.status)
    return item


def _part(target: Target, target_id: int, building_id: int) -> Any:
    found = inside(_MODELS[target], building_id, [target_id])
    if not found:
        raise NotFound(f"no_such_{target}", f"No {target} {target_id} is in building {building_id} now.")
    return found[0]


def _settle(
    item: ReviewItem, user: User, target: Target, row: Any, building: int, alias: Address | None, comment: str
) -> None:
    now = database_now()
    receive = RECEIVERS.get(item.register)
    unit = row.pk if target is Target.UNIT else None
    item.loaded = receive is not None and receive(item.row, building, unit, now)
    item.status, item.decided_by, item.decided_at, item.comment = ReviewStatus.DECIDED, user, now, comment
    setattr(item, f"{target}_id", row.pk)
    item.alias = alias
    item.save()
