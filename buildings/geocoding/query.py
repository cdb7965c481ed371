"""What to ask the database for a query: exact texts and the substrings that any right address must hold."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from buildings.geocoding.elements import DIVISIONS, WITHIN_BUILDING, Element, Kind, Reading

MIN_PATTERN: Final = 3  # a shorter substring has no trigram, so that no index helps
MAX_PATTERNS: Final = 8
MAX_MISSPELT: Final = 8  # signs of a name that is varied; longer ones are recalled by resemblance
ANY_SIGN: Final = "_"  # LIKE's own; normalized text never holds it


@dataclass(frozen=True, slots=True)
class Question:
    """A normalized query, its readings, and the keys by which addresses are looked up."""

    text: str
    readings: tuple[Reading, ...]
    exact: tuple[str, ...]
    patterns: tuple[str, ...]
    core: str

    @property
    def rooms(self) -> tuple[str, ...]:
        """The spellings of the room asked for, as units are numbered."""
        asked = {reading.value(Kind.ROOM) for reading in self.readings} - {""}
        return tuple(sorted(asked | {room.upper() for room in asked} | {f"{room}室" for room in asked}))


def question(text: str, readings: tuple[Reading, ...]) -> Question:
    """Return the question that a normalized text and its readings ask."""
    exact = [text, *(_without_room(text, reading) for reading in readings)]
    patterns: list[str] = []
    for reading in readings:
        patterns.extend(_patterns(reading))
    cores = [_core(reading) for reading in readings]
    return Question(
        text=text,
        readings=readings,
        exact=tuple(dict.fromkeys(e for e in exact if e)),
        patterns=tuple(dict.fromkeys(p for p in patterns if len(p) >= MIN_PATTERN))[:MAX_PATTERNS],
        core=min((c for c in cores if c), key=len, default=text),
    )


def _without_room(text: str, reading: Reading) -> str:
    inside = reading.of(*WITHIN_BUILDING)
    return text[: inside[0].start].rstrip() if inside else ""


def _body(reading: Reading) -> tuple[Element, ...]:
    return tuple(e for e in reading.elements if e.kind not in (*DIVISIONS, *WITHIN_BUILDING, Kind.POSTCODE))


def _core(reading: Reading) -> str:
    return "".join(e.text for e in _body(reading))


def _patterns(reading: Reading) -> Iterable[str]:
    """Yield substrings, most telling first: a name with the number behind it, then names alone."""
    body = _body(reading)
    names = [e for e in body if e.kind in (Kind.ROAD, Kind.ESTATE)]
    for name, number in pairwise(body):
        if name in names and number not in names:
            yield from _joined(name, number)
    if names and names[0].start > body[0].start:  # number first: 12 Main St
        yield f"{body[0].value} {names[0].value}"
        yield f"{names[0].value} {body[0].value}"
    if len(body) == len(names):
        for name in names:
            yield name.text


def _joined(name: Element, number: Element) -> Iterable[str]:
    """Yield the name with the number: as written, then up to the digits, for 3栋 may be registered as 3座."""
    if " " in name.text or name.text.isascii():
        yield f"{name.value} {number.value}"
        yield f"{number.value} {name.value}"
        return
    yield name.text + number.text
    yield name.text + number.value


def misspelt(asked: Question) -> Question:
    """Return the question with one sign of each name mistaken: another, missing, too many, or swapped."""
    patterns: list[str] = []
    for reading in asked.readings[:2]:
        body = _body(reading)
        for name, behind in zip(body, (*body[1:], None), strict=False):
            if name.kind in (Kind.ROAD, Kind.ESTATE) and 2 <= len(name.text) <= MAX_MISSPELT:
                tail = behind.value if behind else ""
                patterns.extend(
                    v + tail for v in _variants(name.text) if len((v + tail).replace(ANY_SIGN, "")) >= MIN_PATTERN
                )
    return replace(asked, exact=(), patterns=tuple(dict.fromkeys(patterns)))


def _variants(name: str) -> Iterable[str]:
    """Yield the name with each sign unknown, left out or exchanged with the next, and with a sign put in between."""
    for i in range(len(name)):
        yield name[:i] + ANY_SIGN + name[i + 1 :]
        yield name[:i] + name[i + 1 :]
    for i in range(1, len(name)):
        yield name[:i] + ANY_SIGN + name[i:]
        yield name[: i - 1] + name[i] + name[i - 1] + name[i + 1 :]
