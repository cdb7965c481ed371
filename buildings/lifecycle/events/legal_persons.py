"""What happens to legal persons: they begin, change, move, end and come back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, transaction

from buildings.legal_persons.credit_code import cleaned, is_credit_code
from buildings.legal_persons.words import sounds_of
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import demand_public
from buildings.lifecycle.ending import inside
from buildings.lifecycle.permissions import demand_area, gone
from buildings.lifecycle.placing import community_at, placed
from buildings.models import Building, EventEffect, EventKind, LegalPerson, LifecycleEvent, Role, Target, Unit
from gisserver.common.db.validity import since
from gisserver.common.errors import Conflict, Invalid, NotFound, Refused
from gisserver.common.sentences import Sentence

Said = Mapping[str, Any]
WORDS = ("name", "kind", "status", "registered_address", "actual_address")
_WHERE = ("unit", "building", "location")


@transaction.atomic
def begin_legal_person(*, order: Order, said: Said) -> LifecycleEvent:
    """Begin a legal person of ``credit_code``, with its words, in ``unit``, ``building`` or at ``location``.

    One that had ended comes back, with its history. Raises Invalid ``bad_credit_code`` or ``needs_place``, Conflict
    ``code_taken``, and Forbidden outside the user's area.
    """
    code = cleaned(said["credit_code"])
    if not is_credit_code(code):
        sentence = Sentence("{code!r} is no unified social credit code: its check character tells.", code=code[:40])
        raise Invalid("bad_credit_code", sentence, field="credit_code")
    act = Act(EventKind.CREATE, order)
    place = _place(act, said)
    if place is None:
        raise Invalid("needs_place", "Say where it is: a unit, a building or a location.")
    row = LegalPerson.objects.filter(credit_code=code).select_for_update(no_key=True).first()
    if row is not None and row.valid.upper is None:
        raise _taken(code)
    say(act, code, {**_words(said), **place}, row=row)
    return act.record()


@transaction.atomic
def change_legal_person(*, order: Order, legal_person_id: int, said: Said) -> LifecycleEvent:
    """Let a legal person have other words, or be found elsewhere; it stays the same.

    Raises NotFound, Conflict ``legal_person_ended``, Refused ``nothing_changes`` or ``effective_before_last_change``,
    and Forbidden unless the user may edit both places.
    """
    act = Act(EventKind.UPDATE, order)
    held = _seen(order, legal_person_id)
    place = _place(act, said, also=held.building_id)
    say(act, held.credit_code, {**_words(said), **(place or {})}, row=_locked(act, held))
    return act.record()


@transaction.atomic
def end_legal_person(*, order: Order, legal_person_id: int, successors: Sequence[int] = ()) -> LifecycleEvent:
    """End a legal person, as when it is struck off; ``successors`` (ids) have taken it over.

    Raises as `change_legal_person` does.
    """
    act = Act(EventKind.MERGE if successors else EventKind.DISSOLVE, order)
    held = _seen(order, legal_person_id)
    _place(act, {}, also=held.building_id)
    row = _locked(act, held)
    heirs = LegalPerson.objects.visible_to(order.user).at().filter(pk__in=successors).exclude(pk=row.pk)
    missing = sorted(set(successors) - set(heirs.values_list("pk", flat=True)))
    if missing:
        raise _unknown(missing[0])
    act.demand_order_of_time([row])
    LegalPerson.objects.filter(pk=row.pk).end(act.moment)
    told = {"successors": sorted(set(successors))} if successors else None
    act.ended(Target.LEGAL_PERSON, row, building=row.building_id, values=told)
    return act.record()


def say(act: Act, code: str, values: Mapping[str, Any], *, row: LegalPerson | None) -> Role | None:
    """Let the legal person of a code, whose locked ``row`` is told, say ``values``; return what that did to it.

    ``values`` are fields of `LegalPerson`, a place among them for a new one; another registered address without its
    building has none. None: nothing new. Raises Conflict ``code_taken`` if somebody else has begun it meanwhile.
    """
    values = {**values, "sounds": sounds_of(values["name"])} if "name" in values else dict(values)
    if row is None:
        row = LegalPerson(credit_code=code, source=act.order.source[:100], valid=since(act.moment), **values)
        _begin(row)
        act.begun(Target.LEGAL_PERSON, row, building=row.building_id)
        return Role.BEGUN
    if values.get("registered_address", row.registered_address) != row.registered_address:
        values = {"registered_building_id": None, "registered_unit_id": None, **values}
    if row.valid.upper is None:
        act.demand_order_of_time([row])
        building = values.get("building_id") or row.building_id
        return Role.CHANGED if act.change(Target.LEGAL_PERSON, row, values, building=building) else None
    _demand_after(act, row)
    _live_again(act, row, values)
    return Role.REVIVED


def _begin(row: LegalPerson) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "buildings_legalperson_one_code" not in str(error):
            raise
        raise _taken(row.credit_code) from error


def demand_place(act: Act, row: LegalPerson) -> None:
    """Raise Forbidden unless the user may edit where a legal person is now."""
    at = row.building.community_id if row.building else community_at(row.location)
    demand_area(act.order.user, [at])


def take_back(act: Act, effects: Sequence[EventEffect]) -> None:
    """Let legal persons be from now on what they were before these ``effects`` of an event."""
    mine = [effect for effect in effects if effect.target == Target.LEGAL_PERSON]
    ids = {effect.target_id for effect in mine}
    rows = {row.pk: row for row in LegalPerson.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)}
    former_places = [_stored("location", (effect.before or {}).get("location")) for effect in mine]
    bare = [row.location for row in rows.values() if row.building_id is None]
    demand_area(act.order.user, {community_at(place) for place in [*bare, *former_places] if place is not None})
    begun = [rows[effect.target_id] for effect in mine if effect.role in (Role.BEGUN, Role.REVIVED)]
    act.end(Target.LEGAL_PERSON, begun, buildings=[row.building_id for row in begun])
    for effect in mine:
        row = rows[effect.target_id]
        if effect.role == Role.ENDED:
            _live_again(act, row, {})
        elif effect.role == Role.CHANGED:
            former = {name: _stored(name, value) for name, value in (effect.before or {}).items()}
            act.change(Target.LEGAL_PERSON, row, former, building=row.building_id)


def _stored(name: str, value: Any) -> Any:
    return GEOSGeometry(value) if name == "location" and value is not None else value


def _live_again(act: Act, row: LegalPerson, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.valid = since(act.moment)
    row.save(update_fields=[*values, "valid"])
    act.revived(Target.LEGAL_PERSON, row, building=row.building_id)


def _demand_after(act: Act, row: LegalPerson) -> None:
    if act.moment < row.valid.upper:
        raise Refused(
            "effective_before_last_change",
            Sentence(
                "{model} {pk} says this since {began}; an event comes after it.",
                model=row._meta.model_name,
                pk=row.pk,
                began=row.valid.upper.isoformat(),
            ),
            since=row.valid.upper.isoformat(),
        )


def _words(said: Said) -> dict[str, Any]:
    for address in ("registered_address", "actual_address"):
        demand_public(said.get(address, ""))
    return {name: said[name] for name in WORDS if name in said}


def _place(act: Act, said: Said, *, also: int | None = None) -> dict[str, Any] | None:
    """Return where ``said`` puts a legal person as fields of it, None where it does not; its building is locked.

    ``also`` (a building's id, ended or not) is locked with it. Raises Invalid ``needs_place`` for two places at once.
    """
    told = [name for name in _WHERE if said.get(name) is not None]
    if len(told) > 1:
        raise Invalid("needs_place", "Say where it is: a unit, a building or a location.")
    unit = _unit(act, said["unit"]) if told == ["unit"] else None
    house = said["building"] if told == ["building"] else unit and unit.building_id
    locked = act.lock({pk for pk in (also, house) if pk}, ended=True)
    if house:
        if locked[house].valid.upper is not None:
            raise gone(act.order.user, locked[house])
        return in_building(locked[house], unit and _still_in(house, unit.pk))
    if not told:
        return None
    location = placed({"location": said["location"], "crs": said.get("crs")})["location"]
    demand_area(act.order.user, [community_at(location)])
    return {"unit_id": None, "building_id": None, "location": location}


def in_building(building: Building, unit: Unit | None = None) -> dict[str, Any]:
    """Return a place in a building, or in a unit of it, as fields of a legal person."""
    return {"unit_id": unit and unit.pk, "building_id": building.pk, "location": building.location}


def _unit(act: Act, unit_id: int) -> Unit:
    unit = Unit.objects.visible_to(act.order.user).at().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("no_such_unit", Sentence("No unit {unit_id} is known to you at that time.", unit_id=unit_id))
    return unit


def _still_in(building_id: int, unit_id: int) -> Unit:
    """Return a unit as it is now that its building is locked; raises NotFound for one that has left it."""
    units: list[Unit] = inside(Unit, building_id, [unit_id])
    if units:
        return units[0]
    sentence = Sentence(
        "No {target} {target_id} is in building {building_id} now.",
        target=Target.UNIT,
        target_id=unit_id,
        building_id=building_id,
    )
    raise NotFound("no_such_unit", sentence)


def _seen(order: Order, legal_person_id: int) -> LegalPerson:
    row = LegalPerson.objects.visible_to(order.user).filter(pk=legal_person_id).first()
    if row is None:
        raise _unknown(legal_person_id)
    return row


def _locked(act: Act, held: LegalPerson) -> LegalPerson:
    """Return the row, locked; raises Forbidden outside the user's area, Conflict for one that has ended."""
    row = LegalPerson.objects.select_for_update(no_key=True).get(pk=held.pk)
    if row.building_id != held.building_id:
        raise Conflict("legal_person_moved", "The legal person has moved meanwhile; look again.", legal_person=row.pk)
    if row.building_id is None:
        demand_area(act.order.user, [community_at(row.location)])
    if row.valid.upper is not None:
        sentence = Sentence("Legal person {legal_person_id} is no more.", legal_person_id=row.pk)
        raise Conflict("legal_person_ended", sentence, legal_person=row.pk)
    return row


def _taken(code: str) -> Conflict:
    sentence = Sentence("The code {code} has been issued before; a code is never used again.", code=code)
    return Conflict("code_taken", sentence)


def _unknown(legal_person_id: int) -> NotFound:
    sentence = Sentence(
        "No legal person {legal_person_id} is known to you at that time.", legal_person_id=legal_person_id
    )
    return NotFound("no_such_legal_person", sentence)
