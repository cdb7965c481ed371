"""Addresses that follow from others: what is in a house is addressed by the house, so it is addressed anew with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from buildings.addresses.text.normalize import normalize
from buildings.lifecycle.act import Act
from buildings.lifecycle.addresses import MAX_TEXT, new_address
from buildings.models import Address, AddressKind, Entrance, Target, Unit


@dataclass(frozen=True, slots=True)
class Implied:
    """A standard address that followed from another one, and the text that follows from the new one."""

    held: Address
    target: Target
    identity: int
    building: int
    text: str


def follow_address(act: Act, *, building: int, old: str, new: str, keep_former: bool, entrance: int = 0) -> int:
    """Renew the addresses in a building, or at one ``entrance`` of it, whose address was ``old``; return how many.

    Each one ends, and goes on as a former address if ``keep_former``. An address that doesn't begin with the old one
    (a shop with a door plate of its own) follows from nothing and stays.
    """
    found = list(implied({building: (old, new)}, entrance=entrance))
    ending = [one.held for one in found]
    act.end(Target.ADDRESS, ending, buildings=[building] * len(ending))
    source = act.order.source
    begun = [new_address(one.target, one.identity, one.text, AddressKind.STANDARD, source=source) for one in found]
    if keep_former:
        begun += [
            new_address(one.target, one.identity, one.held.text, AddressKind.FORMER, source=one.held.source)
            for one in found
        ]
    act.begin(Target.ADDRESS, begun, buildings=[building] * len(begun))
    return len(found)


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
