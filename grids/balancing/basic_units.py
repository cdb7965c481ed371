"""Basic units: the smallest areas that are assigned to grids as a whole; none cuts a building.

A community is divided along its grids' borders, roads, water and block edges into faces, and each face among its
buildings. The units tile the community exactly: whole millimetres, shared borders identical.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.balancing.borders import Borders, Strip, borders_of, strips_of
from grids.balancing.dividing import Floats, Ints, Objects, faces_of, join, lines_between, root, sites_of
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import MM_PER_M, to_polygon
from grids.grid_of_point import AreaIndex

# An empty strip narrower than this, beside a road or left over by the cells, is merged into a neighbour.
NARROW_MM = 10_000.0
# How much of a footprint may lie across a line and still count as on one side (surveys differ), in square metres.
OVERLAP_M2 = 1.0
_OVERLAP_MM2 = OVERLAP_M2 * MM_PER_M**2


@dataclass(frozen=True)
class BasicUnits:
    """The basic units of a community.

    ``polygons`` are in local millimetres from ``origin`` (whole millimetres of the survey CRS), ``home`` says which of
    ``keys`` (grid codes) each belongs to, ``buildings`` which footprints it holds, by their position in the input.
    """

    keys: tuple[str, ...]
    origin: tuple[int, int]
    polygons: Objects
    home: Ints
    buildings: tuple[tuple[int, ...], ...]
    borders: Borders
    _index: list[AreaIndex] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.polygons)

    def at(self, places: Floats) -> Ints:
        """Return for each place (survey CRS, metres) its unit, -1 outside; on a border that of the lowest code."""
        if not self._index:
            self._index.append(AreaIndex(self.polygons, per_metre=MM_PER_M))
        return self._index[0].at(shapely.points(np.rint(places * MM_PER_M) - self.origin))

    def area_of(self, members: Sequence[int]) -> BaseGeometry:
        """Return units as one polygon or multipolygon (survey CRS, metres)."""
        union = shapely.coverage_union_all(self.polygons[list(members)])
        return shapely.transform(union, lambda xy: (xy + self.origin) / MM_PER_M)


def basic_units_of(
    coverage: Coverage,
    *,
    lines: Sequence[BaseGeometry] = (),
    buildings: Sequence[BaseGeometry] = (),
    only: frozenset[str] | None = None,
) -> BasicUnits:
    """Return the units of a coverage, in the order of grid codes, from west to east.

    ``lines`` are guide lines of borders (lines, or polygons for their outlines), ``buildings`` footprints or
    points; all in the survey CRS, metres. Grids not in ``only`` stay whole.
    """
    keys = tuple(coverage)
    west, south, *_ = coverage.frame.shape.bounds
    origin = (west, south)
    grids = _local(np.array([to_polygon(coverage[key]) for key in keys]), origin)
    cuttable = np.array([only is None or key in only for key in keys])
    faces, face_home = _faces(grids, cuttable, _local(np.array(list(lines), dtype=object), origin))
    shapes = _local(np.array(list(buildings), dtype=object), origin)
    sites = sites_of(shapes)
    cells, cell_face = _cells(faces, cuttable[face_home], shapes, sites)
    home = face_home[cell_face]
    strips = strips_of(cells)
    groups = _groups(cells, strips, cell_face, home, shapes, sites)
    return _gathered(keys, origin, cells, strips, cell_face, home, groups, shapes)


def _local(geometries: Objects, origin: tuple[int, int]) -> Objects:
    moved: Objects = shapely.transform(geometries, lambda xy: np.rint(xy * MM_PER_M) - origin)
    return moved


def _faces(grids: Objects, cuttable: NDArray[np.bool_], lines: Objects) -> tuple[Objects, Ints]:
    """Return the faces between borders and lines, and the grid of each."""
    drawn = np.where(shapely.get_dimensions(lines) == 2, shapely.boundary(lines), lines)
    area = shapely.coverage_union_all(grids[cuttable]) if cuttable.any() else shapely.Polygon()
    shapely.prepare(area)
    inside = shapely.intersection(drawn[shapely.intersects(area, drawn)], area)
    faces = faces_of([*shapely.boundary(grids), *inside])
    home = _holders(grids, shapely.point_on_surface(faces))
    return faces[home >= 0], home[home >= 0]


def _holders(polygons: Objects, points: Objects) -> Ints:
    """Return for each point the polygon that it lies in, -1 for none."""
    found = np.full(len(points), -1, dtype=np.intp)
    rows, hits = shapely.STRtree(polygons).query(points, predicate="intersects")
    found[rows[::-1]] = hits[::-1]
    return found


def _cells(faces: Objects, cuttable: NDArray[np.bool_], shapes: Objects, sites: Ints) -> tuple[Objects, Ints]:
    """Return the faces divided among the sites in them, and the face of each cell."""
    if not len(shapes):
        return faces, np.arange(len(faces))
    rows, hits = shapely.STRtree(faces).query(shapes, predicate="intersects")
    keep = cuttable[hits]
    rows, hits = rows[keep], hits[keep]
    parts = _clipped(shapes[rows], faces[hits])
    real = ~shapely.is_empty(parts)
    rows, hits, parts = rows[real], hits[real], parts[real]
    order = np.argsort(hits, kind="stable")
    bounds = np.searchsorted(hits[order], np.arange(len(faces) + 1))
    lines: list[BaseGeometry] = []
    for face, polygon in enumerate(faces):
        own = order[bounds[face] : bounds[face + 1]]
        if len(np.unique(sites[rows[own]])) > 1:
            lines.append(lines_between(polygon, parts[own], sites[rows[own]]))
    cells = faces_of([*shapely.boundary(faces), *lines])
    cell_face = _holders(faces, shapely.point_on_surface(cells))
    return cells[cell_face >= 0], cell_face[cell_face >= 0]


def _clipped(shapes: Objects, faces: Objects) -> Objects:
    """Return the part of each shape in its face; nothing where it only overlaps the line slightly."""
    shapely.prepare(faces)
    inside = shapely.covers(faces, shapes)
    parts: Objects = shapes.copy()
    parts[~inside] = shapely.intersection(shapes[~inside], faces[~inside])
    flat = shapely.get_dimensions(shapes) == 2
    parts[flat & ~inside & (shapely.area(parts) < np.minimum(_OVERLAP_MM2, shapely.area(shapes) / 4))] = shapely.Point()
    return parts


def _groups(
    cells: Objects, strips: Sequence[Strip], cell_face: Ints, home: Ints, shapes: Objects, sites: Ints
) -> NDArray[np.intp]:
    """Return which cells form one unit: those of one site, and narrow empty strips with a neighbour."""
    parent = np.arange(len(cells))
    held = np.zeros(len(cells), dtype=bool)
    if len(shapes):
        inner = np.where(shapely.get_dimensions(shapes) == 2, shapely.buffer(shapes, -200.0), shapes)
        inner = np.where(shapely.is_empty(inner), shapely.point_on_surface(shapes), inner)
        rows, hits = shapely.STRtree(cells).query(inner, predicate="intersects")
        held[hits] = True
        first: dict[tuple[int, int], int] = {}
        for row, hit in zip(rows.tolist(), hits.tolist(), strict=True):
            join(parent, first.setdefault((int(sites[row]), int(home[hit])), hit), hit)
    _join_strips(parent, cells, strips, cell_face, home, held)
    return np.array([root(parent, cell) for cell in range(len(cells))], dtype=np.intp)


def _join_strips(
    parent: NDArray[np.intp],
    cells: Objects,
    strips: Sequence[Strip],
    cell_face: Ints,
    home: Ints,
    held: NDArray[np.bool_],
) -> None:
    """Join every narrow empty cell to the neighbour in its grid with which it shares the longest border."""
    narrow = ~held & (2 * shapely.area(cells) < NARROW_MM * shapely.length(cells))
    best: dict[int, tuple[bool, float, int]] = {}
    for strip in strips:
        if home[strip.left] != home[strip.right]:
            continue
        same = bool(cell_face[strip.left] == cell_face[strip.right])
        for own, other in ((strip.left, strip.right), (strip.right, strip.left)):
            if narrow[own]:
                best[own] = max(best.get(own, (False, 0.0, -1)), (same, strip.length_mm, other))
    for own, (_same, _length, other) in sorted(best.items()):
        join(parent, own, other)


def _gathered(
    keys: tuple[str, ...],
    origin: tuple[int, int],
    cells: Objects,
    strips: Sequence[Strip],
    cell_face: Ints,
    home: Ints,
    groups: Ints,
    shapes: Objects,
) -> BasicUnits:
    """Return the units that groups of cells make, in order."""
    heads, number = np.unique(groups, return_inverse=True)
    middles = shapely.get_coordinates(shapely.centroid(cells[heads]))
    order = np.lexsort((middles[:, 1], middles[:, 0], home[heads]))
    rank = np.empty(len(heads), dtype=np.intp)
    rank[order] = np.arange(len(heads))
    number = rank[number]
    members: list[list[int]] = [[] for _ in heads]
    for cell, unit in enumerate(number.tolist()):
        members[unit].append(cell)
    polygons = np.array(
        [cells[own[0]] if len(own) == 1 else shapely.coverage_union_all(cells[own]) for own in members], dtype=object
    )
    merged = [
        Strip(int(number[a]), int(number[b]), each.length_mm, through=bool(cell_face[a] == cell_face[b]))
        for each in strips
        for a, b in [(each.left, each.right)]
        if number[a] != number[b]
    ]
    unit_home = home[heads][order]
    borders = borders_of(polygons, merged, unit_home)
    return BasicUnits(keys, origin, polygons, unit_home, _buildings_in(polygons, shapes), borders)


def _buildings_in(polygons: Objects, shapes: Objects) -> tuple[tuple[int, ...], ...]:
    """Return for each unit the buildings whose inner point it holds."""
    held: list[list[int]] = [[] for _ in polygons]
    if len(shapes):
        middles = shapely.point_on_surface(shapes)
        for building, unit in enumerate(_holders(polygons, middles).tolist()):
            if unit >= 0:
                held[unit].append(building)
    return tuple(tuple(own) for own in held)
