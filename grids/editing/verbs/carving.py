"""Carving: which parts of a grid lie in a drawn area, once its outline has cut the grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Edge, Point
from grids.editing.geometry.shapes import Broken, Part, Shape, assemble, cancelled, part_polygon, to_polygon
from grids.editing.refusals import Code, EditRefused, point_at
from grids.editing.rules import Rules
from grids.editing.verbs.cutting import cut_of, node_against, without_spare
from grids.editing.verbs.lines import read_area


@dataclass(frozen=True, slots=True)
class Carving:
    """The parts inside the area and outside it, with the grids (itself too) that got new vertices."""

    inside: Shape
    outside: Shape
    noded: dict[str, Shape]
    hairlines: tuple[tuple[Point, ...], ...]


def carve(coverage: Coverage, key: str, area: BaseGeometry, snap_mm: float, rules: Rules) -> Carving:
    """Cut a grid along the outline of an area (metres); refused if it misses the grid or covers it all."""
    drawn = read_area(coverage, area, rules)
    rings = [[*ring, ring[0]] for part in drawn.parts for ring in part]
    noded, changed = node_against(coverage, [key], rings, snap_mm)
    shape = changed.get(key) or coverage[key]
    cut = cut_of(shape, [path for each in noded for path in each.paths])
    if cut.dangles:
        raise EditRefused(Code.TOO_FINE, point_at(cut.dangles[0][0]))
    changed = without_spare(coverage, changed, [cut])
    parts = parts_of((changed.get(key) or coverage[key]).edges | cut.edges)
    outline = to_polygon(drawn)
    inside = [part for part in parts if shapely.covers(outline, shapely.point_on_surface(part_polygon(part)))]
    outside = [part for part in parts if part not in inside]
    if not inside:
        raise EditRefused(Code.LINE_MISSES_GRID, area, grid=key)
    if not outside:
        raise EditRefused(Code.EMPTIES_GRID, area, grid=key)
    lines = tuple(way for each in noded for way in each.hairlines)
    return Carving(_joined(inside), _joined(outside), changed, lines)


def parts_of(edges: set[Edge] | frozenset[Edge]) -> Sequence[Part]:
    """Return the parts that edges divide the area into; refused where they bound none."""
    try:
        return assemble(edges).parts
    except Broken as broken:
        raise EditRefused(Code.TOO_FINE, point_at(broken.place)) from broken


def _joined(parts: Sequence[Part]) -> Shape:
    """Return parts as one shape: where two of them meet along a cut, the cut goes."""
    return Shape(tuple(parts_of(cancelled(Shape(tuple(parts)).edges))))


def together(shape: Shape, more: Shape) -> Shape:
    """Return the union of two shapes that lie side by side."""
    return Shape(tuple(parts_of(cancelled(shape.edges | more.edges))))
