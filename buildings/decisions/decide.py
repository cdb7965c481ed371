"""A person's decision on a row in doubt: what it will do, doing it as one event, and taking that back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from buildings.decisions.loading import LOADERS, Loaded, Meant, lock_places
from buildings.doors import door_of
from buildings.importers.homes import home_of
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import REVIEW, add_alternates, held_addresses
from buildings.lifecycle.ending import inside
from buildings.lifecycle.events.revert import revert_event
from buildings.masking import address_part
from buildings.models import (
    Doubt,
    Entrance,
    EventKind,
    LifecycleEvent,
    ReviewItem,
    ReviewStatus,
    Target,
    Unit,
)
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, DomainError, Invalid, NotFound
from gisserver.common.sentences import Sentence

_MODELS: Mapping[Target, Any] = {Target.ENTRANCE: Entrance, Target.UNIT: Unit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody says that a row means.

    ``confirmed``: though it was none of the candidates, or has another door than the row. ``make_unit``: though the
    building has no such unit yet.
    """

    target: Target
    target_id: int
    building_id: int
    comment: str = ""
    confirmed: bool = False
    make_unit: bool = False


@dataclass(slots=True, kw_only=True)
class Done:
    """What a decision does: the address that it adds, the rows that it loads, those of the same text left open."""

    alias: str | None = None
    loads: list[Loaded] = field(default_factory=list)
    left_open: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def decide(*, user: User, item_id: int, decision: Decision, dry_run: bool = False) -> Done:
    """Decide what a row means, load it, and return what that did; with ``dry_run`` what it would do.

    The address part of its text becomes an alternate address of the target (source "review"); the same text means the
    same from now on, and open rows that say the same are decided alike, each in a home of its own. All of it is one
    event. Raises NotFound, Forbidden, Conflict ``already_decided``, ``not_a_candidate``, ``another_door``, and what
    keeps the row from being loaded.
    """
    act = Act(EventKind.READDRESS, Order(user=user, reason=decision.comment, source=REVIEW))
    lock_places(user, item_id, decision.building_id)
    building = act.lock([decision.building_id])[decision.building_id]
    item = _locked(user, item_id)
    row = building if decision.target is Target.BUILDING else _part(decision)
    meant = Meant(decision.target, row, building, decision.make_unit)
    if not decision.confirmed:
        _demand_likely(item, meant)
    done = Done(loads=[LOADERS[item.register](act, item, meant)])
    decided = [item, *_alike(act, user, item, meant, done)]
    alias = _add_alias(act, item, meant)
    done.alias = None if alias is None else alias.text
    event = act.record() if act.touched else None
    _record(decided, done, user=user, meant=meant, comment=decision.comment, event=event, alias=alias)
    transaction.set_rollback(dry_run)
    return done


@transaction.atomic
def dismiss(*, user: User, item_id: int, reason: str) -> ReviewItem:
    """Take a row out of the queue undecided, for a reason; raises NotFound, Invalid, Conflict ``already_decided``."""
    if not reason.strip():
        raise Invalid("no_reason", "Say why the row is dismissed.")
    item = _locked(user, item_id)
    item.status, item.decided_by, item.decided_at, item.comment = ReviewStatus.DISMISSED, user, database_now(), reason
    item.save()
    return item


@transaction.atomic
def take_back(*, user: User, item_id: int, reason: str) -> None:
    """Take a decision back with all that it loaded: the row, and those decided alike, wait again.

    What was decided stays in the history of rows, the event and its revert in the building's. Raises NotFound, Invalid
    without a reason, Conflict ``not_decided``, or ``later_events`` when something has happened to the same since.
    """
    if not reason.strip():
        raise Invalid("no_reason", "Say why the decision is taken back.")
    found = ReviewItem.objects.visible_to(user).filter(pk=item_id)
    item = found.select_related("event", "entrance", "unit").first()
    if item is None:
        raise NotFound("no_such_review", Sentence("No row {item_id} waits for you.", item_id=item_id))
    if item.status == ReviewStatus.OPEN:
        raise Conflict("not_decided", "Nobody has decided this row.")
    if item.event is None:
        found.reopen()
        return
    part = item.unit or item.entrance
    building = item.building_id if part is None else part.building_id
    order = Order(user=user, reason=reason, source=REVIEW)
    revert_event(order=order, event_id=item.event.pk, building_id=building or 0)


