"""Tile matrix sets as documents of the OGC standard, checked by morecantile's models."""

from functools import cache
from typing import Any

import pyproj

from layers.spatial.crs import CRS84, Crs, epsg
from tiles.matrix_sets import METRES_PER_DEGREE, TILE_PIXELS, WORLD_CRS84_QUAD, MatrixSet

# The sets that OGC has registered; the others are named by the address of their definition here.
_REGISTERED = {
    name: f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{name}" for name in ("WebMercatorQuad", "WorldCRS84Quad")
}
_TITLES = {
    "WebMercatorQuad": "Google Maps Compatible for the World",
    "WorldCRS84Quad": "CRS84 for the World",
    "CGCS2000Quad": "CGCS2000 for the World, as Tianditu's sets c",
}
# The size of a pixel on paper by which scale denominators are counted (OGC 17-083r4, 6.1.1.1).
_PAPER_PIXEL_M = 0.00028


def crs_of(matrix_set: MatrixSet) -> Crs:
    """Return the CRS that the set is cut in."""
    return CRS84 if matrix_set == WORLD_CRS84_QUAD else epsg(matrix_set.srid)


def title_of(matrix_set: MatrixSet) -> str:
    """Return the title of a set."""
    return _TITLES.get(matrix_set.id) or pyproj.CRS.from_epsg(matrix_set.srid).name


def uri_of(matrix_set: MatrixSet, here: str) -> str:
    """Return the URI of a set, whose definition is at the address ``here``."""
    return _REGISTERED.get(matrix_set.id, here)


def definition(matrix_set: MatrixSet, here: str) -> dict[str, Any]:
    """Return the definition of a set, whose address is ``here``."""
    return {**_definition(matrix_set), "uri": uri_of(matrix_set, here)}


@cache
def _definition(matrix_set: MatrixSet) -> dict[str, Any]:
    import morecantile  # takes a while to load

    crs = crs_of(matrix_set)
    axes = [axis.abbrev for axis in pyproj.CRS.from_user_input(crs.uri).axis_info[:2]]
    made = morecantile.TileMatrixSet.model_validate(
        {
            "id": matrix_set.id,
            "title": title_of(matrix_set),
            "orderedAxes": axes,
            "crs": crs.uri,
            "tileMatrices": [_matrix(matrix_set, crs, z) for z in range(matrix_set.first, matrix_set.last + 1)],
        }
    )
    document: dict[str, Any] = made.model_dump(mode="json", by_alias=True, exclude_none=True)
    return document | {"crs": crs.uri}


def _matrix(matrix_set: MatrixSet, crs: Crs, z: int) -> dict[str, Any]:
    cell = matrix_set.tile_side(z) / TILE_PIXELS
    columns, rows = matrix_set.size(z)
    corner = [matrix_set.west, matrix_set.north]
    return {
        "id": str(z),
        "scaleDenominator": cell * (METRES_PER_DEGREE if matrix_set.is_geographic else 1.0) / _PAPER_PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": corner[::-1] if crs.north_first else corner,
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": columns,
        "matrixHeight": rows,
    }
