"""Reading the life of a building, an entrance or a unit: its lives, its values over time, and the events in it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from buildings.models import (
    Address,
    Building,
    BuildingAsOf,
    BuildingCode,
    Entrance,
    EntranceAsOf,
    EventEffect,
    Household,
    LegalPersonAsOf,
    LifecycleEvent,
    RegisterRun,
    Target,
    Unit,
    UnitAsOf,
    UnitCode,
)
from buildings.succession import fate
from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.db import sql
from gisserver.common.db.projections import as_lonlat
from gisserver.common.errors import NotFound
from gisserver.common.personal import masked
from gisserver.common.sentences import Sentence
from grids.models import Division, visible_communities

SQL = Path(__file__).parent / "sql"
# So many effects of one event are given; a community's import may have a hundred thousand.
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

# Under which names values say in which building and unit, and at which entrance, something is.
_HOUSES = ("building", "building_id", "registered_building_id")
_DOORS = ("entrance", "entrance_id")
_HOMES = ("unit_id", "registered_unit_id")
_PLACES: Sequence[tuple[Any, Sequence[str]]] = ((Building, _HOUSES), (Entrance, _DOORS), (Unit, _HOMES))
_WHERE = (*_HOUSES, *_HOMES)
# Values that are stored for the database only.
_UNTOLD = ("location", "footprint", "sounds")
# By kind of place, the ids that a reader may not see; under "location" the bare places of legal persons.
Hidden = Mapping[Any, Collection[Any]]


def visible_part(user: Viewer, target: Target, identity: int) -> Any:
    """Return a building, entrance or unit that the user may see, ended or not; raises NotFound."""
    row = _KINDS[target][0].objects.visible_to(user).filter(pk=identity).first()
    if row is None:
        raise NotFound(
            f"no_such_{target}", Sentence("No {target} {identity} is known to you.", target=target, identity=identity)
        )
    return row


def building_of(target: Target, part: Any) -> int:
    """Return the building that a part (`visible_part`) is, or is in now."""
    return int(part.pk if target is Target.BUILDING else part.building_id)


def history_of(*, user: Viewer, target: Target, identity: int) -> dict[str, Any]:
    """Return what became of a target, its states and its events, oldest first; raises NotFound.

    A state does not name the building or the entrance that it was in, if the user may not see that.
    """
    row = visible_part(user, target, identity)
    states = _KINDS[target][1].objects.filter(pk=identity).annotate(geometry=as_lonlat("location"))
    return {
        "target": target.value,
        "id": identity,
        **fate(user, target, identity, row.valid),
        "states": _visible_states(user, list(states.order_by("shown"))),
        "events": described(user, events_of(target, identity)),
    }


def _visible_states(user: Viewer, states: Sequence[Any]) -> Sequence[Any]:
    hidden = _hidden(user, [vars(state) for state in states])
    for state in states:
        for model, names in _PLACES:
            for name in names:
                if getattr(state, name, None) is not None and vars(state).get(name) in hidden[model]:
                    setattr(state, name, None)
    return states


def events_of(target: Target, identity: int) -> QuerySet[LifecycleEvent]:
    """Return the events that touched a target; for a building also what is in it."""
    touched = Q(target=target, target_id=identity)
    if target is Target.BUILDING:
        touched |= Q(building_id=identity)
    ids = EventEffect.objects.filter(touched).values("event_id")
    return LifecycleEvent.objects.filter(pk__in=ids)


def events_visible_to(user: Viewer) -> QuerySet[LifecycleEvent]:
    """Return the events all of whose places the user may see."""
    if scope_of(user).everywhere:
        return LifecycleEvent.objects.all()
    effects = EventEffect.objects.filter(event_id=OuterRef("pk"))
    hidden = effects.exclude(_seen_by(user))
    return LifecycleEvent.objects.filter(Exists(effects) & ~Exists(hidden))


def _seen_by(user: Viewer) -> Q:
    """Return the condition of effects in what the user may see: on a building, or a legal person then in none."""
    houses = Building.objects.visible_to(user).values("pk")
    moment = OuterRef("event__effective_at")
    around = Q(shown__contains=moment) | Q(shown__endswith=moment)
    bare = LegalPersonAsOf.objects.visible_to(user).filter(around, pk=OuterRef("target_id"), building=None)
    is_bare = Q(building_id=None) & Q(target=Target.LEGAL_PERSON)
    return Q(building_id__isnull=False, building_id__in=houses) | (is_bare & Q(Exists(bare)))


def event_detail(*, user: Viewer, event_id: int) -> dict[str, Any]:
    """Return one event with its effects; raises NotFound unless the user may see one of its places.

    An import, or its revert, is also seen by whoever may see all that it told of: it may have changed nothing.
    """
    rows = LifecycleEvent.objects.filter(pk=event_id)
    seen = EventEffect.objects.filter(_seen_by(user), event_id=event_id).exists()
    if not (seen or (_is_told_to(user, event_id) and rows.exists())):
        raise NotFound("no_such_event", Sentence("No event {event_id} is known to you.", event_id=event_id))
    return described(user, rows)[0]


def runs_visible_to(user: Viewer) -> QuerySet[RegisterRun]:
    """Return the imports of registers of which the user sees everything, as `event_detail` shows them."""
    visible = visible_communities(user)
    if visible is None:
        return RegisterRun.objects.all()
    seen = list(Division.objects.filter(pk__any_of=visible).values_list("pk", flat=True))
    told = Q(communities__len__gt=0, communities__contained_by=seen)
    return RegisterRun.objects.filter(told | Q(event__in=events_visible_to(user)))


def _is_told_to(user: Viewer, event_id: int) -> bool:
    visible = visible_communities(user)
    run = RegisterRun.objects.filter(Q(event=event_id) | Q(event__reverted_by=event_id)).first()
    if visible is None:
        return True
    told = set(run.communities) if run else set()
    return bool(told) and Division.objects.filter(pk__in=told).filter(pk__any_of=visible).count() == len(told)


def described(
    user: Viewer, events: QuerySet[LifecycleEvent], only: tuple[Target, int] | None = None
) -> list[dict[str, Any]]:
    """Return events as the API gives them, oldest first, each with at most `MAX_EFFECTS` effects, or ``only`` one's.

    An event may span areas: those of its effects are given, and counted, that are in places that the user may
    see; its reason, which is about all of them, only to whoever sees all.
    """
    rows = list(events.select_related("author", "reverted_by").order_by("effective_at", "pk"))
    effects: dict[int, list[EventEffect]] = defaultdict(list)
    totals: dict[int, int] = {}
    for row in rows:
        found = _visible_effects(user, row).order_by("pk")
        found = found if only is None else found.filter(target=only[0], target_id=only[1])
        effects[row.pk] = list(found[:MAX_EFFECTS])
        totals[row.pk] = len(effects[row.pk]) if len(effects[row.pk]) < MAX_EFFECTS else found.count()
    shown = [effect for some in effects.values() for effect in some]
    values_seen = [values for effect in shown for values in (effect.before, effect.after) if values is not None]
    texts, hidden = _texts(shown), {**_hidden(user, values_seen), "location": _hidden_points(user, shown)}
    whole = set(events_visible_to(user).filter(pk__in=totals).values_list("pk", flat=True))
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "effective_at": row.effective_at,
            "recorded_at": row.recorded_at,
            "author": None if row.author is None else row.author.username,
            "reason": row.reason if row.pk in whole else None,
            "source": row.source,
            "reverts": row.reverts_id,
            "reverted_by": getattr(getattr(row, "reverted_by", None), "pk", None),
            "effects_total": totals[row.pk],
            "effects": [_effect(effect, texts, hidden) for effect in effects[row.pk]],
        }
        for row in rows
    ]


def _visible_effects(user: Viewer, event: LifecycleEvent) -> QuerySet[EventEffect]:
    if visible_communities(user) is None:
        return event.effects.all()
    return event.effects.filter(_seen_by(user))


def _hidden(user: Viewer, values_seen: Sequence[Mapping[str, Any]]) -> Hidden:
    """Return the buildings, entrances and units that values name, and that the user may not see."""
    hidden: dict[Any, set[int]] = {}
    for model, names in _PLACES:
        named = {values[name] for values in values_seen for name in names if isinstance(values.get(name), int)}
        hidden[model] = named - set(model.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True))
    return hidden


def _hidden_points(user: Viewer, effects: Sequence[EventEffect]) -> Collection[str]:
    """Return the bare places that effects name of legal persons, as stored, and that are out of the user's area."""
    visible = visible_communities(user)
    mine = [effect for effect in effects if effect.target == Target.LEGAL_PERSON]
    told = [values for effect in mine for values in (effect.before, effect.after) if values is not None]
    points = {values["location"] for values in told if values.get("location") and not values.get("building_id")}
    if visible is None or not points:
        return ()
    seen = list(Division.objects.filter(pk__any_of=visible).values_list("pk", flat=True))
    return {row["point"] for row in sql.rows(SQL / "points_outside.sql", points=sorted(points), communities=seen)}


