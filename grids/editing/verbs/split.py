"""Split: cut a grid in two along a line, or along the outline of an area in it.

The inverse is `grids.editing.verbs.merge`, and `grids.editing.verbs.remove_node` for the vertices set on borders.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Point, double_area, ring_edges
from grids.editing.geometry.shapes import Part, Shape, to_polygon
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs.arguments import AREA, GRID, LINE, NEW_CODE, SNAP, Line, one_of
from grids.editing.verbs.carving import carve, parts_of
from grids.editing.verbs.cutting import Cut, cut_of, drawn, node_against, snapped, without_spare
from grids.editing.verbs.lines import read_line, refuse_leaving
from grids.editing.verbs.steps import (
    Move,
    Step,
    hairline_warnings,
    known,
    metres,
    refuse_locked,
    refuse_scattering,
    refuse_slivers,
    take,
)
from grids.editing.verbs.verb import Edit, EditVerb, argument, edit, register


@dataclass(frozen=True)
class Split(Edit):
    """Cut a grid in two, by a line or an area; without a ``new_key`` the next free code is given before it is taken."""

    verb: ClassVar[str] = "split"
    grid: str = field(metadata=argument(GRID))
    new_key: str = field(default="", metadata=argument(NEW_CODE, "new"))
    line: Line | None = field(default=None, metadata=argument(LINE))
    area: BaseGeometry | None = field(default=None, metadata=argument(AREA))
    new_side: str | None = field(default=None, metadata=argument(one_of("left", "right")))
    snap_m: float = field(default=SNAP_M, metadata=argument(SNAP))


def step(
    coverage: Coverage,
    *,
    grid: str,
    new_key: str,
    line: Sequence[Sequence[float]] | None = None,
    area: BaseGeometry | None = None,
    new_side: str | None = None,
    snap_m: float = SNAP_M,
    rules: Rules = DEFAULT,
) -> Step:
    """Split ``grid``: the part on one side of ``line``, or in ``area``, becomes ``new_key``.

    ``line`` runs from border to border of the grid (survey CRS, metres); its ends snap to vertices and borders
    within ``snap_m``, and may reach into neighbours. A ring cuts out what it encloses. ``new_side``, "left"
    or "right" of the line, says which part gets the new key; else the larger keeps the old one. Of an ``area``,
    what lies inside gets the new key. Refused with `EditRefused`.
    """
    known(coverage, grid)
    if new_key in coverage:
        raise EditRefused(Code.KEY_TAKEN, grid=new_key)
    refuse_locked(coverage, [grid], rules)
    if not new_key or (line is None) == (area is None) or new_side not in (None, "left", "right"):
        raise EditRefused(Code.MALFORMED)
    if area is not None:
        return _by_area(coverage, grid, new_key, area, snap_m, rules)
    return _by_line(coverage, grid, new_key, line or (), new_side, snap_m, rules)


def _by_line(
    coverage: Coverage,
    grid: str,
    new_key: str,
    line: Sequence[Sequence[float]],
    new_side: str | None,
    snap_m: float,
    rules: Rules,
) -> Step:
    path = read_line(coverage, line, rules)
    refuse_leaving(coverage, path)
    path = snapped(path, [coverage[grid]], coverage.border, snap_m * 1000)
    (noded,), changed = node_against(coverage, [grid], [path], snap_m * 1000)
    cut = cut_of(changed.get(grid) or coverage[grid], noded.paths)
    _refuse_no_chord(cut, path, grid)
    changed = without_spare(coverage, changed, [cut])
    shape = changed.get(grid) or coverage[grid]
    parts = parts_of(shape.edges | cut.edges)
    fresh = sorted(set(parts) - set(shape.parts), key=_by_size)
    if len(fresh) != 2:
        raise EditRefused(Code.MORE_THAN_TWO_PARTS, drawn(cut.chords), grid=grid, parts=len(fresh))
    refuse_slivers(fresh, rules)
    chord = _joined(cut.chords)
    side = new_side or ("left" if _is_left(fresh[0], chord) else "right")
    new = next(part for part in fresh if _is_left(part, chord) == (side == "left"))
    kept = Shape(tuple(part for part in parts if part != new))
    after, keys = take(coverage, {**changed, grid: kept, new_key: Shape((new,))}, rules)
    exact = {"grid": grid, "new_key": new_key, "line": metres(chord), "new_side": side}
    return Step(after, keys, (Move(grid, new_key, Shape((new,))),), exact, hairline_warnings(noded.hairlines))


def _is_left(part: Part, chord: list[Point]) -> bool:
    """Return whether a part lies left of the chord that bounds it."""
    return any((chord[0], chord[1]) in ring_edges(ring) for ring in part)


def _by_area(coverage: Coverage, grid: str, new_key: str, area: BaseGeometry, snap_m: float, rules: Rules) -> Step:
    carving = carve(coverage, grid, area, snap_m * 1000, rules)
    refuse_scattering(grid, coverage[grid], carving.outside, rules)
    refuse_slivers([*carving.inside.parts, *carving.outside.parts], rules)
    after, keys = take(coverage, {**carving.noded, grid: carving.outside, new_key: carving.inside}, rules)
    exact = {"grid": grid, "new_key": new_key, "area": to_polygon(carving.inside)}
    moves = (Move(grid, new_key, carving.inside),)
    return Step(after, keys, moves, exact, hairline_warnings(carving.hairlines))


def _refuse_no_chord(cut: Cut, path: list[Point], grid: str) -> None:
    if cut.dangles:
        raise EditRefused(Code.LINE_ENDS_INSIDE, drawn(cut.dangles), grid=grid)
    if cut.chords:
        return
    if cut.along:
        raise EditRefused(Code.RUNS_ALONG_BORDER, drawn(cut.along), grid=grid)
    raise EditRefused(Code.TOUCHES_ONLY if cut.touches else Code.LINE_MISSES_GRID, drawn([path]), grid=grid)


def _by_size(part: Part) -> tuple[int, Part]:
    return sum(double_area(ring) for ring in part), part


def _joined(chords: list[list[Point]]) -> list[Point]:
    """Return the chords of one cut as one line: consecutive ones share a vertex of the border."""
    line = list(chords[0])
    for chord in chords[1:]:
        line.extend(chord[1:] if chord[0] == line[-1] else chord)
    return line


def _inverse(before: Coverage, exact: Split, step: Step) -> list[Edit]:
    return [edit("merge", grids=(exact.grid, exact.new_key), keep=exact.grid)]


register(EditVerb(command=Split, step=step, inverse=_inverse, place=("area",)))
