"""The tile matrix sets that tiles are cut by: each a square that is quartered, again and again. Pure.

Coordinates are east before north in the CRS of the set, whatever its authority writes first. Web Mercator is the
set of /tiles; the others are those of the OGC API.
"""

import math
from dataclasses import dataclass
from functools import cache

import pyproj

from gisserver.common.errors import NotFound
from gisserver.common.geo import mercator
from gisserver.common.geo.crs import bounds_in
from gisserver.common.geo.mercator import Bounds
from gisserver.common.sentences import Sentence
from tiles.address import EXTENT, MARGIN, MAX_ZOOM, CellRange, cells_meeting

TILE_PIXELS = 256
# The side of a pixel of zoom 0 of Web Mercator in metres, which tells how a scale compares with its zooms.
_PIXEL_AT_ZOOM_0_M = 2 * mercator.HALF_WORLD_M / TILE_PIXELS
METRES_PER_DEGREE = math.pi * mercator.EARTH_RADIUS_M / 180
# A set of a survey CRS ends where a pixel is about so small.
_FINEST_M = 0.03


@dataclass(frozen=True, slots=True)
class MatrixSet:
    """A square (``west``, ``north``, ``side``: metres or degrees of EPSG:``srid``), quartered to the matrices.

    The matrix z, of ``first`` to ``last``, has tiles of side / 2^z; ``width`` and ``height`` are how much of the square
    is there, from its north-west corner.
    """

    id: str
    srid: int
    west: float
    north: float
    side: float
    width: float
    height: float
    first: int
    last: int
    # What to add to a matrix for the zoom of Web Mercator whose pixels are about as large.
    zoom_offset: int
    # How the square is numbered: zero, but where matrix 0 is already quartered.
    depth_offset: int = 0
    is_geographic: bool = False

    @property
    def square(self) -> Bounds:
        """West, south, east and north of the square."""
        return self.west, self.north - self.side, self.west + self.side, self.north

    @property
    def extent(self) -> Bounds:
        """West, south, east and north of what is there of the square."""
        return self.west, self.north - self.height, self.west + self.width, self.north

    def tile_side(self, z: int) -> float:
        """The side of a tile of matrix z, in units of the CRS."""
        return math.ldexp(self.side, -(z + self.depth_offset))

    def size(self, z: int) -> tuple[int, int]:
        """The number of columns and of rows of matrix z."""
        side = self.tile_side(z)
        return math.ceil(self.width / side), math.ceil(self.height / side)


@dataclass(frozen=True, slots=True)
class MatrixTile:
    """One tile of a matrix set: matrix z, column x from the west, row y from the north."""

    matrix_set: MatrixSet
    z: int
    x: int
    y: int

    @property
    def depth(self) -> int:
        """How often the square of the set is quartered for this tile."""
        return self.z + self.matrix_set.depth_offset

    @property
    def zoom(self) -> int:
        """The zoom of Web Mercator whose pixels are about as large."""
        return min(max(self.z + self.matrix_set.zoom_offset, 0), MAX_ZOOM)

    def bounds(self, margin: float = 0.0) -> Bounds:
        """West, south, east, north, wider by ``margin`` of a side all round."""
        side = self.matrix_set.tile_side(self.z)
        west, north = self.matrix_set.west, self.matrix_set.north
        return (
            west + (self.x - margin) * side,
            north - (self.y + 1 + margin) * side,
            west + (self.x + 1 + margin) * side,
            north - (self.y - margin) * side,
        )

    @property
    def search_3857(self) -> Bounds:
        """A box in EPSG:3857 that holds all that is drawn in the tile."""
        return to_web_mercator(self.matrix_set, self.bounds(MARGIN))

    @property
    def cells(self) -> CellRange:
        """The squares that anything drawn in the tile may lie in."""
        return cells_meeting(self.search_3857)


