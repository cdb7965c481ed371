"""What a grid carries: counts that the apps above register, so that grids need not know them (DESIGN §4)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

# Given ids of grids, how many things of this kind each one has now; absent means none.
Count = Callable[[Collection[int]], Mapping[int, int]]

_counts: dict[str, Count] = {}


def register(name: str, count: Count) -> None:
    """Let every grid answer ``name`` with what ``count`` says."""
    _counts[name] = count


def of(grid_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return for each grid the counts by name, for example ``{7: {"buildings": 12, "incidents_open": 3}}``."""
    answers = {name: count(grid_ids) for name, count in _counts.items()}
    return {grid: {name: answer.get(grid, 0) for name, answer in answers.items()} for grid in grid_ids}


@dataclass(frozen=True, slots=True)
class Carried:
    """Something that stands on ground and follows it from grid to grid.

    ``place`` is its point as WKB in the survey CRS, ``grid`` the id of its grid now (None: of no grid),
    ``counts`` what it counts for, for example ``{"buildings": 1, "units": 40}``.
    """

    id: int
    place: bytes
    grid: int | None
    counts: Mapping[str, int]


# Given ground (WKB, survey CRS), what stands on it now.
OnGround = Callable[[bytes], Iterable[Carried]]
# Given ground (WKB, survey CRS), footprints on it by name (WKB, survey CRS).
Footprints = Callable[[bytes], Mapping[str, bytes]]

_on_ground: dict[str, OnGround] = {}
_footprints: dict[str, Footprints] = {}


def register_on_ground(name: str, find: OnGround) -> None:
    """Let redraws ask ``find`` what moves with the ground."""
    _on_ground[name] = find


def register_footprints(name: str, find: Footprints) -> None:
    """Let redraws ask ``find`` which footprints a new border could cut."""
    _footprints[name] = find


def on_ground(ground: BaseGeometry) -> dict[str, list[Carried]]:
    """Return by kind what stands on ``ground`` (survey CRS) now."""
    wkb = shapely.to_wkb(ground)
    return {name: list(find(wkb)) for name, find in _on_ground.items()}


def footprints_on(ground: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return the footprints on ``ground`` by name (survey CRS)."""
    wkb = shapely.to_wkb(ground)
    return {name: shapely.from_wkb(shape) for find in _footprints.values() for name, shape in find(wkb).items()}
