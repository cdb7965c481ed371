"""Addresses rewritten by a rule: another name of a road or an estate, another number; the rest as it was written. Pure.

An address is read as the geocoder reads it, so a rule for 人民路 does not touch 新人民路, nor one for 1栋 11栋.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from buildings.addresses.parsing.elements import EMPTY, NAMES, Element, Kind
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize

# What may be numbered: the plate at a road or lane (829号), and the building of an estate (3栋).
NUMBERED: Final = (Kind.NUMBER, Kind.BUILDING)
_NAMED: Final = (*NAMES, Kind.LANE)
_DIGITS: Final = re.compile("[0-9]+")


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return an address with whole ``names`` of roads, estates and lanes exchanged for others."""
    wanted = {normalize(old): new for old, new in names.items()}
    found = [(e, wanted.get(e.text, wanted.get(e.value))) for e in _elements(text) if e.kind in _NAMED]
    return _written(text, [(e, new) for e, new in found if new is not None])


def numbered(text: str, kind: Kind, change: Callable[[int], int]) -> str:
    """Return an address whose last number of this ``kind`` is what ``change`` makes of it; as it is without one.

    Letters and what stands behind the first digits stay: 12-1号 and 12 more is 24-1号. '' for a number below 1.
    """
    last = next((e for e in reversed(_elements(text)) if e.kind is kind and _DIGITS.search(e.text)), None)
    if last is None:
        return text
    number = change(int(_DIGITS.findall(last.text)[0]))
    return _written(text, [(last, _DIGITS.sub(str(number), last.text, count=1))]) if number > 0 else ""


def number_of(text: str, kind: Kind) -> int | None:
    """Return the last number of this kind in an address; None without one."""
    found = (_DIGITS.search(e.text) for e in reversed(_elements(text)) if e.kind is kind)
    return next((int(match[0]) for match in found if match), None)


def shifted(number: str, by: int) -> str:
    """Return a unit's number with its first digits so many higher, as many of them at least: 101 and 100 is 201.

    One without digits stays; '' for a number below 1.
    """
    digits = _DIGITS.search(number)
    if digits is None:
        return number
    shifted_by = int(digits[0]) + by
    anew = str(shifted_by).rjust(len(digits[0]), "0")
    return number[: digits.start()] + anew + number[digits.end() :] if shifted_by > 0 else ""


def _elements(text: str) -> tuple[Element, ...]:
    return parse(normalize(text), EMPTY)[0].elements


def _written(text: str, changes: Iterable[tuple[Element, str]]) -> str:
    """Return the text with elements of its normal form exchanged; one that it writes otherwise stays."""
    normal = normalize(text)
    places = []
    for element, new in changes:
        before = normal.count(element.text, 0, element.start)
        starts = [m.start() for m in re.finditer(re.escape(element.text), text)]
        if len(starts) == normal.count(element.text):
            places.append((starts[before], len(element.text), new))
    for start, length, new in sorted(places, reverse=True):
        text = text[:start] + new + text[start + length :]
    return text
