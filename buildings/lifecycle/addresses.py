"""Beginning and ending the addresses of a target within an event: one standard at a time, many others."""

import re
from collections.abc import Iterable
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
    normalized = normalize(text)
    if not normalized or len(text) > MAX_TEXT or not text.isprintable():
        raise Invalid(
            "bad_address",
            Sentence(
                "An address is a text of 1 to {max_text} characters, not {text!r}.", max_text=MAX_TEXT, text=text[:40]
            ),
        )
    demand_public(text)
    return Address(
        text=text, normalized=normalized[:MAX_TEXT], kind=kind, source=source[:100], **{f"{target}_id": identity}
    )


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
    held = held_addresses(target, [row.pk])
    new = new_address(target, row.pk, text, AddressKind.STANDARD, source=act.order.source)
    standard = next((one for one in held if one.kind == AddressKind.STANDARD), None)
    if standard is not None and standard.text == text:
        return False
    if target is Target.BUILDING:
        new.shared = _held_by_another(act, row.pk, new, allowed=share_address)
    ending = [one for one in held if one is standard or one.normalized == new.normalized]
    act.end(Target.ADDRESS, ending, buildings=[building] * len(ending))
    begun = [new]
    if standard is not None and keep_former and standard.normalized != new.normalized:
        begun.append(new_address(target, row.pk, standard.text, AddressKind.FORMER, source=standard.source))
    act.begin(Target.ADDRESS, begun, buildings=[building] * len(begun))
    return True


def _held_by_another(act: Act, building: int, new: Address, *, allowed: bool) -> bool:
    """Return whether another building has this standard address; raises Conflict unless that is ``allowed``."""
    held = Address.objects.filter(kind=AddressKind.STANDARD, valid__upper_inf=True, normalized=new.normalized)
    others = held.filter(building__isnull=False).exclude(building=building)
    if allowed or not others.exists():
        return others.exists()
    seen = Building.objects.visible_to(act.order.user).filter(pk__in=others.values("building")).order_by("pk")
    raise Conflict(
        "address_taken",
        Sentence("{text!r} is another building's standard address; share_address lets both have it.", text=new.text),
        buildings=list(seen.values_list("pk", flat=True)[:10]),
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
    held = held_addresses(Target.BUILDING, [building.pk])
    ending = [one for one in held if one.source == BY_NAME and one.text != building.name]
    act.end(Target.ADDRESS, ending, buildings=[building.pk] * len(ending))
    if is_telling(building.name):
        add_alternates(act, Target.BUILDING, building, [building.name], building=building.pk, source=BY_NAME)


def is_telling(name: str) -> bool:
    """Say whether a building's name is one to search for: 新和花园3栋 is, 3栋 is not."""
    return len(_NUMBERING.sub("", normalize(name)).replace(" ", "")) >= _LEAST_NAME