def _texts(effects: Sequence[EventEffect]) -> dict[tuple[str, int], str]:
    """Return what names each target: an address's text, a code, a number."""
    named: dict[tuple[str, int], str] = {}
    for target, (model, column) in _TEXTS.items():
        ids = {effect.target_id for effect in effects if effect.target == target}
        rows = model.objects.filter(pk__in=ids).values_list("pk", column) if ids else ()
        named.update({(str(target), pk): text for pk, text in rows})
    return named


def _effect(effect: EventEffect, texts: Mapping[tuple[str, int], str], hidden: Hidden) -> dict[str, Any]:
    answer = {
        "target": effect.target,
        "id": effect.target_id,
        "building": effect.building_id,
        "role": effect.role,
        "before": _visible_values(effect, effect.before, hidden),
        "after": _visible_values(effect, effect.after, hidden),
    }
    text = texts.get((effect.target, effect.target_id))
    return answer if text is None else {**answer, "text": text}


def _visible_values(effect: EventEffect, stored: Any, hidden: Hidden) -> Any:
    """Return values without stored geometry, which the states beside the events show in degrees; nothing personal.

    A building, an entrance or a unit that is ``hidden`` from the reader is given as None. Of a legal person that is
    found in such a place, or was, nothing else is told.
    """
    if stored is None:
        return None
    model = Household if effect.target == Target.HOUSEHOLD else None
    values = {name: value for name, value in stored.items() if name not in _UNTOLD}
    if effect.target == Target.LEGAL_PERSON and _is_elsewhere(stored, hidden):
        values = {name: value for name, value in values.items() if name in _WHERE}
    for place, names in _PLACES:
        values.update({name: None for name in names if values.get(name) in hidden[place]})
    return masked(model, values)


def _is_elsewhere(stored: Mapping[str, Any], hidden: Hidden) -> bool:
    """Return whether values say that a legal person is in a place that is ``hidden`` from the reader."""
    building = stored.get("building_id")
    return building in hidden[Building] if building else stored.get("location") in hidden["location"]
