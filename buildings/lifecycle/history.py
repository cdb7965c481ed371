"""Reading the life of a building, an entrance or a unit: its lives, what it said when, and the events in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from buildings.lifecycle.succession import fate
from buildings.models import (
    Address,
    Building,
    BuildingAsOf,
    BuildingCode,
    Entrance,
    EntranceAsOf,
    EventEffect,
    Household,
    LifecycleEvent,
    Target,
    Unit,
    UnitAsOf,
    UnitCode,
)
from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.errors import NotFound
from gisserver.common.geography import as_lonlat
from gisserver.common.personal import masked

# So many effects of one event are told; a community's import may have a hundred thousand.
MAX_EFFECTS = 500
_KINDS: Mapping[Target, tuple[Any, Any]] = {
    Target.BUILDING: (Building, BuildingAsOf),
    Target.ENTRANCE: (Entrance, EntranceAsOf),
    Target.UNIT: (Unit, UnitAsOf),
}
_TEXTS: Mapping[str, tuple[Any, str]] = {
    Target.ADDRESS: (Address, "text"),
    Target.BUILDING_CODE: (BuildingCode, "code"),
    Target.UNIT_CODE: (UnitCode, "code"),
    Target.UNIT: (Unit, "number"),
    Target.ENTRANCE: (Entrance, "name"),
}


def visible_part(user: Viewer, target: Target, identity: int) -> Any:
    """Return a building, entrance or unit that the user may see, ended or not; raises NotFound."""
    row = _KINDS[target][0].objects.visible_to(user).filter(pk=identity).first()
    if row is None:
        raise NotFound(f"no_such_{target}", f"No {target} {identity} is known to you.")
    return row


def history_of(*, user: Viewer, target: Target, identity: int) -> dict[str, Any]:
    """Return what became of a target, its states and its events, oldest first; raises NotFound."""
    row = visible_part(user, target, identity)
    states = _KINDS[target][1].objects.filter(pk=identity).annotate(geometry=as_lonlat("location"))
    return {
        "target": target.value,
        "id": identity,
        **fate(target, identity, row.valid),
        "states": list(states.order_by("shown")),
        "events": told(events_of(target, identity)),
    }


def events_of(target: Target, identity: int) -> QuerySet[LifecycleEvent]:
    """Return the events that touched a target; for a building also what is in it."""
    touched = Q(target=target, target_id=identity)
    if target is Target.BUILDING:
        touched |= Q(building_id=identity)
    ids = EventEffect.objects.filter(touched).values("event_id")
    return LifecycleEvent.objects.filter(pk__in=ids)


def events_visible_to(user: Viewer) -> QuerySet[LifecycleEvent]:
    """Return the events all of whose buildings the user may see."""
    if scope_of(user).everywhere:
        return LifecycleEvent.objects.all()
    seen = Building.objects.visible_to(user).values("pk")
    effects = EventEffect.objects.filter(event_id=OuterRef("pk"))
    hidden = effects.filter(Q(building_id=None) | ~Q(building_id__in=seen))
    return LifecycleEvent.objects.filter(Exists(effects) & ~Exists(hidden))


def event_detail(*, user: Viewer, event_id: int) -> dict[str, Any]:
    """Return one event with its effects; raises NotFound unless one of its buildings is visible to the user."""
    rows = LifecycleEvent.objects.filter(pk=event_id)
    buildings = EventEffect.objects.filter(event_id=event_id).values("building_id")
    if not Building.objects.visible_to(user).filter(pk__in=buildings).exists():
        raise NotFound("no_such_event", f"No event {event_id} is known to you.")
    return told(rows)[0]


def told(events: QuerySet[LifecycleEvent]) -> list[dict[str, Any]]:
    """Return events as doors tell them, oldest first, each with at most `MAX_EFFECTS` effects."""
    rows = list(events.select_related("author", "reverted_by").order_by("effective_at", "pk"))
    effects: dict[int, list[EventEffect]] = defaultdict(list)
    totals: dict[int, int] = {}
    for row in rows:
        found = row.effects.order_by("pk")
        effects[row.pk] = list(found[:MAX_EFFECTS])
        totals[row.pk] = len(effects[row.pk]) if len(effects[row.pk]) < MAX_EFFECTS else found.count()
    texts = _texts([effect for some in effects.values() for effect in some])
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "effective_at": row.effective_at,
            "recorded_at": row.recorded_at,
            "author": None if row.author is None else row.author.username,
            "reason": row.reason,
            "source": row.source,
            "reverts": row.reverts_id,
            "reverted_by": getattr(getattr(row, "reverted_by", None), "pk", None),
            "effects_total": totals[row.pk],
            "effects": [_effect(effect, texts) for effect in effects[row.pk]],
        }
        for row in rows
    ]


def _texts(effects: Sequence[EventEffect]) -> dict[tuple[str, int], str]:
    """Return what names each target: an address's text, a code, a number."""
    named: dict[tuple[str, int], str] = {}
    for target, (model, column) in _TEXTS.items():
        ids = {effect.target_id for effect in effects if effect.target == target}
        rows = model.objects.filter(pk__in=ids).values_list("pk", column) if ids else ()
        named.update({(str(target), pk): text for pk, text in rows})
    return named


def _effect(effect: EventEffect, texts: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    answer = {
        "target": effect.target,
        "id": effect.target_id,
        "building": effect.building_id,
        "role": effect.role,
        "before": _told_words(effect, effect.before),
        "after": _told_words(effect, effect.after),
    }
    text = texts.get((effect.target, effect.target_id))
    return answer if text is None else {**answer, "text": text}


def _told_words(effect: EventEffect, words: Any) -> Any:
    """Return words without stored geometry, which the states beside the events show in degrees; nothing personal."""
    if words is None:
        return None
    model = Household if effect.target == Target.HOUSEHOLD else None
    return masked(model, {k: v for k, v in words.items() if k not in ("location", "footprint")})
