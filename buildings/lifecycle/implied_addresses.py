"""Addresses that follow from others: what is in a house is addressed by the house, so it is addressed anew with it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from buildings.addresses.text.normalize import normalize
from buildings.lifecycle.act import Act
from buildings.lifecycle.addresses import MAX_TEXT, new_address, set_standard, standard_address
from buildings.models import Address, AddressKind, Entrance, Target, Unit

# What an address was, and is.
Change = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Implied:
    """A standard address that followed from another one, and the text that follows from the new one."""

    held: Address
    target: Target
    identity: int
    building: int
    text: str


def follow_address(
    act: Act,
    *,
    building: int,
    old: str,
    new: str,
    keep_former: bool,
    entrance: int = 0,
    apart: Collection[int] = (),
) -> int:
    """Renew the addresses in a building, or at one ``entrance`` of it, whose address was ``old``; return how many.

    Not those of the units ``apart``. An address that doesn't begin with the old one (a shop with a door plate of its
    own) follows from nothing and stays.
    """
    inside = implied({building: (old, new)}, entrance=entrance)
    found = [one for one in inside if one.target is not Target.UNIT or one.identity not in apart]
    return renew(act, found, keep_former=keep_former)


def renew(act: Act, found: Collection[Implied], *, keep_former: bool) -> int:
    """Renew addresses that follow from others; return how many.

    Each one ends, and goes on as a former address if ``keep_former``.
    """
    buildings = [one.building for one in found]
    act.end(Target.ADDRESS, [one.held for one in found], buildings=buildings)
    source = act.order.source
    begun = [new_address(one.target, one.identity, one.text, AddressKind.STANDARD, source=source) for one in found]
    if keep_former:
        begun += [
            new_address(one.target, one.identity, one.held.text, AddressKind.FORMER, source=one.held.source)
            for one in found
        ]
        buildings += buildings
    act.begin(Target.ADDRESS, begun, buildings=buildings)
    return len(found)


def follow_renamed(
    act: Act, entrance: Entrance, old: str, told: str | None, building: int, *, apart: Collection[int] = ()
) -> Change:
    """Let an entrance's address, and those of the units behind it, follow the name that it has now.

    Return what changed, for the units that are ``apart`` because they change in other ways too.
    """
    before = door_address(entrance, old, building)
    standard = standard_address(Target.ENTRANCE, entrance.pk)
    text = told or numbered(standard, old, entrance.name)
    if text:
        set_standard(act, Target.ENTRANCE, entrance, text, building=building)
    after = door_address(entrance, entrance.name, building)
    if before:
        follow_address(
            act, building=building, old=before, new=after, keep_former=True, entrance=entrance.pk, apart=apart
        )
    return before, after


def follow_unit(
    act: Act, unit: Unit, number: str, *, entrance: Change = ("", ""), told: str | None = None, building: int
) -> None:
    """Let a unit's standard address follow the number that it has now, and the address of its ``entrance``.

    ``number`` is the one before; ``told`` is the address that somebody says instead.
    """
    held = Address.objects.at().filter(unit=unit, kind=AddressKind.STANDARD).first()
    text = told or ""
    if held and not told:
        rest = rest_of(held, entrance[0])
        there = entrance[1] + rest if rest else held.text
        text = numbered(there, number, unit.number) or there
    if text:
        set_standard(act, Target.UNIT, unit, text, building=building)


def numbered(address: str, old: str, new: str) -> str:
    """Return an address that ends with a number as it ends with the new one; '' where it does not."""
    return address.removesuffix(old) + new if old and address.endswith(old) else ""


def door_address(entrance: Entrance | None, name: str, building: int) -> str:
    """Return what the units behind an entrance of this name, or behind none, are addressed by; '' for nothing."""
    own = standard_address(Target.ENTRANCE, entrance.pk) if entrance else ""
    house = "" if own else standard_address(Target.BUILDING, building)
    return own or (house and house + name)


def implied(changes: Mapping[int, tuple[str, str]], *, entrance: int = 0) -> Iterator[Implied]:
    """Yield the standard addresses in buildings, by id, that follow from an address changed from old to new."""
    units = Unit.objects.filter(building_id__in=changes, valid__upper_inf=True)
    if entrance:
        units = units.filter(entrance_id=entrance)
    else:
        doors = Entrance.objects.filter(building_id__in=changes, valid__upper_inf=True)
        yield from _of(Target.ENTRANCE, doors.values_list("pk", "building_id"), changes)
    yield from _of(Target.UNIT, units.values_list("pk", "building_id"), changes)


def _of(target: Target, owners: Iterable[tuple[int, int]], changes: Mapping[int, tuple[str, str]]) -> Iterator[Implied]:
    houses = dict(owners)
    owner = f"{target}_id"
    standard = Address.objects.filter(
        kind=AddressKind.STANDARD, valid__upper_inf=True, **{f"{owner}__in": list(houses)}
    )
    for held in standard.order_by("pk"):
        identity = getattr(held, owner)
        old, new = changes[houses[identity]]
        rest = rest_of(held, old)
        if rest and old != new:
            yield Implied(held, target, identity, houses[identity], (new + rest)[:MAX_TEXT])


def rest_of(held: Address, of: str) -> str:
    """Return what an address says behind the one that it follows from, however that is written; '' for another one."""
    for text, beginning in ((held.text, of), (held.normalized, normalize(of))):
        rest = text.removeprefix(beginning)
        in_a_number = beginning[-1:].isdigit() and rest[:1].isdigit()  # 人民路12号 does not follow from 人民路1
        if beginning and rest != text and not in_a_number:
            return rest
    return ""
