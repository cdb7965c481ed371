"""The proof that grids tile their frame, in integers: of a whole coverage, and of what one command changed.

The boundary of an area is a sum of directed edges, and only the empty area has an empty boundary. So if
every grid is a well-formed polygon, and the boundaries of the grids add up, edge by edge, to the boundary of
the frame, then the grids cover every place in the frame exactly once, none outside, and share all their
vertices. The same holds for the few grids that a command changes: their boundaries must add up to what they
did before, and the rest need not be looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from grids.editing.geometry.planarity import conflict
from grids.editing.geometry.plane import Edge, Point, cross, dot
from grids.editing.geometry.shapes import Broken, Shape, assemble, cancelled, is_degenerate, to_polygon
from grids.editing.refusals import Code, EditRefused, point_at


@dataclass(frozen=True, slots=True)
class Fault:
    """What breaks the law, in which grid if in one, and where (mm)."""

    reason: str
    key: str | None
    place: Point | None


class NotAPartition(ValueError):
    """The grids do not tile their frame exactly; ``faults`` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        first = faults[0]
        super().__init__(f"{len(faults)} faults; the first: {first.reason} {first.key or ''} at {first.place} mm")
        self.faults = faults


def shape_faults(shapes: Mapping[str, Shape], max_span_mm: int) -> list[Fault]:
    """Return the grids that are no polygons, or beyond the span in which the arithmetic is exact."""
    if not shapes:
        return [Fault("there are no grids", None, None)]
    empty = [Fault("the grid has no area", key, None) for key, shape in shapes.items() if is_degenerate(shape)]
    if empty:
        return empty
    bounds = np.array([shape.bounds for shape in shapes.values()])
    if (bounds[:, 2:].max(axis=0) - bounds[:, :2].min(axis=0)).max() > max_span_mm:
        return [Fault("the grids span too far", None, None)]
    valid = shapely.is_valid([to_polygon(shape) for shape in shapes.values()])
    faults = [
        Fault("the polygon is not valid", key, shape.parts[0][0][0])
        for (key, shape), fine in zip(shapes.items(), valid, strict=True)
        if not fine
    ]
    total: set[Edge] = set()
    for key, shape in shapes.items():
        if not total.isdisjoint(shape.edges):
            place = next(iter(total & shape.edges))[0]
            faults.append(Fault("the grid overlaps another along a border", key, place))
        total |= shape.edges
    return faults


def border_of(shapes: Mapping[str, Shape]) -> frozenset[Edge]:
    """Return the edges of grids that no other grid shares."""
    return frozenset(cancelled(edge for shape in shapes.values() for edge in shape.edges))


def frame_faults(border: frozenset[Edge], frame: Shape | None) -> tuple[Shape | None, list[Fault]]:
    """Return what the border bounds, and the places where it is not the frame."""
    try:
        own = assemble(border)
    except Broken as broken:
        return None, [Fault("the grids' borders do not meet", None, broken.place)]
    if not shapely.is_valid(to_polygon(own)):
        return own, [Fault("the grids overlap, or leave gaps", None, own.parts[0][0][0])]
    if frame is None:
        return own, []
    if is_degenerate(frame) or not shapely.is_valid(to_polygon(frame)):
        return own, [Fault("the frame is not a valid polygon", None, None)]
    missing, extra = frame.edges - border, border - frame.edges
    stray = _not_straight(missing, extra)
    return own, [Fault("the grids do not end at the frame", None, stray[0])] if stray else []


def _not_straight(some: Iterable[Edge], others: Iterable[Edge]) -> Edge | None:
    """Return an edge by which two lines differ; further vertices, exactly collinear, are no difference."""
    left, right = set(some), set(others)
    _lay_out(left, right)
    _lay_out(right, left)
    return min(left | right, default=None)


def _lay_out(edges: set[Edge], pieces: set[Edge]) -> None:
    """Drop each edge that collinear pieces lay out from end to end, and those pieces."""
    onward = dict(pieces)
    for a, b in list(edges):
        way = [a]
        while way[-1] != b and way[-1] in onward:
            end = onward[way[-1]]
            if cross(a, b, end) or dot(way[-1], end, b) < 0 or dot(way[-1], end, end) == 0 or end in way:
                break
            way.append(end)
        if way[-1] == b:
            edges.discard((a, b))
            pieces.difference_update(pairwise(way))


def prove_change(
    before: list[Shape], after: list[Shape], border: frozenset[Edge], blame: Code = Code.TOO_FINE
) -> frozenset[Edge]:
    """Prove that some grids may take the place of others; return the border of the coverage afterwards.

    Raises `EditRefused` with the code ``blame`` and the place where edges would cross or touch, or where a
    polygon would be turned inside out.
    """
    old = {edge for shape in before for edge in shape.edges}
    new = {edge for shape in after for edge in shape.edges}
    if len(new) != sum(len(shape.edges) for shape in after):
        raise EditRefused(blame, data="two grids would have the same edge")
    added = sorted({(a, b) for a, b in new - old if (b, a) not in old})
    if added:
        place = conflict(added, np.vstack([shape.array for shape in after]))
        if place is not None:
            raise EditRefused(blame, point_at(place))
    for shape in after:
        try:
            sound = assemble(shape.edges) == shape
        except Broken as broken:
            raise EditRefused(blame, point_at(broken.place)) from broken
        if not sound:
            raise EditRefused(blame, point_at(shape.parts[0][0][0]))
    return _border_after(cancelled(old), cancelled(new), border, blame)


def _border_after(old: set[Edge], new: set[Edge], border: frozenset[Edge], blame: Code) -> frozenset[Edge]:
    """Check that the grids' common boundary is the same line; only on the frame may its vertices differ."""
    missing, extra = old - new, new - old
    if not missing and not extra:
        return border
    stray = _not_straight(missing, extra)
    if stray is None and not missing <= border:
        stray = min(missing - border)
    if stray is None:
        stray = next((edge for edge in extra if edge[0][0] != edge[1][0] and edge[0][1] != edge[1][1]), None)
    if stray is not None:
        raise EditRefused(blame, point_at(stray[0]))
    return border - missing | extra
