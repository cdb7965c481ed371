"""What a grid carries: counts and assets that the apps above register; grids do not import them (DESIGN §4)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry

from gisserver.common.access.models import Viewer

# Given ids of grids and a moment (None: now), how many things of this kind each one had then; absent means none.
Count = Callable[[Collection[int], datetime | None], Mapping[int, int]]

# The same for several kinds that are counted on one way through the tables, by their names.
Counts = Callable[[Collection[int], datetime | None], Mapping[str, Mapping[int, int]]]

_counts: dict[tuple[str, ...], Counts] = {}


def register(name: str, count: Count) -> None:
    """Let every grid answer ``name`` with what ``count`` says."""
    register_together((name,), lambda grid_ids, at: {name: count(grid_ids, at)})


def register_together(names: Sequence[str], counts: Counts) -> None:
    """Let every grid answer each of ``names`` with what ``counts`` says of it."""
    _counts[tuple(names)] = counts


def of(grid_ids: Collection[int], at: datetime | None = None) -> dict[int, dict[str, int]]:
    """Return for each grid the counts by name at ``at`` (default now), as ``{7: {"buildings": 12, "units": 40}}``."""
    answers = {name: answer for counts in _counts.values() for name, answer in counts(grid_ids, at).items()}
    return {grid: {name: answer.get(grid, 0) for name, answer in answers.items()} for grid in grid_ids}


@dataclass(frozen=True, slots=True)
class Carried:
    """An asset that is assigned to the grid of its place, and is reassigned when the grids change.

    ``place`` is its point as WKB in the survey CRS, ``grid`` the id of its grid now (None: of no grid),
    ``counts`` what it counts for, for example ``{"buildings": 1, "units": 40}``.
    """

    id: int
    place: bytes
    grid: int | None
    counts: Mapping[str, int]


# Given an area (WKB, survey CRS), the assets in it now.
CarriedOn = Callable[[bytes], Iterable[Carried]]
# Given an area (WKB, survey CRS), the footprints in it by name (WKB, survey CRS).
Footprints = Callable[[bytes], Mapping[str, bytes]]

_carried: dict[str, CarriedOn] = {}
_footprints: dict[str, Footprints] = {}


def register_carried(name: str, find: CarriedOn) -> None:
    """Let redraws ask ``find`` which assets a changed area holds."""
    _carried[name] = find


def register_footprints(name: str, find: Footprints) -> None:
    """Let redraws ask ``find`` which footprints a new border could cut."""
    _footprints[name] = find


@dataclass(frozen=True, slots=True)
class Described:
    """A line of a list of what moves: ``carrier`` is the id of what it moves with (itself, or its building).

    ``place`` is its point as WKB in the survey CRS. It holds no personal data.
    """

    id: int
    carrier: int
    code: str
    name: str
    place: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Which lines are wanted: of things carried by these ``carriers``, behind the id ``after``, at most ``limit``."""

    carriers: Sequence[int]
    after: int
    limit: int
    at: datetime | None = None


# Given a moment and ids of grids, what went to or from one of them just then (its ``grid`` is the one before), and
# the id of the grid that it went to.
Moved = Callable[[datetime, Collection[int]], Iterable[tuple[Carried, int | None]]]
# Given who asks and which lines, those of them that this user may see, by id.
Listing = Callable[[Viewer, Page], Sequence[Described]]

_moved: dict[str, Moved] = {}
_listings: dict[str, tuple[str, Listing]] = {}


def register_moved(name: str, find: Moved) -> None:
    """Let redraws ask ``find`` which assets were reassigned; ``name`` is that of `register_carried`."""
    _moved[name] = find


def register_listing(kind: str, carrier: str, find: Listing) -> None:
    """Let lists of what moves hold things of this kind, carried by those registered as ``carrier``."""
    _listings[kind] = (carrier, find)


def moved(moment: datetime, grid_ids: Collection[int]) -> dict[str, list[tuple[Carried, int | None]]]:
    """Return by kind what was reassigned from or to these grids at ``moment``, and to which grid."""
    return {name: list(find(moment, grid_ids)) for name, find in _moved.items()}


def listings() -> list[tuple[str, str, Listing]]:
    """Return each kind of line with the kind of its carrier and what finds it, in the order of a list."""
    return [(kind, carrier, find) for kind, (carrier, find) in _listings.items()]


def carried_on(area: BaseGeometry) -> dict[str, list[Carried]]:
    """Return by kind the assets in ``area`` (survey CRS) now."""
    wkb = shapely.to_wkb(area)
    return {name: list(find(wkb)) for name, find in _carried.items()}


def footprints_on(area: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return the footprints in ``area`` by name (survey CRS)."""
    wkb = shapely.to_wkb(area)
    return {name: shapely.from_wkb(shape) for find in _footprints.values() for name, shape in find(wkb).items()}