def _locked(user: User, item_id: int) -> ReviewItem:
    item = ReviewItem.objects.visible_to(user).filter(pk=item_id).select_for_update(no_key=True, of=("self",)).first()
    if item is None:
        raise NotFound("no_such_review", Sentence("No row {item_id} waits for you.", item_id=item_id))
    if item.status != ReviewStatus.OPEN:
        raise Conflict("already_decided", "Somebody has decided this row.", decided=item.status)
    return item


def _part(decision: Decision) -> Any:
    found = inside(_MODELS[decision.target], decision.building_id, [decision.target_id])
    if not found:
        raise NotFound(
            f"no_such_{decision.target}",
            Sentence(
                "No {target} {target_id} is in building {building_id} now.",
                target=decision.target,
                target_id=decision.target_id,
                building_id=decision.building_id,
            ),
        )
    return found[0]


def _demand_likely(item: ReviewItem, meant: Meant) -> None:
    """Ask back when the target is none of the candidates (if there are any), or has another door than the row names."""
    ids = {(one["target"], one["id"]) for one in item.candidates}
    around = {one["building"] for one in item.candidates}
    if ids and (meant.target.value, meant.row.pk) not in ids and meant.building.pk not in around:
        raise Conflict(
            "not_a_candidate",
            "This is none of the row's candidates; say confirm if it is meant.",
        )
    if item.register == "households" and meant.target is Target.UNIT:
        named = home_of(item.row, meant.building.pk).wanted.door
        own = door_of(meant.row.entrance.name if meant.row.entrance else "", meant.row.number)
        if named and not named.may_be(own):
            raise Conflict(
                "another_door",
                Sentence(
                    "The row names another door than {number}; say confirm if it is meant.", number=meant.row.number
                ),
            )


def _alike(act: Act, user: User, item: ReviewItem, meant: Meant, done: Done) -> list[ReviewItem]:
    """Load the open rows of the same text; return those that were loaded. One that cannot be loaded waits on."""
    same = ReviewItem.objects.visible_to(user).filter(
        status=ReviewStatus.OPEN, normalized=item.normalized, register=item.register
    )
    decided = []
    for other in same.exclude(pk=item.pk).order_by("pk").select_for_update(no_key=True, of=("self",)):
        try:
            with transaction.atomic():
                if meant.target is Target.UNIT:
                    _demand_likely(other, meant)
                loaded = act.attempt(partial(LOADERS[item.register], act, other, meant))
        except DomainError as error:
            done.left_open.append({"review": other.pk, "code": error.code, "detail": error.detail})
        else:
            done.loads.append(loaded)
            decided.append(other)
    return decided


def _add_alias(act: Act, item: ReviewItem, meant: Meant) -> Any:
    """Let the address part of the text be an address of the target; None when nothing of it is one."""
    if item.reason == Doubt.UNKNOWN_UNIT:
        return None  # that text was made of a code, and nobody writes it
    known = [str(item.row.get(name, "")) for name in ("head_name", "phone")]
    text = address_part(item.text, known)
    if not text:
        return None
    add_alternates(act, meant.target, meant.row, [text], building=meant.building.pk, source=REVIEW)
    return next((one for one in held_addresses(meant.target, [meant.row.pk]) if one.text == text), None)


def _record(
    items: Sequence[ReviewItem],
    done: Done,
    *,
    user: User,
    meant: Meant,
    comment: str,
    event: LifecycleEvent | None,
    alias: Any,
) -> None:
    now = database_now()
    loaded = {one.review for one in done.loads if one.what is not None}
    for item in items:
        item.loaded, item.event, item.alias = item.pk in loaded, event, alias
        item.status, item.decided_by, item.decided_at, item.comment = ReviewStatus.DECIDED, user, now, comment
        setattr(item, f"{meant.target}_id", meant.row.pk)
        item.save()
