"""Which unit a row of a register means, whatever its spelling; and making new ones, where that was ordered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from buildings.addresses.text.normalize import normalize
from buildings.doors import Door, door_of, entrance_name, room_number
from buildings.importers.events import note_begun
from buildings.lifecycle.addresses import MAX_TEXT
from buildings.lifecycle.codes import UNIT_SCHEME, next_unit_codes
from buildings.models import Address, AddressKind, Entrance, LifecycleEvent, Target, Unit, UnitCode
from buildings.succession import WITHDRAWN, fates
from gisserver.common.db.validity import since

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of its unit: the building (an id), the words for entrance and room, and the floor."""

    building: int
    entrance: str
    room: str
    floor: int | None = None

    @property
    def door(self) -> Door:
        """The door that the words mean."""
        return door_of(self.entrance, self.room)

    @property
    def key(self) -> tuple[int, Door]:
        """What is the same for all spellings of a unit."""
        return self.building, self.door


class Doors:
    """The doors of some buildings, as they stand now (or are planned)."""

    def __init__(self, buildings: Iterable[int]) -> None:
        self._units: dict[int, list[tuple[Door, int, str]]] = defaultdict(list)
        self.entrances: dict[tuple[int, str], int] = {}
        wanted = set(buildings)
        for entrance in Entrance.objects.filter(building_id__in=wanted, valid__upper_inf=True).order_by("-pk"):
            self.entrances[entrance.building_id, door_of(entrance.name, "").entrance] = entrance.pk
        rows = Unit.objects.filter(building_id__in=wanted, valid__upper_inf=True).order_by("pk")
        for pk, building, name, number in rows.values_list("pk", "building_id", "entrance__name", "number"):
            self.add(building, door_of(name or "", number), pk, f"{name or ''}{number}")

    def add(self, building: int, door: Door, unit: int, label: str) -> None:
        """Note a further unit, and how it is called."""
        self._units[building].append((door, unit, label))

    def like(self, wanted: Wanted) -> list[int]:
        """Return the units that ``wanted`` may mean: those of exactly its door, else those that it leaves open."""
        door = wanted.door
        held = self._units[wanted.building] if door else []
        exact = [unit for known, unit, _ in held if known == door]
        return exact or [unit for known, unit, _ in held if door.may_be(known)]

    def near(self, wanted: Wanted) -> list[tuple[int, str]]:
        """Return the units of the building that have the room's number at any entrance, each with how it is called."""
        held = self._units[wanted.building]
        return [(unit, label) for known, unit, label in held if known.room == wanted.door.room]

    def find(self, wanted: Wanted) -> int | None:
        """Return the one unit that is meant; None when none is, or it is open which."""
        found = self.like(wanted)
        return found[0] if len(found) == 1 else None


def ended_units(wanted: Mapping[int, Wanted]) -> dict[int, int]:
    """Return by row the unit that had the door which the row names, and has ended: the last of several.

    One that never was, because what made it was taken back, is none.
    """
    had: dict[int, list[tuple[Door, int]]] = defaultdict(list)
    buildings = {one.building for one in wanted.values()}
    rows = Unit.objects.filter(building_id__in=buildings, valid__upper_inf=False).order_by("valid", "pk")
    for pk, building, name, number in rows.values_list("pk", "building_id", "entrance__name", "number"):
        had[building].append((door_of(name or "", number), pk))
    found = {
        index: pk
        for index, one in wanted.items()
        for door, pk in had[one.building]
        if one.door and one.door.may_be(door)
    }
    outcomes = fates("unit", set(found.values())) if found else {}
    return {index: pk for index, pk in found.items() if outcomes.get(pk, {}).get("status") != WITHDRAWN}


def make_units(
    wanted: Iterable[Wanted], doors: Doors, *, source: str, moment: datetime, event: LifecycleEvent
) -> list[str]:
    """Make the units that no building has yet, each with its entrance, address and code; return how each is called.

    A unit gets the address of its building with its own door behind it, and the next code behind its building's,
    where the building has them. Units and entrances are part of the import's ``event``.
    """
    new: dict[tuple[int, Door], Wanted] = {}
    for one in sorted(wanted, key=lambda w: not w.door.entrance):
        open_to = [key for key in new if key[0] == one.building and one.door.may_be(key[1])]
        if one.door and not doors.like(one) and not open_to:
            new[one.key] = one
    entrances = _make_entrances(new.values(), doors, moment)
    rows = [
        Unit(
            building_id=one.building,
            entrance_id=doors.entrances.get((one.building, one.door.entrance)),
            number=room_number(one.room, one.door.room),
            floor=one.floor,
            valid=since(moment),
        )
        for one in new.values()
    ]
    made = Unit.objects.bulk_create(rows, batch_size=_BATCH)
    labels = _name(made, list(new.values()), source=source, moment=moment)
    for one, unit, label in zip(new.values(), made, labels, strict=True):
        doors.add(one.building, one.door, unit.pk, label)
    for target, begun in ((Target.ENTRANCE, entrances), (Target.UNIT, made)):
        where = {row.pk: row.building_id for row in begun}
        note_begun(event, target, where)
    return labels


def _make_entrances(wanted: Iterable[Wanted], doors: Doors, moment: datetime) -> list[Entrance]:
    names: dict[tuple[int, str], str] = {}
    for one in wanted:
        key = (one.building, one.door.entrance)
        if one.door.entrance and key not in doors.entrances:
            names.setdefault(key, entrance_name(one.entrance, one.door.entrance))
    rows = [Entrance(building_id=building, name=name, valid=since(moment)) for (building, _), name in names.items()]
    made = Entrance.objects.bulk_create(rows, batch_size=_BATCH)
    doors.entrances.update(zip(names, (row.pk for row in made), strict=True))
    return made


def _name(made: Sequence[Unit], wanted: Sequence[Wanted], *, source: str, moment: datetime) -> list[str]:
    """Give new units their addresses and codes; return a label of each."""
    buildings = {unit.building_id for unit in made}
    standard = Address.objects.filter(
        building_id__in=buildings, kind=AddressKind.STANDARD, valid__upper_inf=True
    ).values_list("building_id", "text")
    texts: Mapping[int | None, str] = dict(standard)
    codes = next_unit_codes(made)
    addresses, labels = [], []
    for unit, one in zip(made, wanted, strict=True):
        entrance = entrance_name(one.entrance, one.door.entrance) if one.door.entrance else ""
        door = f"{entrance}{unit.number}"
        house = texts.get(unit.building_id)
        labels.append(f"{house or f'building {unit.building_id}'} {door}")
        if house and len(house) + len(door) <= MAX_TEXT:
            text = f"{house}{door}"
            addresses.append(
                Address(unit=unit, text=text, normalized=normalize(text)[:300], source=source, valid=since(moment))
            )
    Address.objects.bulk_create(addresses, batch_size=_BATCH)
    UnitCode.objects.bulk_create(
        [
            UnitCode(unit_id=unit, code=code, scheme=UNIT_SCHEME, issuer=source, valid=since(moment))
            for unit, code in codes.items()
        ],
        batch_size=_BATCH,
    )
    return labels
