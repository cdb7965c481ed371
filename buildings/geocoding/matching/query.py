"""What to ask the database for a query: exact texts and the substrings that any right address must hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from buildings.addresses.keys import key_of, keys, named, run_together
from buildings.addresses.parsing import rooms
from buildings.addresses.parsing.elements import DIVISIONS, WITHIN_BUILDING, Element, Kind, Reading

MIN_PATTERN: Final = 3  # a shorter substring has no trigram, so that no index helps
MAX_PATTERNS: Final = 8


@dataclass(frozen=True, slots=True)
class Question:
    """A normalized query, its readings, and the keys by which addresses are looked up."""

    text: str
    readings: tuple[Reading, ...]
    exact: tuple[str, ...]
    patterns: tuple[str, ...]
    core: str
    known: frozenset[str] = frozenset()  # names asked that some address holds, so that they are no slips of others

    @property
    def keys(self) -> tuple[str, ...]:
        """The longest structural key of each name in each reading."""
        return tuple(
            dict.fromkeys(key_of(name, numbers) for reading in self.readings for name, numbers in named(reading))
        )

    @property
    def shorter_keys(self) -> tuple[str, ...]:
        """The other structural keys of the readings, for an address that says less than the question."""
        found = dict.fromkeys(key for reading in self.readings for key in keys(reading))
        return tuple(key for key in found if key not in self.keys)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the readings hold."""
        return tuple(dict.fromkeys(name for name, _ in self._told()))

    def _told(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        for reading in self.readings:
            yield from named(reading)
            yield from run_together(reading)

    def keys_with(self, others: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Return the longest keys of all readings, each name exchanged for every one of its ``others``."""
        return tuple(
            dict.fromkeys(key_of(other, numbers) for name, numbers in self._told() for other in others.get(name, ()))
        )

    @property
    def rooms(self) -> tuple[str, ...]:
        """The spellings of the room asked for, as units are numbered."""
        return tuple(sorted({room for reading in self.readings for room in rooms.spellings(reading)}))


def question(text: str, readings: Sequence[tuple[str, Reading]]) -> Question:
    """Return the question that a normalized text asks; each reading with the text (perhaps put in Han) it is of."""
    plain = [reading for _, reading in readings]
    exact = [text, *(said for said, _ in readings), *(_without_room(said, reading) for said, reading in readings)]
    patterns: list[str] = []
    for reading in plain:
        patterns.extend(_patterns(reading))
    cores = [_core(reading) for reading in plain]
    return Question(
        text=text,
        readings=tuple(plain),
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
