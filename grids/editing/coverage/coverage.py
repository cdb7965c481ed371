"""`Coverage`: the grids of a community as an immutable value, with the frame that they fill.

An edit makes another coverage that shares all it does not change. The grids' polygons are what is kept;
arcs and nodes are derived from them by exact equality of vertices (`grids.editing.coverage.arcs`).
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from threading import local
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.proof import NotAPartition, border_of, frame_faults, shape_faults
from grids.editing.geometry.boxes import Box, Boxes
from grids.editing.geometry.plane import Edge, Point
from grids.editing.geometry.shapes import Shape, from_polygon, to_polygon

# Differences of coordinates then fit in 30 bits, and their products, doubled, in 63.
MAX_SPAN_MM = 2**29


class Frame:
    """The community's polygon; it never changes, and all coverages of a draft share it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._of_thread = local()

    @property
    def polygon(self) -> BaseGeometry:
        """The polygon in metres, prepared; each thread has its own, for it makes its indexes while it is asked."""
        polygon: BaseGeometry | None = getattr(self._of_thread, "polygon", None)
        if polygon is None:
            polygon = self._of_thread.polygon = to_polygon(self.shape)
            shapely.prepare(polygon)
        return polygon


class Coverage:
    """An immutable mapping of grid keys (codes) to shapes that tile the frame exactly.

    `border` holds the grids' edges that have no grid on their other side: the frame, with the vertices that
    grids have set exactly on it.
    """

    __slots__ = ("_boxes", "_shapes", "border", "frame")

    def __init__(self, shapes: dict[str, Shape], boxes: Boxes, frame: Frame, border: frozenset[Edge]) -> None:
        self._shapes = shapes
        self._boxes = boxes
        self.frame = frame
        self.border = border

    @classmethod
    def from_polygons(cls, polygons: Mapping[str, BaseGeometry], frame: BaseGeometry | None = None) -> "Coverage":
        """Return the coverage of polygons or multipolygons (survey CRS, metres, rounded to millimetres).

        ``frame`` is the community's polygon; by default what the grids fill. Raises `NotAPartition`, which
        names each fault, if the grids do not tile it exactly.
        """
        return cls.from_shapes(
            {key: from_polygon(polygon) for key, polygon in polygons.items()},
            None if frame is None else from_polygon(frame),
        )

    @classmethod
    def from_shapes(cls, shapes: Mapping[str, Shape], frame: Shape | None = None) -> "Coverage":
        """Return the proved coverage of shapes; raise `NotAPartition` as `from_polygons` does."""
        faults = shape_faults(shapes, MAX_SPAN_MM)
        if faults:
            raise NotAPartition(faults)
        border = border_of(shapes)
        own, faults = frame_faults(border, frame)
        if faults or own is None:
            raise NotAPartition(faults)
        boxes = Boxes.of({key: shape.bounds for key, shape in shapes.items()})
        return cls(dict(shapes), boxes, Frame(frame or own), border)

    def __getitem__(self, key: str) -> Shape:
        return self._shapes[key]

    def get(self, key: str) -> Shape | None:
        """Return a grid's shape, or None if there is no such grid."""
        return self._shapes.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._shapes

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._shapes))

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all grids, in no order that means anything."""
        return tuple(self._shapes)

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Coverage):
            return NotImplemented
        return self._shapes == other._shapes and self.frame.shape == other.frame.shape

    __hash__ = None  # type: ignore[assignment]

    def near(self, box: Box, margin_mm: int = 0) -> list[str]:
        """Return the grids whose bounding boxes meet a box (mm) widened by a margin."""
        return self._boxes.near(box, margin_mm)

    def neighbours(self, key: str) -> list[str]:
        """Return the grids that share a border, not only a corner, with a grid; in code order."""
        reverse = {(b, a) for a, b in self[key].edges}
        near = self.near(self[key].bounds)
        return sorted(other for other in near if other != key and not reverse.isdisjoint(self[other].edges))

    def grids_at(self, node: Point) -> list[str]:
        """Return the grids that have a vertex at a place, in code order."""
        x, y = node
        return sorted(key for key in self.near((x, y, x, y)) if node in self[key].vertices)

    def evolved(self, changes: Mapping[str, Shape | None], border: frozenset[Edge] | None = None) -> "Coverage":
        """Return the coverage with some grids changed, added or (None) gone; the caller has proved it."""
        shapes = dict(self._shapes)
        for key, shape in changes.items():
            if shape is None:
                del shapes[key]
            else:
                shapes[key] = shape
        boxes = self._boxes.updated(
            {key: shape.bounds for key, shape in changes.items() if shape is not None},
            [key for key, shape in changes.items() if shape is None],
        )
        return Coverage(shapes, boxes, self.frame, self.border if border is None else border)

    def to_polygons(self, keys: Iterable[str] | None = None, *, multi: bool = False) -> dict[str, BaseGeometry]:
        """Return grids as polygons, multipolygons where needed or always (survey CRS, metres, n / 1000)."""
        return {key: to_polygon(self[key], multi=multi) for key in (self if keys is None else keys)}

    def digest(self) -> str:
        """Return a SHA-256 over frame, keys and all coordinates: equal for equal partitions only."""
        text = sha256(repr(self.frame.shape.parts).encode())
        for key in self:
            text.update(f"\n{key!r}{self[key].parts!r}".encode())
        return text.hexdigest()
