"""Addresses without Han characters: "Hauptstr. 12a, 91207 Lauf" and "12 Main St, Cambridge"."""

import re
from functools import lru_cache
from typing import Final

from buildings.addresses.parsing.elements import Element, Kind, Reading

_LETTER: Final = r"(?: ?[a-z](?![a-z0-9]))?"
_NO: Final = rf"[0-9]+(?:\.[0-9]+)?{_LETTER}(?:[-/](?:[0-9]+{_LETTER}|[a-z](?![a-z0-9])))*(?: 1/[234])?"
_ROOM: Final = re.compile(
    r"(?:^| )(?:(?:apt|unit|suite|ste|flat|room|rm|wohnung|whg)(?: #?| ?#)|#)"
    r"([a-z]?-?[0-9]+[a-z]?(?:[-/][0-9a-z]+)*|[a-z])(?= |$)"
)
_POSTCODE: Final = re.compile(r"(?:^| )(?:d-)?([0-9]{5})(?:-[0-9]{4})?(?= |$)")
_NUMBER_FIRST: Final = re.compile(rf"({_NO}) +([a-z].*|[0-9]+(?:st|nd|rd|th) .*)")
_STREET_FIRST: Final = re.compile(rf"(.*?[a-z][a-z0-9 ]*?) +({_NO})(?: +([a-z].*))?")
# Where an English street's name ends, if more stands behind it.
_TYPES: Final = re.compile(
    r"\b(?:st|ave|rd|dr|ct|pl|ln|ter|sq|blvd|hwy|pkwy|way|cir|row|park|walk|path|aly|alley|wharf|circle)\b"
)


@lru_cache(maxsize=20_000)
def parse(text: str) -> tuple[Reading, ...]:
    """Return the readings of a normalized address in Latin script; never empty."""
    tail: list[Element] = []
    core = text
    for kind, pattern in ((Kind.ROOM, _ROOM), (Kind.POSTCODE, _POSTCODE)):
        match = next(reversed([*pattern.finditer(core)]), None)
        if match and match.start() > 0:
            value = match[1]
            tail.append(Element(kind, match[0].strip(), value, match.start()))
            if kind is Kind.ROOM:
                core = core[: match.start()] + core[match.end() :]
            else:
                tail.extend(_city(core, match.end()))
                core = core[: match.start()]
    readings = [*_street_first(core, tail), *_number_first(core, tail)]
    if not readings:
        street = core.strip()
        readings = [Reading((Element(Kind.ROAD, street, street, 0), *tail))]
    return tuple(sorted(readings, key=lambda r: r.penalty))


def _city(text: str, at: int) -> list[Element]:
    name = text[at:].strip()
    return [Element(Kind.CITY, name, name, at)] if name else []


def _number(written: str) -> str:
    return re.sub(r"(?<=[0-9]) (?=[a-z])", "", written)


def _street_first(core: str, tail: list[Element]) -> list[Reading]:
    match = _STREET_FIRST.fullmatch(core.strip())
    if not match:
        return []
    elements = [
        Element(Kind.ROAD, match[1], match[1], 0),
        Element(Kind.NUMBER, match[2], _number(match[2]), match.start(2)),
    ]
    if match[3]:
        elements.extend(_city(match[3], 0))
    return [Reading((*elements, *tail), 0.0 if not core[:1].isdigit() else 0.1)]


def _number_first(core: str, tail: list[Element]) -> list[Reading]:
    match = _NUMBER_FIRST.fullmatch(core.strip())
    if not match:
        return []
    number = Element(Kind.NUMBER, match[1], _number(match[1]), 0)
    street, readings = match[2], []
    ends = [end.end() for end in _TYPES.finditer(street) if end.end() < len(street)]
    for end in ends[-1:]:
        elements = [Element(Kind.ROAD, street[:end], street[:end], match.start(2)), *_city(street, end)]
        readings.append(Reading((number, *elements, *tail)))
    whole = Element(Kind.ROAD, street, street, match.start(2))
    readings.append(Reading((number, whole, *tail), 0.02 if readings else 0.0))
    return readings
