"""Pieces too small to be meant: they go to the neighbour with the longest common border, and are reported."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A piece of the polygon ``code`` that has gone to its neighbour ``to``: its place (survey CRS) and area."""

    code: str
    to: str
    place: BaseGeometry
    area_m2: float


def give_crumbs(codes: Sequence[str], polygons: Polygons, *, crumb_m2: float) -> tuple[Polygons, list[Crumb]]:
    """Return ``polygons``, which are noded, without pieces below ``crumb_m2``, which their neighbours get; the pieces.

    The largest piece of a polygon stays whatever its size, and so does one that borders on nobody else.
    """
    given = polygons.copy()
    tree = shapely.STRtree(polygons)
    crumbs = []
    for index in np.flatnonzero(shapely.get_num_geometries(polygons) > 1).tolist():
        pieces = sorted(shapely.get_parts(polygons[index]), key=shapely.area)
        for piece in pieces[:-1]:
            taker = neighbour_of(piece, given, tree, other_than=index) if shapely.area(piece) < crumb_m2 else None
            if taker is not None:
                given[index] = shapely.difference(given[index], piece)
                given[taker] = shapely.union(given[taker], piece)
                crumbs.append(Crumb(codes[index], codes[taker], piece, float(shapely.area(piece))))
    return given, crumbs


def neighbour_of(
    land: BaseGeometry, polygons: Polygons, tree: shapely.STRtree, *, other_than: int | None = None
) -> int | None:
    """Return the index of the polygon that has the longest common border with ``land``, None when it has none.

    ``tree`` has the polygons as they were before pieces were given to them.
    """
    beside = tree.query(land)
    beside = beside[beside != other_than] if other_than is not None else beside
    shared = shapely.length(shapely.intersection(shapely.boundary(polygons[beside]), shapely.boundary(land)))
    return int(beside[int(np.argmax(shared))]) if shared.max(initial=0.0) > 0 else None
