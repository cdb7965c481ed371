"""The words of address parsing: kinds of element, elements, readings, and what is known of the divisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from buildings.addresses.text.pinyin import spelled


class Kind(StrEnum):
    """What a part of an address names, from the widest to the narrowest."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    POSTCODE = "postcode"
    ROAD = "road"
    LANE = "lane"
    NUMBER = "number"
    ESTATE = "estate"
    BUILDING = "building"
    ENTRANCE = "entrance"
    FLOOR = "floor"
    ROOM = "room"
    QUALIFIER = "qualifier"


DIVISIONS = (Kind.PROVINCE, Kind.CITY, Kind.DISTRICT, Kind.SUBDISTRICT, Kind.COMMUNITY)
NAMES = (Kind.ROAD, Kind.ESTATE)
WITHIN_BUILDING = (Kind.ENTRANCE, Kind.FLOOR, Kind.ROOM)


class Element(NamedTuple):
    """A part of a normalized address: ``text`` as written, ``value`` as compared (栋, 幢 and 座 all say building).

    ``code`` is that of a division which the country's table knows.
    """

    kind: Kind
    text: str
    value: str
    start: int
    code: str = ""

    @property
    def end(self) -> int:
        """The position behind the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand an address; the penalty says how far-fetched it is (0 is none).

    ``by_kind`` are the elements of each kind that there are, in the order written.
    """

    elements: tuple[Element, ...]
    penalty: float = 0.0
    by_kind: Mapping[Kind, Sequence[Element]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the elements by kind: matching asks for them again and again."""
        held: dict[Kind, list[Element]] = {}
        for element in self.elements:
            held.setdefault(element.kind, []).append(element)
        object.__setattr__(self, "by_kind", held)

    def value(self, kind: Kind) -> str:
        """Return the value of the last element of this kind, or ''."""
        held = self.by_kind.get(kind)
        return held[-1].value if held else ""

    def of(self, *kinds: Kind) -> tuple[Element, ...]:
        """Return the elements of these kinds, in the order written."""
        return tuple(e for e in self.elements if e.kind in kinds)


@dataclass(frozen=True, slots=True)
class Place:
    """A division as addresses name it; ``name`` is its full name now.

    ``division`` is 0 for one that the deployment does not keep: above its own, or one that its own came from.
    """

    kind: Kind
    name: str
    division: int = 0
    parent: int | None = None


class Gazetteer:
    """The names of divisions, full, short and former, each with the places it may mean."""

    def __init__(
        self, names: Iterable[tuple[str, Place]], beyond: Mapping[int, tuple[Place, ...]] | None = None
    ) -> None:
        """Take names with their places; ``beyond`` holds for a topmost division what the country says it lies in."""
        self._beyond = beyond or {}
        full: dict[str, list[Place]] = {}
        short: dict[str, list[Place]] = {}
        for name, place in names:
            _keep(full, name, place)
            for alias in aliases(name, place.kind):
                _keep(full, alias, place)
            _keep(short, stem(name, place.kind), place)
        self.full: Mapping[str, tuple[Place, ...]] = {k: tuple(v) for k, v in full.items()}
        self.short: Mapping[str, tuple[Place, ...]] = {
            k: tuple(v) for k, v in short.items() if len(k) >= 2 and k not in full
        }
        self.places = frozenset(place for held in self.full.values() for place in held)
        self.called = frozenset(place.name for place in self.places)
        self._around: dict[int | None, tuple[Place, ...]] = {}
        self._within = {place.division: place for place in self.places}
        self.in_han = not self.full or any(name[0] > "\u2e7f" for name in self.full)
        self._full_lengths = lengths_by_beginning(self.full)
        self._short_lengths = lengths_by_beginning(self.short)

    def around(self, division: int | None) -> tuple[Place, ...]:
        """Return a division and those that it lies in, the country's among them, by their names now.

        Where the division is not known, those that all of the deployment lies in.
        """
        held = self._around.get(division)
        if held is None:
            place = self._within.get(division) if division is not None else None
            held = self._around[division] = self._chain(place) if place else self._everywhere
        return held

    @cached_property
    def _everywhere(self) -> tuple[Place, ...]:
        tops = [self._chain(place) for place in self.places if place.parent is None]
        return tuple(place for place in tops[0] if all(place in top for top in tops)) if tops else ()

    def _chain(self, place: Place) -> tuple[Place, ...]:
        beyond = self._beyond.get(place.division, ())
        upper, other_names = ([p for p in beyond if (p.kind is place.kind) is same] for same in (False, True))
        above = self._within.get(place.parent) if place.parent is not None else None
        return (*(self._chain(above) if above else ()), *upper, place, *other_names)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """What each name, full or short, calls: the widest of the divisions that bear it."""
        return {
            name: min((place.kind for place in places), key=DIVISIONS.index)
            for name, places in (*self.short.items(), *self.full.items())
        }

    @cached_property
    def spelled(self) -> Mapping[str, tuple[str, ...]]:
        """The names by how they sound; made when first asked for."""
        return _spelled([*self.full, *self.short])

    def longest_at(self, text: str, start: int, *, short: bool = False) -> str:
        """Return the longest known name that stands at ``start``, or ''."""
        lengths = (self._short_lengths if short else self._full_lengths).get(text[start : start + 2], ())
        names = self.short if short else self.full
        for length in lengths:
            if text[start : start + length] in names:
                return text[start : start + length]
        return ""


def _spelled(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the names by how they sound: pingshanjiedao and psjd are 坪山街道."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        spellings = spelled(name)
        for spelling in spellings if spellings[0] != name else ():  # a name in Latin letters sounds as it is written
            if len(spelling) > SHORTEST:
                found[spelling] = (*found.get(spelling, ()), name)
    return found


def lengths_by_beginning(names: Iterable[str]) -> Mapping[str, list[int]]:
    """Return how long the names that begin with the same two signs are, the longest first."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        if len(name) >= 2:
            lengths.setdefault(name[:2], set()).add(len(name))
    return {beginning: sorted(found, reverse=True) for beginning, found in lengths.items()}


def _keep(names: dict[str, list[Place]], name: str, place: Place) -> None:
    held = names.setdefault(name, [])
    if place not in held:
        held.append(place)


SHORTEST = 2  # letters that may be anybody's initials
SUFFIXES: Mapping[Kind, tuple[str, ...]] = {
    Kind.DISTRICT: ("新区", "区", "县", "市"),
    Kind.SUBDISTRICT: ("街道办事处", "办事处", "街道办", "街道", "镇", "乡"),
    Kind.COMMUNITY: (
        "社区居民委员会",
        "社区居委会",
        "居民委员会",
        "居委会",
        "村民委员会",
        "村委会",
        "社区",
        "行政村",
        "村",
    ),
}


def stem(name: str, kind: Kind) -> str:
    """Return a division's name without the word that says what it is: 坑梓街道 → 坑梓."""
    for suffix in SUFFIXES.get(kind, ()):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


def aliases(name: str, kind: Kind) -> tuple[str, ...]:
    """Return the other full forms of a division's name: 坑梓街道 → 坑梓办事处, 坑梓镇, 坪山区 → 坪山新区."""
    base = stem(name, kind)
    if base == name:
        return ()
    endings: dict[Kind, tuple[str, ...]] = {
        Kind.DISTRICT: ("新区",) if name.endswith("区") else (),
        Kind.SUBDISTRICT: ("街道办事处", "街道办", "办事处", "镇") if "街道" in name else (),
        Kind.COMMUNITY: ("社区居委会", "居委会", "社区居民委员会") if name.endswith("社区") else (),
    }
    return tuple(base + ending for ending in endings.get(kind, ()))


EMPTY = Gazetteer(())
