"""Taking an event back: what it ended holds again from now on, what it began ends; the event itself stays on record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from buildings.households import ledger
from buildings.lifecycle.act import Act, Order, refused_by_database
from buildings.lifecycle.ending import end_buildings, end_entrances, end_units
from buildings.lifecycle.events import legal_persons
from buildings.lifecycle.events.create import assign_grid
from buildings.lifecycle.permissions import demand_area
from buildings.lifecycle.rehousing import live_again, rehouse_again
from buildings.models import (
    Address,
    Building,
    BuildingCode,
    Entrance,
    EventEffect,
    EventKind,
    Household,
    HouseholdState,
    LifecycleEvent,
    RegisterRun,
    ReviewItem,
    Role,
    Target,
    Unit,
    UnitCode,
)
from gisserver.common.db import sql
from gisserver.common.db.each import update_each
from gisserver.common.db.validity import since
from gisserver.common.errors import Conflict, NotFound, Refused
from gisserver.common.sentences import Sentence

SQL = Path(__file__).parents[1] / "sql"
MODELS: Mapping[str, Any] = {
    Target.BUILDING: Building,
    Target.ENTRANCE: Entrance,
    Target.UNIT: Unit,
    Target.ADDRESS: Address,
    Target.BUILDING_CODE: BuildingCode,
    Target.UNIT_CODE: UnitCode,
}


@transaction.atomic
def take_back_event(*, order: Order, event_id: int, household_id: int | None = None) -> LifecycleEvent:
    """Take back an event of households, or (``household_id`` None) an import, whole: as if it had not been told.

    What was believed meanwhile is still read with ``known``. Raises as `revert_event` does.
    """
    event = LifecycleEvent.objects.filter(pk=event_id).first()
    effects = EventEffect.objects.filter(event_id=event_id)
    mine = effects.filter(target=Target.HOUSEHOLD, target_id=household_id) if household_id else effects
    if event is None or (household_id and not mine.exists()) or (not household_id and event.kind != EventKind.IMPORT):
        raise NotFound("no_such_event", Sentence("No event {event_id} is known to you.", event_id=event_id))
    act = Act(EventKind.REVERT, order, reverts=event)
    buildings = {pk for pk in effects.values_list("building_id", flat=True).distinct() if pk is not None}
    if not buildings:
        demand_area(order.user, _told_areas(event))
    act.lock(buildings, ended=True)
    if household_id and (event.kind == EventKind.IMPORT or effects.exclude(target=Target.HOUSEHOLD).exists()):
        raise Refused("not_of_households", "This event did more: take it back at its building, or as an import.")
    _demand_revertible(event, order)
    act.take_back(event)
    legal_persons.take_back(act, list(effects.order_by("-pk")))
    _end_homes_made(act, event)
    return act.record()


@transaction.atomic
def take_back_of_legal_person(*, order: Order, event_id: int, legal_person_id: int) -> LifecycleEvent:
    """Take back, from now on, the latest event of a legal person; raises as `revert_event` does.

    An import, and what happened to buildings at once, is refused: ``not_of_legal_person``.
    """
    event = LifecycleEvent.objects.filter(pk=event_id).first()
    effects = list(EventEffect.objects.filter(event_id=event_id).order_by("-pk"))
    if event is None or (Target.LEGAL_PERSON, legal_person_id) not in {(e.target, e.target_id) for e in effects}:
        raise NotFound("no_such_event", Sentence("No event {event_id} is known to you.", event_id=event_id))
    act = Act(EventKind.REVERT, order, reverts=event)
    act.lock(_buildings(effects), ended=True)
    if event.kind == EventKind.IMPORT or {e.target for e in effects} != {Target.LEGAL_PERSON}:
        raise Refused("not_of_legal_person", "This event did more: take it back as an import, or undo the decision.")
    _demand_revertible(event, order)
    legal_persons.take_back(act, effects)
    return act.record()


def _told_areas(event: LifecycleEvent) -> Sequence[int | None]:
    """Return the communities that an import told of, though nothing was new there; None is everywhere."""
    run = RegisterRun.objects.filter(event=event).first()
    return (run.communities if run else None) or [None]


def _end_homes_made(act: Act, event: LifecycleEvent) -> None:
    """End the units and entrances that an import made and that nobody uses."""
    made = event.effects.filter(role=Role.BEGUN)
    units = Unit.objects.filter(pk__in=made.filter(target=Target.UNIT).values("target_id"), valid__upper_inf=True)
    end_units(act, list(units.exclude(households__valid__upper_inf=True).order_by("pk")))
    doors = made.filter(target=Target.ENTRANCE).values("target_id")
    entrances = Entrance.objects.filter(pk__in=doors, valid__upper_inf=True)
    end_entrances(act, list(entrances.exclude(units__valid__upper_inf=True).order_by("pk")))


@transaction.atomic
def revert_event(*, order: Order, event_id: int, building_id: int) -> LifecycleEvent:
    """Take an event of this building back from now on; between the two, the register says what it did.

    Rows of registers that it decided wait for review again.

    Only the latest event of everything that it touched can be taken back: raises Conflict ``later_events`` naming
    the others, ``already_reverted``, and Refused ``not_revertible`` for a revert and for what an import did.
    """
    event = LifecycleEvent.objects.filter(pk=event_id).first()
    if event is None or building_id not in _buildings(list(event.effects.all())):
        raise NotFound(
            "no_such_event",
            Sentence("Building {building_id} has no event {event_id}.", building_id=building_id, event_id=event_id),
        )
    if event.kind == EventKind.IMPORT or set(event.effects.values_list("target", flat=True)) == {Target.HOUSEHOLD}:
        return take_back_event(order=order, event_id=event_id, household_id=_household_of(event))
    act = Act(EventKind.REVERT, order, reverts=event)
    effects = list(event.effects.order_by("-pk"))
    act.lock(_buildings(effects), ended=True)
    _demand_revertible(event, order)
    try:
        with transaction.atomic():
            _undo(act, event, effects)
    except IntegrityError as error:
        raise refused_by_database(error) from error
    ReviewItem.objects.filter(event=event).reopen()
    return act.record()


def _household_of(event: LifecycleEvent) -> int | None:
    """Return a household that an event of households touched; None for an import."""
    first = event.effects.filter(target=Target.HOUSEHOLD).first()
    return None if event.kind == EventKind.IMPORT or first is None else first.target_id


def _buildings(effects: Sequence[EventEffect]) -> set[int]:
    """Return every building that the effects name, also those that units moved from."""
    named = {effect.building_id for effect in effects if effect.building_id}
    former = {(effect.before or {}).get(name) for effect in effects for name in ("building", "building_id")}
    return named | {building for building in former if building}


def _demand_revertible(event: LifecycleEvent, order: Order) -> None:
    if event.kind == EventKind.REVERT or (event.author_id is None and event.kind != EventKind.IMPORT):
        raise Refused("not_revertible", "An import, or a revert itself, is not taken back by one step.")
    if LifecycleEvent.objects.filter(reverts=event).exists():
        raise Conflict("already_reverted", "This event has been taken back already.")
    if order.effective_at is not None:
        raise Refused("revert_is_now", "A revert takes effect now.")
    told = event.effects.filter(target=Target.HOUSEHOLD).values_list("target_id", flat=True).distinct()
    ledger.lock(told)  # who changes them comes before what is asked next, or waits
    later = sql.rows(SQL / "later_events.sql", event=event.pk)
    if later:
        raise Conflict(
            "later_events",
            "Later events touched the same; take them back first.",
            events=[row["id"] for row in later],
        )


def _undo(act: Act, event: LifecycleEvent, effects: Sequence[EventEffect]) -> None:
    """Undo effects, the last first, kind by kind: what hangs on something leaves before it, and comes back after.

    What the event told of households was never so; households that it ended with their homes live again from now on.
    """
    told = any(model.objects.filter(event=event).exists() for model in (Household, HouseholdState))
    if told:
        effects = [effect for effect in effects if effect.target != Target.HOUSEHOLD]

    legal_persons.take_back(act, effects)

    def of(role: Role, *targets: Target) -> list[EventEffect]:
        return [e for target in targets for e in effects if e.role == role and e.target == target]

    hanging = (Target.ADDRESS, Target.BUILDING_CODE, Target.UNIT_CODE)
    revived = _revive(act, of(Role.ENDED, Target.BUILDING, Target.ENTRANCE, Target.UNIT, Target.HOUSEHOLD))
    if told:  # into units that stand again
        act.take_back(event)
    _restore(act, of(Role.CHANGED, Target.ENTRANCE, Target.UNIT, Target.HOUSEHOLD, Target.BUILDING))
    _end_again(act, of(Role.BEGUN, *hanging, Target.HOUSEHOLD, Target.UNIT, Target.ENTRANCE, Target.BUILDING))
    _begin_again(act, of(Role.ENDED, *hanging))
    moved = {e.target_id for e in of(Role.CHANGED, Target.BUILDING)} | revived
    current = Building.objects.filter(pk__in=moved, valid__upper_inf=True)
    assign_grid(act, list(current.order_by("pk")))


def _by_target(effects: Sequence[EventEffect]) -> Iterator[tuple[Target, list[EventEffect]]]:
    for target, same in groupby(effects, key=lambda effect: effect.target):
        yield Target(target), list(same)


def _rows(target: Target, effects: Sequence[EventEffect]) -> list[tuple[EventEffect, Any]]:
    found = MODELS[target].objects.in_bulk([effect.target_id for effect in effects])
    return [(effect, found[effect.target_id]) for effect in effects]


def _revive(act: Act, effects: Sequence[EventEffect]) -> set[int]:
    """Let rows live again from the event's moment on; return the buildings among them."""
    buildings = set()
    for target, same in _by_target(effects):
        if target is Target.HOUSEHOLD:
            live_again(act, {effect.target_id: effect.building_id or 0 for effect in same})
            continue
        ids = [effect.target_id for effect in same]
        MODELS[target].objects.filter(pk__in=ids).update(valid=since(act.moment))
        for effect, row in _rows(target, same):
            act.revived(target, row, building=effect.building_id or 0)
        buildings |= set(ids) if target is Target.BUILDING else set()
    return buildings


