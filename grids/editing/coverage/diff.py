"""What differs between two coverages of one frame. Undo, preview, audit and news use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Point
from grids.editing.geometry.shapes import Shape, to_polygon


@dataclass(frozen=True, slots=True)
class Diff:
    """The grids that differ, as they were and as they are; None where a grid is not."""

    before: Mapping[str, Shape | None]
    after: Mapping[str, Shape | None]

    @property
    def added(self) -> tuple[str, ...]:
        """The keys that are new, in order."""
        return tuple(key for key in sorted(self.after) if self.before[key] is None)

    @property
    def removed(self) -> tuple[str, ...]:
        """The keys that are gone, in order."""
        return tuple(key for key in sorted(self.after) if self.after[key] is None)

    @property
    def changed(self) -> tuple[str, ...]:
        """The keys whose polygon differs, in order; some only by a vertex that a neighbour's cut has set."""
        return tuple(key for key in sorted(self.after) if self.before[key] and self.after[key])

    @property
    def polygons(self) -> dict[str, BaseGeometry]:
        """The polygons of changed and added grids after (survey CRS, metres)."""
        return {key: to_polygon(shape) for key, shape in sorted(self.after.items()) if shape is not None}

    @property
    def reversed(self) -> "Diff":
        """The diff the other way round."""
        return Diff(self.after, self.before)

    def changed_area(self) -> BaseGeometry:
        """Return the area that belongs to another grid than before (survey CRS, metres); may be empty.

        It holds the slivers, less than a millimetre wide, by which a vertex set on a border bends it.
        """
        lost = [
            shapely.symmetric_difference(_polygon(self.before[key]), _polygon(self.after[key]))
            for key in sorted(self.after)
        ]
        return shapely.union_all(lost)

    def new_edges(self) -> frozenset[tuple[Point, Point]]:
        """Return the borders' edges (mm) that were no edges before, each once."""
        old = {edge for shape in self.before.values() if shape for edge in shape.edges}
        new = {edge for shape in self.after.values() if shape for edge in shape.edges}
        return frozenset((a, b) for a, b in new - old if (b, a) not in old and ((b, a) not in new or a < b))


def diff(before: Coverage, after: Coverage, among: Iterable[str] | None = None) -> Diff:
    """Return the difference of two coverages; ``among`` names the grids that may differ, if that is known."""
    keys = {*before.keys, *after.keys} if among is None else set(among)
    old = {key: before.get(key) for key in keys}
    new = {key: after.get(key) for key in keys}
    real = sorted(key for key in keys if old[key] is not new[key] and old[key] != new[key])
    return Diff({key: old[key] for key in real}, {key: new[key] for key in real})


def _polygon(shape: Shape | None) -> BaseGeometry:
    return shapely.Polygon() if shape is None else to_polygon(shape)
