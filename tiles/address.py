"""Where a tile lies: z/x/y of WebMercatorQuad to envelopes in EPSG:3857 and in degrees. Pure."""

import math
from dataclasses import dataclass

from gisserver.common.errors import Invalid, NotFound
from gisserver.common.geo.mercator import HALF_WORLD_M, Bounds, to_degrees
from gisserver.common.sentences import Sentence

MAX_ZOOM = 22
# Units along the side of a tile, and how far around it features are drawn so that no seam shows (MVT 2.1 §4).
EXTENT = 4096
BUFFER = 64
MARGIN = BUFFER / EXTENT
# Versions are kept for squares of this zoom: 1.2 km at the equator, one square of a dense town.
CELL_ZOOM = 15


@dataclass(frozen=True, slots=True)
class Envelope:
    """A rectangle; metres in EPSG:3857, or degrees of longitude and latitude, as its maker says."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class CellRange:
    """The squares of CELL_ZOOM from (x_min, y_min) to (x_max, y_max), both included; y grows southward."""

    x_min: int
    y_min: int
    x_max: int
    y_max: int


@dataclass(frozen=True, slots=True, order=True)
class TileAddress:
    """One tile of WebMercatorQuad: zoom 0..22, column x from the west, row y from the north."""

    z: int
    x: int
    y: int

    @property
    def depth(self) -> int:
        """How often the square world is quartered for this tile."""
        return self.z

    @property
    def zoom(self) -> int:
        """The zoom by which layers begin and features are counted."""
        return self.z

    @property
    def side_m(self) -> float:
        """The side of the tile in metres of EPSG:3857."""
        return math.ldexp(2 * HALF_WORLD_M, -self.z)

    @property
    def clip(self) -> Envelope:
        """The tile itself in EPSG:3857 metres; two neighbours give one number for their common border."""
        return self._envelope(0.0)

    @property
    def search(self) -> Envelope:
        """The tile and BUFFER units around it, in EPSG:3857 metres: whatever is drawn in it touches this."""
        return self._envelope(MARGIN)

    def _envelope(self, margin: float) -> Envelope:
        side = self.side_m
        return Envelope(
            west=-HALF_WORLD_M + (self.x - margin) * side,
            south=HALF_WORLD_M - (self.y + 1 + margin) * side,
            east=-HALF_WORLD_M + (self.x + 1 + margin) * side,
            north=HALF_WORLD_M - (self.y - margin) * side,
        )

    @property
    def parent(self) -> "TileAddress":
        """The tile one zoom up that contains this one; the world is its own parent."""
        return self if self.z == 0 else TileAddress(self.z - 1, self.x // 2, self.y // 2)

    @property
    def children(self) -> tuple["TileAddress", ...]:
        """The four tiles one zoom down that make up this one: NW, NE, SW, SE."""
        z, x, y = self.z + 1, 2 * self.x, 2 * self.y
        return tuple(TileAddress(z, x + right, y + down) for down in (0, 1) for right in (0, 1))

    @property
    def cells(self) -> CellRange:
        """The squares that anything drawn in this tile may lie in, its buffer included."""
        scale = math.ldexp(1.0, CELL_ZOOM - self.z)
        last = (1 << CELL_ZOOM) - 1

        def cell(tiles: float) -> int:
            return min(max(math.floor(tiles * scale), 0), last)

        return CellRange(
            cell(self.x - MARGIN), cell(self.y - MARGIN), cell(self.x + 1 + MARGIN), cell(self.y + 1 + MARGIN)
        )


def cells_meeting(bounds: Bounds | None) -> CellRange:
    """Return the squares that what lies in ``bounds`` (EPSG:3857 metres) may lie in; None means anywhere."""
    last = (1 << CELL_ZOOM) - 1
    if bounds is None:
        return CellRange(0, 0, last, last)
    side = math.ldexp(2 * HALF_WORLD_M, -CELL_ZOOM)
    west, south, east, north = bounds

    def cell(metres_from_edge: float) -> int:
        return min(max(math.floor(metres_from_edge / side), 0), last)

    return CellRange(
        cell(HALF_WORLD_M + west), cell(HALF_WORLD_M - north), cell(HALF_WORLD_M + east), cell(HALF_WORLD_M - south)
    )


def tile_address(z: int, x: int, y: int) -> TileAddress:
    """Return the address z/x/y.

    Raises Invalid for a zoom that is not served, NotFound for a column or row outside the world at that zoom.
    """
    if not 0 <= z <= MAX_ZOOM:
        raise Invalid(
            "zoom_out_of_range", Sentence("Zoom must be 0 to {max_zoom}, not {z}.", max_zoom=MAX_ZOOM, z=z), z=z
        )
    last = 2**z - 1
    if not (0 <= x <= last and 0 <= y <= last):
        raise NotFound(
            "tile_out_of_range",
            Sentence("At zoom {z} columns and rows are 0 to {last}.", z=z, last=last),
            z=z,
            x=x,
            y=y,
        )
    return TileAddress(z, x, y)


def degrees(envelope: Envelope) -> Envelope:
    """Return an EPSG:3857 envelope (metres) in degrees of WGS84, cut to the square world."""
    sides = (envelope.west, envelope.south, envelope.east, envelope.north)
    return Envelope(*to_degrees(tuple(min(max(side, -HALF_WORLD_M), HALF_WORLD_M) for side in sides)))
