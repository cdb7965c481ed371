"""Reshape: a line from border to border becomes the new border; the area between the two changes hands.

The inverse is `grids.editing.verbs.transfer` of the same area back, and `grids.editing.verbs.remove_node`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Edge, Point, double_area, ring_edges
from grids.editing.geometry.shapes import Part, Shape, part_polygon, to_polygon
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs.arguments import LINE, SNAP, Line
from grids.editing.verbs.carving import parts_of
from grids.editing.verbs.cutting import Cut, cut_of, drawn, node_against, snapped, without_spare
from grids.editing.verbs.lines import read_line, refuse_leaving
from grids.editing.verbs.steps import (
    Move,
    Step,
    hairline_warnings,
    metres,
    refuse_locked,
    refuse_scattering,
    refuse_slivers,
    take,
)
from grids.editing.verbs.verb import Edit, EditVerb, argument, moved_back, register


@dataclass(frozen=True)
class Reshape(Edit):
    """Make a line the border between two grids."""

    verb: ClassVar[str] = "reshape"
    line: Line = field(metadata=argument(LINE))
    snap_m: float = field(default=SNAP_M, metadata=argument(SNAP))


def step(
    coverage: Coverage, *, line: Sequence[Sequence[float]], snap_m: float = SNAP_M, rules: Rules = DEFAULT
) -> Step:
    """Make ``line`` (survey CRS, metres) the border between the grids on whose common border it ends.

    Wherever the line crosses a grid, it cuts off pieces; each goes to the one grid that it borders on, the
    largest stays. A piece that borders on several grids is refused as ambiguous: a transfer says which.
    """
    path = read_line(coverage, line, rules)
    refuse_leaving(coverage, path)
    keys = coverage.near(_box(path), round(snap_m * 1000) + 1)
    if not keys:
        raise EditRefused(Code.LINE_MISSES_GRID, drawn([path]))
    path = snapped(path, [coverage[key] for key in keys], coverage.border, snap_m * 1000)
    if path[0] == path[-1]:
        raise EditRefused(Code.LINE_CLOSED, drawn([path]))
    (noded,), changed = node_against(coverage, keys, [path], snap_m * 1000)
    shapes = {key: changed.get(key) or coverage[key] for key in keys}
    cuts = {key: cut_of(shape, noded.paths) for key, shape in shapes.items()}
    _refuse_no_chord(list(cuts.values()), path)
    changed = without_spare(coverage, changed, cuts.values())
    shapes = {key: changed.get(key) or coverage[key] for key in keys}
    moves = [move for key, cut in cuts.items() if cut.chords for move in _moves(coverage, shapes, changed, key, cut)]
    _refuse_exchange(moves)
    refuse_locked(coverage, [key for move in moves for key in (move.source, move.target)], rules)
    changes = {**changed, **_after(coverage, changed, moves)}
    for key in {key for move in moves for key in (move.source, move.target)}:
        refuse_scattering(key, coverage[key], changes[key], rules)
        refuse_slivers(set(changes[key].parts) - set(coverage[key].parts), rules)
    after, keys_changed = take(coverage, changes, rules)
    return Step(
        after,
        keys_changed,
        tuple(moves),
        {"line": metres(_border_drawn(noded.paths, cuts.values()))},
        hairline_warnings(noded.hairlines),
    )


def _border_drawn(paths: list[list[Point]], cuts: Iterable[Cut]) -> list[Point]:
    """Return the line from its first cut of a grid to its last: what lies before and beyond did nothing."""
    ends = {end for cut in cuts for chord in cut.chords for end in (chord[0], chord[-1])}
    line = [point for path in paths for point in path]
    on = [place for place, point in enumerate(line) if point in ends]
    return line[on[0] : on[-1] + 1]


def _box(path: list[Point]) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in path], [y for _, y in path]
    return min(xs), min(ys), max(xs), max(ys)


def _refuse_no_chord(cuts: list[Cut], path: list[Point]) -> None:
    dangles = [dangle for cut in cuts for dangle in cut.dangles]
    if dangles:
        raise EditRefused(Code.LINE_ENDS_INSIDE, drawn(dangles))
    if any(cut.chords for cut in cuts):
        return
    along = [run for cut in cuts for run in cut.along]
    if along:
        raise EditRefused(Code.RUNS_ALONG_BORDER, drawn(along))
    touches = any(cut.touches for cut in cuts)
    raise EditRefused(Code.TOUCHES_ONLY if touches else Code.LINE_MISSES_GRID, drawn([path]))


def _moves(coverage: Coverage, shapes: dict[str, Shape], changed: dict[str, Shape], key: str, cut: Cut) -> list[Move]:
    """Return the pieces that chords cut off a grid, each with the grid that it goes to."""
    parts = [part for part in parts_of(shapes[key].edges | cut.edges) if part not in shapes[key].parts]
    owners = _owners(coverage, changed, key)
    beside = {part: _beside(part, owners, cut.edges) for part in parts}
    stays = _staying(beside)
    moves = []
    for part in parts:
        if part == stays:
            continue
        others = beside[part] - {None}
        if len(others) != 1:
            raise EditRefused(Code.AMBIGUOUS, part_polygon(part), grid=key, between=sorted(filter(None, others)))
        moves.append(Move(key, str(others.pop()), Shape((part,))))
    return moves


def _owners(coverage: Coverage, changed: dict[str, Shape], key: str) -> dict[Edge, str]:
    """Return who lies across each edge of a grid; the frame is not in the answer."""
    others = {other: changed.get(other) or coverage[other] for other in coverage.neighbours(key)}
    return {(b, a): other for other, shape in others.items() for a, b in shape.edges}


def _beside(part: Part, owners: dict[Edge, str], chords: set[Edge]) -> set[str | None]:
    edges = {edge for ring in part for edge in ring_edges(ring)} - chords
    return {owners.get(edge) for edge in edges}


def _staying(beside: dict[Part, set[str | None]]) -> Part:
    """Return the piece that stays.

    That is one that borders on no other grid, so could go nowhere; or of two the one that has not the new
    border's neighbour alone beside it; else the largest.
    """

    def size(part: Part) -> tuple[int, Part]:
        return sum(double_area(ring) for ring in part), part

    alone = [part for part, others in beside.items() if not others - {None}]
    if len(alone) == 1:
        return alone[0]
    if len(beside) == 2:
        clear = [part for part, others in beside.items() if len(others) == 1 and None not in others]
        clear = clear or [part for part, others in beside.items() if len(others - {None}) == 1]
        if len(clear) == 1:
            return next(part for part in beside if part != clear[0])
    return max(beside, key=size)


def _refuse_exchange(moves: list[Move]) -> None:
    """Refuse pieces that change hands across the same stretch of border: it would remain beside the line."""
    edges = {edge for move in moves for edge in move.area.edges}
    for move in moves:
        if any((b, a) in edges for a, b in move.area.edges):
            raise EditRefused(Code.AMBIGUOUS, to_polygon(move.area), grid=move.source, between=[move.target])


def _after(coverage: Coverage, changed: dict[str, Shape], moves: list[Move]) -> dict[str, Shape]:
    """Return the grids after all pieces have changed hands."""
    after: dict[str, Shape] = {}
    for key in sorted({key for move in moves for key in (move.source, move.target)}):
        edges = set((changed.get(key) or coverage[key]).edges)
        for move in moves:
            if move.target == key:
                edges |= move.area.edges
            if move.source == key:
                edges |= {(b, a) for a, b in move.area.edges}
        left = {(a, b) for a, b in edges if (b, a) not in edges}
        after[key] = Shape(tuple(parts_of(left)))
    return after


register(EditVerb(command=Reshape, step=step, inverse=moved_back, place=("line",)))