def _restore(act: Act, effects: Sequence[EventEffect]) -> None:
    """Give rows their former values again; numbers may be exchanged, so nobody has one meanwhile."""
    for effect in [e for e in effects if e.target == Target.HOUSEHOLD]:
        rehouse_again(act, effect)
    effects = [e for e in effects if e.target != Target.HOUSEHOLD]
    numbered = [e.target_id for e in effects if e.target == Target.UNIT and "number" in (e.before or {})]
    sql.run(SQL / "unnumber.sql", ids=numbered)
    for target, same in _by_target(effects):
        values: dict[int, dict[str, Any]] = defaultdict(dict)
        for effect in same:  # the last first: what the event found stays
            values[effect.target_id] |= _stored(effect.before or {})
        _write(act, MODELS[target], values)
        for effect, row in _rows(target, same):
            before, after = dict(effect.before or {}), dict(effect.after or {})
            building = int(before.get("building") or effect.building_id or 0)
            act.note_change(target, row, after, before, building=building)


def _write(act: Act, model: Any, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the values of rows, by id, in one statement for all that say the same kinds of things."""
    alike: dict[frozenset[str], dict[int, Mapping[str, Any]]] = defaultdict(dict)
    for pk, said in values.items():
        alike[frozenset(said)][pk] = said
    for names, same in alike.items():
        update_each(model, same, sorted(names), changed_at=act.moment)


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of an effect by the columns that hold them."""
    return {("building_id" if name == "building" else name): value for name, value in values.items()}


def _end_again(act: Act, effects: Sequence[EventEffect]) -> None:
    for target, same in _by_target(effects):
        where = {effect.target_id: effect.building_id or 0 for effect in same}
        if target is Target.HOUSEHOLD:
            living = list(Household.objects.filter(identity__in=where, valid__upper_inf=True).order_by("pk"))
            act.end(target, living, buildings=[where[row.identity] for row in living])
            continue
        # What has ended since has ended with its building.
        rows = [row for _, row in _rows(target, same) if row.valid.upper is None]
        if target is Target.BUILDING:
            end_buildings(act, rows)
        else:
            act.end(target, rows, buildings=[where[row.pk] for row in rows])


def _begin_again(act: Act, effects: Sequence[EventEffect]) -> None:
    """Begin addresses anew, and further periods of codes: what has ended stays as it was."""
    for target, same in _by_target(effects):
        rows = [row for _, row in _rows(target, same)]
        for row in rows:
            row.pk = None
            row._state.adding = True
            if target is not Target.ADDRESS:
                row.reissued = True
        act.begin(target, rows, buildings=[effect.building_id or 0 for effect in same])
