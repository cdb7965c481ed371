"""What every verb shares: finding its grids, taking the proved step, and saying what moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import shapely

from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.proof import prove_change
from grids.editing.geometry.plane import Point
from grids.editing.geometry.shapes import Part, Shape, mean_width_mm, part_polygon, to_polygon
from grids.editing.refusals import Code, EditRefused, Refusal
from grids.editing.rules import Rules


@dataclass(frozen=True, slots=True)
class Move:
    """An area that leaves one grid for another."""

    source: str
    target: str
    area: Shape


@dataclass(frozen=True, slots=True)
class Step:
    """A command's proved effect: the coverage after it, the area that moved, and the command made exact.

    ``exact`` holds the values of the command as they took effect (a line from vertex to vertex, in whole
    millimetres): replayed beside a neighbour's commands, in any order, it sets the same vertices.
    """

    coverage: Coverage
    changed: tuple[str, ...]
    moves: tuple[Move, ...] = ()
    exact: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[Refusal, ...] = ()


def known(coverage: Coverage, key: str) -> Shape:
    """Return a grid's shape; refused if the coverage has no such grid."""
    if key not in coverage:
        raise EditRefused(Code.UNKNOWN_GRID, grid=key)
    return coverage[key]


def refuse_locked(coverage: Coverage, keys: Iterable[str], rules: Rules) -> None:
    """Refuse to change the area of a locked grid."""
    locked = sorted(set(keys) & rules.locked)
    if locked:
        raise EditRefused(Code.LOCKED, to_polygon(coverage[locked[0]]), grids=locked)


def refuse_slivers(parts: Iterable[Part], rules: Rules) -> None:
    """Refuse parts narrower than the rules allow."""
    for part in parts:
        width = mean_width_mm(part)
        if width < rules.min_width_mm:
            raise EditRefused(Code.SLIVER, part_polygon(part), width_m=round(width / 1000, 3))


def refuse_scattering(key: str, before: Shape, after: Shape, rules: Rules) -> None:
    """Refuse to leave a grid in more parts than it was."""
    if rules.contiguous and len(after.parts) > len(before.parts):
        least = min(after.parts, key=mean_width_mm)
        raise EditRefused(Code.WOULD_SPLIT_IN_TWO, part_polygon(least), grid=key, parts=len(after.parts))


def take(
    coverage: Coverage, changes: Mapping[str, Shape | None], rules: Rules, blame: Code = Code.TOO_FINE
) -> tuple[Coverage, tuple[str, ...]]:
    """Return the proved coverage with some grids changed, and which ones truly are.

    Refused as well: an area that comes to touch itself at a point. It would be a polygon by the book, but
    neither a walkable grid nor one that GEOS takes for part of a coverage.
    """
    real = {key: shape for key, shape in changes.items() if key not in coverage or coverage[key] != shape}
    if not real:
        raise EditRefused(Code.NOTHING_CHANGES)
    before = [coverage[key] for key in real if key in coverage]
    after = [shape for shape in real.values() if shape is not None]
    if rules.contiguous:
        old = {point for shape in before for point in shape.pinches}
        new = {point for shape in after for point in shape.pinches} - old
        if new:
            raise EditRefused(Code.TOUCHES_ITSELF, shapely.multipoints(metres(sorted(new))))
    border = prove_change(before, after, coverage.border, blame)
    return coverage.evolved(real, border), tuple(sorted(real))


def metres(points: Iterable[Point]) -> tuple[tuple[float, float], ...]:
    """Return points (mm) as the doubles nearest to their decimal metres."""
    return tuple((x / 1000, y / 1000) for x, y in points)


def hairline_warnings(hairlines: Iterable[tuple[Point, ...]]) -> tuple[Refusal, ...]:
    """Return a note for each border that runs on along the frame."""
    return tuple(Refusal(Code.HAIRLINE, shapely.linestrings(metres(way)), {}) for way in dict.fromkeys(hairlines))
