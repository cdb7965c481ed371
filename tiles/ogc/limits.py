"""Which tiles of each matrix may hold something: the limits of a tileset."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisserver.common.geo.crs import bounds_in
from gisserver.common.geo.mercator import MAX_LATITUDE, Bounds
from layers.selectors import reaches_of
from tiles.address import MARGIN
from tiles.matrix_sets import MatrixSet, MatrixTile
from tiles.tileset import Tileset

# Degrees: a box that has been rounded still holds what it was measured on.
_SLACK = 1e-7


@dataclass(frozen=True, slots=True)
class Limits:
    """The columns and rows of one matrix, both ends included."""

    z: int
    columns: tuple[int, int]
    rows: tuple[int, int]

    def document(self) -> dict[str, Any]:
        """Return the limits as the standard writes them."""
        return {
            "tileMatrix": str(self.z),
            "minTileRow": self.rows[0],
            "maxTileRow": self.rows[1],
            "minTileCol": self.columns[0],
            "maxTileCol": self.columns[1],
        }


def degrees_of(tileset: Tileset) -> Bounds | None:
    """Return west, south, east, north in degrees of what the user sees of the tileset; None when that is nothing.

    Where rows change it may be minutes old (`layers.selectors.reaches_of`). Of a past moment nothing is measured: None.
    """
    if tileset.at is not None or (tileset.interval is not None and any(each.versioned for each in tileset.collections)):
        return None
    boxes = [reach.bbox for reach in reaches_of(tileset.collections, tileset.user) if reach.bbox]
    if not boxes:
        return None
    return (
        min(box[0] for box in boxes),
        max(min(box[1] for box in boxes), -90.0),
        max(box[2] for box in boxes),
        min(max(box[3] for box in boxes), 90.0),
    )


def limits_of(tileset: Tileset) -> list[Limits]:
    """Return the limits of each matrix at which one of the layers has something to show."""
    matrix_set = tileset.matrix_set
    box = _in(matrix_set, degrees_of(tileset))
    return [
        _limits(matrix_set, z, box)
        for z in range(matrix_set.first, matrix_set.last + 1)
        if tileset.min_zoom <= MatrixTile(matrix_set, z, 0, 0).zoom <= tileset.max_zoom
    ]


def is_within(tile: MatrixTile, limits: Sequence[Limits]) -> bool:
    """Tell whether the limits hold a tile."""
    return any(
        each.columns[0] <= tile.x <= each.columns[1] and each.rows[0] <= tile.y <= each.rows[1]
        for each in limits
        if each.z == tile.z
    )


def _in(matrix_set: MatrixSet, degrees: Bounds | None) -> Bounds:
    """Return a box of degrees in the CRS of the set, cut to its extent; the whole extent for None."""
    if degrees is None:
        return matrix_set.extent
    west, south, east, north = (
        side + slack for side, slack in zip(degrees, (-_SLACK, -_SLACK, _SLACK, _SLACK), strict=True)
    )
    if not matrix_set.is_geographic:
        # The poles are nowhere in Web Mercator.
        south, north = max(south, -MAX_LATITUDE), min(north, MAX_LATITUDE)
        west, south, east, north = bounds_in((west, south, east, north), 4326, matrix_set.srid)
    box = (west, south, east, north)
    if not all(math.isfinite(side) for side in box):
        return matrix_set.extent
    low, high = matrix_set.extent[:2], matrix_set.extent[2:]
    return (
        min(max(west, low[0]), high[0]),
        min(max(south, low[1]), high[1]),
        min(max(east, low[0]), high[0]),
        min(max(north, low[1]), high[1]),
    )


def _limits(matrix_set: MatrixSet, z: int, box: Bounds) -> Limits:
    side = matrix_set.tile_side(z)
    columns, rows = matrix_set.size(z)

    def between(low: float, high: float, number: int) -> tuple[int, int]:
        # What is drawn around a tile is in its neighbour too.
        first, last = math.floor(low / side - MARGIN), math.floor(high / side + MARGIN)
        return min(max(first, 0), number - 1), min(max(last, 0), number - 1)

    west, south, east, north = box
    return Limits(
        z,
        between(west - matrix_set.west, east - matrix_set.west, columns),
        between(matrix_set.north - north, matrix_set.north - south, rows),
    )