def to_web_mercator(matrix_set: MatrixSet, bounds: Bounds) -> Bounds:
    """Return a box in EPSG:3857 that holds ``bounds`` of the set's CRS, cut to the square world."""
    if matrix_set.is_geographic:
        return mercator.from_degrees(bounds)
    box = bounds_in(bounds, matrix_set.srid, mercator.SRID)
    # Borders of the box are curves there: what they bulge between two points lies within a unit of the tile.
    wider = (bounds[2] - bounds[0]) / EXTENT * mercator.stretch(max(abs(box[1]), abs(box[3])))
    edge = mercator.HALF_WORLD_M
    west, south, east, north = (min(max(value, -edge), edge) for value in box)
    return west - wider, south - wider, east + wider, north + wider


def matrix_tile(matrix_set: MatrixSet, z: int, x: int, y: int) -> MatrixTile:
    """Return a tile of the set. Raises NotFound for a matrix, a column or a row that it has not."""
    if not matrix_set.first <= z <= matrix_set.last:
        raise NotFound(
            "tile_out_of_range",
            Sentence(
                "{id} has the tile matrices {first} to {last}.",
                id=matrix_set.id,
                first=matrix_set.first,
                last=matrix_set.last,
            ),
        )
    columns, rows = matrix_set.size(z)
    if not (0 <= x < columns and 0 <= y < rows):
        raise NotFound(
            "tile_out_of_range",
            Sentence(
                "Matrix {z} of {id} has {columns} columns and {rows} rows.",
                z=z,
                id=matrix_set.id,
                columns=columns,
                rows=rows,
            ),
        )
    return MatrixTile(matrix_set, z, x, y)


WEB_MERCATOR_QUAD = MatrixSet(
    id="WebMercatorQuad",
    srid=mercator.SRID,
    west=-mercator.HALF_WORLD_M,
    north=mercator.HALF_WORLD_M,
    side=2 * mercator.HALF_WORLD_M,
    width=2 * mercator.HALF_WORLD_M,
    height=2 * mercator.HALF_WORLD_M,
    first=0,
    last=MAX_ZOOM,
    zoom_offset=0,
)


def _of_degrees(id: str, srid: int, *, first: int, last: int, depth_offset: int) -> MatrixSet:
    """Return a set of the whole world in degrees: the upper half of a square of 360 degrees."""
    return MatrixSet(
        id=id,
        srid=srid,
        west=-180.0,
        north=90.0,
        side=360.0,
        width=360.0,
        height=180.0,
        first=first,
        last=last,
        zoom_offset=depth_offset + round(math.log2(_PIXEL_AT_ZOOM_0_M / (360 / TILE_PIXELS * METRES_PER_DEGREE))),
        depth_offset=depth_offset,
        is_geographic=True,
    )


WORLD_CRS84_QUAD = _of_degrees("WorldCRS84Quad", 4326, first=0, last=MAX_ZOOM - 1, depth_offset=1)
# As Tianditu cuts its sets `c`: level 1 is two tiles.
CGCS2000_QUAD = _of_degrees("CGCS2000Quad", 4490, first=1, last=18, depth_offset=0)


@cache
def of_survey(srid: int) -> MatrixSet:
    """Return the set of a survey CRS: a square of 2^n metres from the corner of its area of use."""
    area = pyproj.CRS.from_epsg(srid).area_of_use
    if area is None:
        raise ValueError(f"EPSG:{srid} does not say where it may be used.")
    box = bounds_in((area.west, area.south, area.east, area.north), 4326, srid)
    west, north = math.floor(box[0] / 1000) * 1000.0, math.ceil(box[3] / 1000) * 1000.0
    width, height = box[2] - west, north - box[1]
    side = 2.0 ** math.ceil(math.log2(max(width, height)))
    pixel = side / TILE_PIXELS
    return MatrixSet(
        id=f"EPSG{srid}Quad",
        srid=srid,
        west=west,
        north=north,
        side=side,
        width=width,
        height=height,
        first=0,
        last=math.floor(math.log2(pixel / _FINEST_M)),
        zoom_offset=round(math.log2(_PIXEL_AT_ZOOM_0_M / pixel)),
    )


def matrix_sets(survey_srid: int) -> dict[str, MatrixSet]:
    """Return the sets of a deployment by id."""
    every = [WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD, CGCS2000_QUAD]
    every += [of_survey(survey_srid)] if survey_srid not in {each.srid for each in every} else []
    return {each.id: each for each in every}
