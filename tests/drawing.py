"""Text drawings as coverages, so that a test shows the map: "AB/CC" is A beside B, both north of C.

A cell is 100 m wide. Every corner of a cell on a border is a vertex.
"""

from collections.abc import Iterable

import shapely

from grids.editing.coverage.coverage import Coverage

ORIGIN_M = (527_000.0, 2_510_000.0)
CELL_M = 100.0


def drawn(drawing: str) -> Coverage:
    """Return the coverage of a drawing; a dot is outside the frame."""
    cells: dict[str, list[shapely.Polygon]] = {}
    for r, row in enumerate(reversed(drawing.split("/"))):
        for c, letter in enumerate(row):
            cells.setdefault(letter, []).append(shapely.box(*at(c, r), *at(c + 1, r + 1)))
    cells.pop(".", None)
    return Coverage.from_polygons(
        {letter: shapely.segmentize(shapely.coverage_union_all(own), CELL_M) for letter, own in cells.items()}
    )


def at(column: float, row: float) -> tuple[float, float]:
    """Return a place in metres, given in cells east and north of the drawing's lower left corner."""
    return ORIGIN_M[0] + column * CELL_M, ORIGIN_M[1] + row * CELL_M


def line(*places: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Return a line in metres through places given in cells."""
    return tuple(at(*place) for place in places)


def area(*places: tuple[float, float]) -> shapely.Polygon:
    """Return a polygon in metres with corners given in cells."""
    return shapely.Polygon(line(*places))


def seen(coverage: Coverage) -> str:
    """Return the drawing of a coverage: who holds the middle of each cell."""
    west, south, east, north = coverage.frame.polygon.bounds
    columns, rows = round((east - west) / CELL_M), round((north - south) / CELL_M)
    polygons = coverage.to_polygons()
    return "/".join(
        "".join(_holder(polygons.items(), shapely.Point(at(c + 0.5, r + 0.5))) for c in range(columns))
        for r in reversed(range(rows))
    )


def _holder(polygons: Iterable[tuple[str, shapely.Geometry]], place: shapely.Point) -> str:
    return next((key for key, polygon in polygons if polygon.contains(place)), ".")
