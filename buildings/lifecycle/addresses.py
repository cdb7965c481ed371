"""Beginning and ending the addresses of a target within an event: one standard at a time, many others."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from buildings.addresses.text.normalize import normalize
from buildings.lifecycle.act import Act
from buildings.masking import without_contacts
from buildings.models import Address, AddressKind, Building, Target
from gisserver.common.errors import Conflict, Invalid
from gisserver.common.sentences import Sentence

MAX_TEXT = 300
# The source of the alternate address that a building's own name is.
BY_NAME = "name"
REVIEW = "review"
# What is left of 3栋, A座, 12号楼 without number and type is no name that anyone would look for.
_NUMBERING = re.compile(r"[0-9a-z零〇一二三四五六七八九十百]+|[#号栋幢座楼层单元门排区期-]")
_LEAST_NAME = 2


def new_address(target: Target, identity: int, text: str, kind: AddressKind, *, source: str) -> Address:
    """Return an address of a target, not stored yet; raises Invalid for a text that says nothing."""
    normalized = demand_address(text)
    return Address(
        text=text, normalized=normalized[:MAX_TEXT], kind=kind, source=source[:100], **{f"{target}_id": identity}
    )


def demand_address(text: str) -> str:
    """Return a text as addresses are compared; raises Invalid for one that says nothing, or that names people."""
    normalized = normalize(text)
    if not normalized or len(text) > MAX_TEXT or not text.isprintable():
        raise Invalid(
            "bad_address",
            Sentence(
                "An address is a text of 1 to {max_text} characters, not {text!r}.", max_text=MAX_TEXT, text=text[:40]
            ),
        )
    demand_public(text)
    return normalized


def demand_public(text: str) -> None:
    """Raise Invalid ``personal_in_address`` for an address that names people."""
    if without_contacts(text) != text:
        raise Invalid(
            "personal_in_address",
            "An address is read by everybody: leave out telephone numbers and names.",
        )


def held_addresses(target: Target, ids: Iterable[int]) -> list[Address]:
    """Return the addresses that these targets have now, standard ones first."""
    rows = Address.objects.at().filter(**{f"{target}_id__in": list(ids)})
    return sorted(rows, key=lambda row: (row.kind != AddressKind.STANDARD, row.pk))


def last_standard(target: Target, identity: int) -> str:
    """Return the standard address that a target has, or else the last one that it had; '' for none ever."""
    ever = Address.objects.filter(kind=AddressKind.STANDARD, **{f"{target}_id": identity})
    return ever.order_by("-valid__startswith", "-pk").values_list("text", flat=True).first() or ""


def standard_address(target: Target, identity: int) -> str:
    """Return the standard address that a target has now, '' for none."""
    return next((one.text for one in held_addresses(target, [identity]) if one.kind == AddressKind.STANDARD), "")


def set_standard(
    act: Act,
    target: Target,
    row: Any,
    text: str,
    *,
    building: int,
    keep_former: bool = True,
    share_address: bool = False,
) -> bool:
    """Make ``text`` the standard address of ``row``; return whether it is new.

    The one before ends; with ``keep_former`` it goes on as a former address, by which people still find the target.
    Raises Conflict ``address_taken`` for another building's, unless it is decided that they ``share_address``.
    """
    new = new_address(target, row.pk, text, AddressKind.STANDARD, source=act.order.source)
    if standard_address(target, row.pk) == text:
        return False
    if target is Target.BUILDING:
        new.shared = _held_by_another(act, row.pk, new, allowed=share_address)
    set_standards(act, target, {row.pk: new}, buildings={row.pk: building}, keep_former=keep_former)
    return True


def set_standards(
    act: Act, target: Target, new: Mapping[int, Address], *, buildings: Mapping[int, int], keep_former: bool
) -> None:
    """Begin these (`new_address`) as the standard addresses of targets, by id; ``buildings``: where each of them is.

    They may be exchanged: those before end first, and go on as former addresses if ``keep_former``.
    """
    held: dict[int, list[Address]] = defaultdict(list)
    for one in held_addresses(target, new):
        held[getattr(one, f"{target}_id")].append(one)
    ending, begun = [], []
    for identity, address in new.items():
        standard = next((one for one in held[identity] if one.kind == AddressKind.STANDARD), None)
        ending += [one for one in held[identity] if ends_by(one, address.normalized)]
        begun.append(address)
        if standard is not None and keep_former and standard.normalized != address.normalized:
            begun.append(new_address(target, identity, standard.text, AddressKind.FORMER, source=standard.source))
    where = [[buildings[getattr(one, f"{target}_id")] for one in rows] for rows in (ending, begun)]
    act.end(Target.ADDRESS, ending, buildings=where[0])
    act.begin(Target.ADDRESS, begun, buildings=where[1])


def ends_by(held: Address, normalized: str) -> bool:
    """Say whether an address that a target has ends when it gets this standard address."""
    return held.kind == AddressKind.STANDARD or held.normalized == normalized


def standard_of_others(normalized: Collection[str], *, but: Collection[int]) -> dict[str, list[int]]:
    """Return by text the buildings, other than ``but`` those, that have one of these as their standard address."""
    rows = Address.objects.filter(kind=AddressKind.STANDARD, valid__upper_inf=True, normalized__in=normalized)
    found: dict[str, list[int]] = defaultdict(list)
    for text, building in rows.filter(building__isnull=False).order_by("pk").values_list("normalized", "building_id"):
        if building not in but:
            found[text].append(building)
    return found


def _held_by_another(act: Act, building: int, new: Address, *, allowed: bool) -> bool:
    """Return whether another building has this standard address; raises Conflict unless that is ``allowed``."""
    others = standard_of_others([new.normalized], but=[building])[new.normalized]
    if others and not allowed:
        seen = Building.objects.visible_to(act.order.user).filter(pk__in=others).order_by("pk")
        raise address_taken(new.text, list(seen.values_list("pk", flat=True)[:10]))
    return bool(others)


def address_taken(text: str, seen: Sequence[int] = ()) -> Conflict:
    """Return the refusal of an address that others have; it names those of them that the author has ``seen``."""
    return Conflict(
        "address_taken",
        Sentence("{text!r} is another building's standard address; share_address lets both have it.", text=text),
        buildings=seen,
    )


def add_alternates(act: Act, target: Target, row: Any, texts: Iterable[str], *, building: int, source: str) -> int:
    """Add the texts by which the target is not known yet; return how many."""
    known = {one.normalized for one in held_addresses(target, [row.pk])}
    new = []
    for text in texts:
        one = new_address(target, row.pk, text, AddressKind.ALTERNATE, source=source)
        if one.normalized not in known:
            known.add(one.normalized)
            new.append(one)
    act.begin(Target.ADDRESS, new, buildings=[building] * len(new))
    return len(new)


def follow_name(act: Act, building: Any) -> None:
    """Let the building be found by the name that it has now, and no longer by the one that it had."""
    follow_names(act, {building.pk: building.name})


def follow_names(act: Act, names: Mapping[int, str]) -> None:
    """Do so for buildings by id, each with the name that it has now."""
    held = held_addresses(Target.BUILDING, names)
    ending = [one for one in held if was_name(one, names)]
    act.end(Target.ADDRESS, ending, buildings=[one.building_id or 0 for one in ending])
    ended = {one.pk for one in ending}
    known = {(one.building_id, one.normalized) for one in held if one.pk not in ended}
    new = [
        new_address(Target.BUILDING, pk, name, AddressKind.ALTERNATE, source=BY_NAME)
        for pk, name in names.items()
        if is_telling(name) and (pk, normalize(name)[:MAX_TEXT]) not in known
    ]
    act.begin(Target.ADDRESS, new, buildings=[one.building_id or 0 for one in new])


def was_name(held: Address, names: Mapping[int, str]) -> bool:
    """Say whether an address is the name that a building had before it got one of the ``names``, by id."""
    name = names.get(held.building_id or 0)
    return name is not None and held.source == BY_NAME and held.text != name


def is_telling(name: str) -> bool:
    """Say whether a building's name is one to search for: 新和花园3栋 is, 3栋 is not."""
    return len(_NUMBERING.sub("", normalize(name)).replace(" ", "")) >= _LEAST_NAME
