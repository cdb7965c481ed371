"""What a preview says of a grid's shape: area, outline, compactness, parts."""

from dataclasses import dataclass
from math import pi

from grids.editing.geometry.plane import distance, ring_edges
from grids.editing.geometry.shapes import Shape


@dataclass(frozen=True, slots=True)
class Measures:
    """Area (m², exact to half a square millimetre), perimeter (m), compactness, numbers of parts and of holes.

    Compactness is Polsby and Popper's: the area over that of the circle with the same perimeter; 1 is a circle.
    """

    area_m2: float
    perimeter_m: float
    compactness: float
    parts: int
    holes: int


def measures(shape: Shape) -> Measures:
    """Return the measures of a grid's shape."""
    area_m2 = shape.double_area / 2 / 1_000_000
    edges = (edge for part in shape.parts for ring in part for edge in ring_edges(ring))
    perimeter_m = sum(distance(a, b) for a, b in edges) / 1000
    return Measures(
        area_m2=area_m2,
        perimeter_m=perimeter_m,
        compactness=4 * pi * area_m2 / perimeter_m**2,
        parts=len(shape.parts),
        holes=sum(len(part) - 1 for part in shape.parts),
    )
