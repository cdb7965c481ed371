"""What is in a building: new entrances and units, and changes of theirs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from buildings.doors import Door, door_of
from buildings.lifecycle import codes
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import set_standard
from buildings.lifecycle.ending import end_entrances, end_households, end_units, inside
from buildings.lifecycle.implied_addresses import door_address, follow_renamed, follow_unit
from buildings.lifecycle.placing import placed
from buildings.models import Entrance, EventKind, LifecycleEvent, Target, Unit
from gisserver.common.errors import Conflict, Invalid, NotFound, Refused
from gisserver.common.sentences import Sentence

Said = Mapping[str, Any]
UNIT_ATTRIBUTES = ("number", "floor", "kind")


@transaction.atomic
def add_contents(*, order: Order, building_id: int, said: Said) -> LifecycleEvent:
    """Add ``entrances`` and ``units`` to a building that stands; an event of kind create.

    A unit names its entrance, old or new, by name. Raises Conflict ``number_taken`` when a number is in use.
    """
    act = Act(EventKind.CREATE, order)
    building = act.lock([building_id])[building_id]
    act.demand_order_of_time([building])
    doors = {row.name: row for row in inside(Entrance, building_id)}
    made = add_entrances(act, building_id, said.get("entrances", ()), taken=doors)
    add_units(act, building_id, said.get("units", ()), doors | {row.name: row for row in made})
    return act.record()


@transaction.atomic
def change_unit(*, order: Order, unit_id: int, building_id: int, said: Said) -> LifecycleEvent:
    """Change a unit's number, floor, kind, entrance (by name) or place, from the event's moment on."""
    act = Act(EventKind.UPDATE, order)
    unit = locked_inside(act, Unit, building_id, [unit_id])[0]
    act.demand_order_of_time([unit])
    changes = {name: said[name] for name in UNIT_ATTRIBUTES if name in said}
    number, entrance = unit.number, unit.entrance
    if "entrance" in said:
        changes["entrance_id"] = _door(said["entrance"], {row.name: row for row in inside(Entrance, building_id)})
    if "location" in said:
        changes["location"] = placed(said).get("location")
    with numbers_once():
        changed = act.change(Target.UNIT, unit, changes, building=building_id)
    if changed and {"number", "entrance_id"} & set(changes):
        demand_own_doors(building_id, [unit_id])
        now = Entrance.objects.filter(pk=unit.entrance_id).first()
        was_at, is_at = (door_address(door, door.name if door else "", building_id) for door in (entrance, now))
        follow_unit(act, unit, number, entrance=(was_at, is_at), building=building_id)
    return act.record()


@transaction.atomic
def change_entrance(*, order: Order, entrance_id: int, building_id: int, said: Said) -> LifecycleEvent:
    """Change an entrance's name or place, from the event's moment on."""
    act = Act(EventKind.UPDATE, order)
    entrance = locked_inside(act, Entrance, building_id, [entrance_id])[0]
    act.demand_order_of_time([entrance])
    changes = {"name": said["name"]} if "name" in said else {}
    if "location" in said:
        changes["location"] = placed(said).get("location")
    others = {row.name for row in inside(Entrance, building_id) if row.pk != entrance_id}
    if changes.get("name") in others:
        raise Conflict("entrance_taken", Sentence("There is an entrance {name!r} already.", name=changes["name"]))
    old = entrance.name
    if act.change(Target.ENTRANCE, entrance, changes, building=building_id) and entrance.name != old:
        follow_renamed(act, entrance, old, None, building_id)
    return act.record()


@transaction.atomic
def end_part(
    *, order: Order, target: Target, part_id: int, building_id: int, end_households_too: bool
) -> LifecycleEvent:
    """End a unit, or an entrance that no unit uses any more; an event of kind demolish."""
    act = Act(EventKind.DEMOLISH, order)
    [part] = locked_inside(act, Unit if target is Target.UNIT else Entrance, building_id, [part_id])
    if isinstance(part, Unit):
        end_households(act, [part], allowed=end_households_too)
        end_units(act, [part])
    else:
        used = part.units.filter(valid__upper_inf=True).count()
        if used:
            sentence = Sentence("{units} units use this entrance.", units=used)
            raise Conflict("entrance_in_use", sentence, units=used)
        end_entrances(act, [part])
    return act.record()


def locked_inside(act: Act, model: Any, building_id: int, ids: Sequence[int]) -> list[Any]:
    """Lock a building and return these units or entrances of it; Conflict for one that has ended or moved away."""
    act.lock([building_id])
    found = {row.pk: row for row in inside(model, building_id, ids)}
    for missing in [identity for identity in ids if identity not in found]:
        name = model._meta.model_name
        if not model.objects.filter(pk=missing).exists():
            raise NotFound(
                f"no_such_{name}", Sentence("No {name} {missing} is known to you.", name=name, missing=missing)
            )
        raise Conflict(
            f"{name}_not_here",
            Sentence(
                "{name} {missing} has ended, or is not in building {building_id}.",
                name=name,
                missing=missing,
                building_id=building_id,
            ),
            **{name: missing},
        )
    return [found[identity] for identity in ids]


def demand_own_doors(building: int, units: Iterable[int]) -> None:
    """Refuse these units (ids), as they have been written, where one is another's door by another spelling."""
    asked = set(units)
    rows = Unit.objects.filter(building_id=building, valid__upper_inf=True).order_by("pk")
    seen: dict[Door, tuple[int, str]] = {}
    for pk, entrance, number in rows.values_list("pk", "entrance__name", "number"):
        other, known = seen.setdefault(door_of(entrance or "", number), (pk, number))
        if other != pk and asked & {other, pk}:
            raise one_door(known, number)


