"""Structural keys: by what an address is found without reading it: a name with the numbers behind it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from buildings.addresses.parsing.elements import DIVISIONS, EMPTY, NAMES, Element, Kind, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.pinyin import spelled

SEPARATOR: Final = "|"  # normalized text never holds it
ENTRANCE: Final = "@"  # before an entrance's key, which is no door plate and no building
# A name with the numbers behind it.
Named = tuple[str, tuple[str, ...]]
_NUMBERS: Final = (Kind.LANE, Kind.NUMBER, Kind.BUILDING)
_BETWEEN: Final = frozenset((*DIVISIONS, Kind.QUALIFIER))


def named(reading: Reading) -> Iterator[Named]:
    """Yield each name of a reading (road, estate, lane) with the numbers behind it, building and door plate alike."""
    name, numbers = "", [e.value for e in reading.elements[:1] if e.kind is Kind.NUMBER]  # 12 Main St
    for element in reading.elements[len(numbers) :]:
        if element.kind in NAMES or (element.kind is Kind.LANE and not _counted(element)):
            if name:
                yield name, tuple(numbers)
                numbers = []
            name = element.value
        elif element.kind in _NUMBERS:
            numbers.append(element.value)
        elif element.kind is Kind.ENTRANCE:
            numbers.append(f"{ENTRANCE}{element.value}")
            break
        elif element.kind not in _BETWEEN:
            break  # behind the entrance nothing tells buildings apart
    if name:
        yield name, tuple(numbers)


def _counted(lane: Element) -> bool:
    return lane.value[0].isdigit()


def run_together(told: Iterable[Named]) -> Iterator[Named]:
    """Yield `named` names that follow upon each other as one, with the numbers behind: two may be one."""
    names: list[str] = []
    for name, numbers in told:
        names.append(name)
        if numbers:
            if len(names) > 1:
                yield "".join(names), numbers
            names = []


def keys(reading: Reading) -> tuple[str, ...]:
    """Return the keys of a reading, the longest of each name first: 新乔围路|12|3 and 新乔围路|12; a bare name too."""
    return keys_of(named(reading))


def keys_of(told: Iterable[Named]) -> tuple[str, ...]:
    """Return the keys of the `named` names of a reading."""
    found: list[str] = []
    for name, numbers in told:
        found.extend(key_of(name, numbers[:count]) for count in range(len(numbers), 0, -1))
        if not numbers:
            found.append(name)
    return tuple(dict.fromkeys(found))


def key_of(name: str, numbers: tuple[str, ...]) -> str:
    """Return the key of a name with these numbers."""
    return SEPARATOR.join((name, *numbers))


@lru_cache(maxsize=10_000)
def kept(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is stored beside an address: its keys, and its names, each as ``name|pinyin|initials``.

    Read without any deployment's divisions, so that the same text has the same keys for ever.
    """
    readings = parse(normalize(text), EMPTY)
    found = dict.fromkeys(key for reading in readings for key in keys(reading))
    doors = [key for key in found if ENTRANCE in key]
    if doors:  # an entrance is found by its building, where the question does not name it
        found = dict.fromkeys(doors)
    names = dict.fromkeys(name for reading in readings for name, _ in named(reading))
    return tuple(found), tuple(SEPARATOR.join((name, *spelled(name))) for name in names)
