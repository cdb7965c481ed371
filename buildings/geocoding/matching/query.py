"""What to ask the database for a query: exact texts and the substrings that any right address must hold."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from buildings.addresses.keys import Named, key_of, keys_of, named, run_together
from buildings.addresses.parsing import rooms
from buildings.addresses.parsing.elements import DIVISIONS, WITHIN_BUILDING, Element, Kind, Reading

MIN_PATTERN: Final = 3  # a shorter substring has no trigram, so that no index helps
MAX_PATTERNS: Final = 8
_AROUND: Final = frozenset((*DIVISIONS, *WITHIN_BUILDING, Kind.POSTCODE))


@dataclass(frozen=True)
class Question:
    """A normalized query, its readings, and the keys by which addresses are looked up, each worked out once."""

    text: str
    readings: tuple[Reading, ...]
    exact: tuple[str, ...]
    patterns: tuple[str, ...]
    core: str
    known: frozenset[str] = frozenset()  # names asked that some address holds, so that they are no slips of others

    def knowing(self, known: frozenset[str]) -> "Question":
        """Return the question with the names that are known; what was worked out of its readings stays."""
        told = copy(self)
        object.__setattr__(told, "known", known)
        return told

    @cached_property
    def _named(self) -> tuple[tuple[Named, ...], ...]:
        """The names of each reading with their numbers."""
        return tuple(tuple(named(reading)) for reading in self.readings)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The longest structural key of each name in each reading."""
        return tuple(dict.fromkeys(key_of(name, numbers) for some in self._named for name, numbers in some))

    @cached_property
    def shorter_keys(self) -> tuple[str, ...]:
        """The other structural keys of the readings, for an address that says less than the question."""
        longest = self.keys
        return tuple(dict.fromkeys(key for some in self._named for key in keys_of(some) if key not in longest))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that the readings hold."""
        return tuple(dict.fromkeys(name for name, _ in self._told))

    @cached_property
    def _told(self) -> tuple[Named, ...]:
        return tuple(one for some in self._named for one in (*some, *run_together(some)))

    def keys_with(self, others: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Return the longest keys of all readings, each name exchanged for every one of its ``others``."""
        return tuple(
            dict.fromkeys(key_of(other, numbers) for name, numbers in self._told for other in others.get(name, ()))
        )

    @cached_property
    def rooms(self) -> tuple[str, ...]:
        """The spellings of the room asked for, as units are numbered."""
        return tuple(sorted({room for reading in self.readings for room in rooms.spellings(reading)}))


def question(text: str, readings: Sequence[tuple[str, Reading]]) -> Question:
    """Return the question that a normalized text asks; each reading with the text (perhaps put in Han) it is of."""
    plain = [reading for _, reading in readings]
    exact = [text, *(said for said, _ in readings), *(_without_room(said, reading) for said, reading in readings)]
    bodies = [_body(reading) for reading in plain]
    patterns = [pattern for body in bodies for pattern in _patterns(body)]
    cores = ["".join(e.text for e in body) for body in bodies]
    return Question(
        text=text,
        readings=tuple(plain),
        exact=tuple(dict.fromkeys(e for e in exact if e)),
        patterns=tuple(dict.fromkeys(p for p in patterns if len(p) >= MIN_PATTERN))[:MAX_PATTERNS],
        core=min((c for c in cores if c), key=len, default=text),
    )


def _without_room(text: str, reading: Reading) -> str:
    if reading.by_kind.keys().isdisjoint(WITHIN_BUILDING):
        return ""
    inside = reading.of(*WITHIN_BUILDING)
    return text[: inside[0].start].rstrip()


def _body(reading: Reading) -> tuple[Element, ...]:
    return tuple(e for e in reading.elements if e.kind not in _AROUND)


def _patterns(body: Sequence[Element]) -> Iterable[str]:
    """Yield substrings of a body, most telling first: a name with the number behind it, then names alone."""
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