def one_door(known: str, number: str) -> Conflict:
    """Return the refusal of two numbers that say one door."""
    return Conflict(
        "number_taken",
        Sentence("{known!r} and {number!r} would be one door by two spellings.", known=known, number=number),
    )


def add_entrances(
    act: Act, building: int, said: Iterable[Said], *, taken: Mapping[str, Entrance] | None = None
) -> list[Entrance]:
    """Begin entrances of a building: each a ``name``, perhaps a ``location`` and an ``address``."""
    texts = list(said)
    names = [one["name"] for one in texts]
    if len(set(names)) != len(names) or set(names) & set(taken or ()):
        raise Conflict("entrance_taken", "Two entrances of a building have the same name.")
    new = [Entrance(building_id=building, name=one["name"], location=placed(one).get("location")) for one in texts]
    made = act.begin(Target.ENTRANCE, new, buildings=[building] * len(new))
    for row, one in zip(made, texts, strict=True):
        if one.get("address"):
            set_standard(act, Target.ENTRANCE, row, one["address"], building=building)
    return made


def add_units(act: Act, building: int, said: Iterable[Said], doors: Mapping[str, Entrance]) -> list[Unit]:
    """Begin units: ``number``, ``floor``, ``kind``, ``entrance`` (a name), ``location``, a code, ``address``."""
    texts = list(said)
    new = [
        Unit(
            building_id=building,
            entrance_id=_door(one.get("entrance"), doors),
            location=placed(one).get("location"),
            **{name: one[name] for name in UNIT_ATTRIBUTES if name in one},
        )
        for one in texts
    ]
    with numbers_once():
        made = act.begin(Target.UNIT, new, buildings=[building] * len(new))
    if made:
        demand_own_doors(building, [row.pk for row in made])
    for row, one in zip(made, texts, strict=True):
        if one.get("address"):
            set_standard(act, Target.UNIT, row, one["address"], building=building)
        code = one.get("code") or (codes.next_unit_code(row) if one.get("issue_code") else "")
        if code:
            scheme = one.get("scheme") or codes.UNIT_SCHEME
            codes.set_code(act, Target.UNIT, row, code, scheme=scheme, building=building)
    return made


class numbers_once(transaction.Atomic):  # noqa: N801 -- used as a with statement
    """A block in which the database may find that a building has a unit number twice: Conflict ``number_taken``."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Undo the block on any error, and say which one this is."""
        super().__exit__(kind, error, trace)
        if isinstance(error, IntegrityError) and "buildings_unit_number_once" in str(error):
            raise Conflict("number_taken", "Two units would have the same number at the same entrance.") from error


def _door(name: str | None, doors: Mapping[str, Entrance]) -> int | None:
    if not name:
        return None
    if name not in doors:
        raise Invalid("unknown_entrance", Sentence("The building has no entrance {name!r}.", name=name[:50]))
    return doors[name].pk


def demand_known(ids: Iterable[int], known: Iterable[int], name: str) -> None:
    """Refuse ids that are not among the building's own."""
    strange = sorted(set(ids) - set(known))
    if strange:
        raise Refused(f"unknown_{name}", Sentence("Not of this building: {strange}.", strange=strange[:10]))
