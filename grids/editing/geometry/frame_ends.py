"""Where a new border may end on the frame, which no edit may bend (docs/adr/0003-polygons-stored-arcs-derived.md).

1. At a vertex of the frame within the command's tolerance.
2. On an edge that runs due east or north: at the millimetre next to the crossing, which lies exactly on it,
   also as the doubles that are stored.
3. Else the edge has no millimetre to offer, and can only belong to one grid as a whole: the border ends just
   inside, and a hairline less than two millimetres wide runs on along the edge to the nearer vertex.
"""

from dataclasses import dataclass

from grids.editing.geometry.plane import Point, cross, crossing, distance

# A hairline's corner stands this far inside the edge (mm): clear of rounding errors, and out of sight.
_NEAREST_MM, _FARTHEST_MM = 0.25, 2.0
_SAME_PLACE_MM = 3.0
_AROUND = range(-2, 3)


@dataclass(frozen=True, slots=True)
class FrameEnd:
    """How a line that crosses a frame edge ends: the points to add, and whether the last is new on the edge."""

    way: tuple[Point, ...]
    on_edge: bool = False

    @property
    def hairline(self) -> bool:
        """Whether the line runs on along the frame."""
        return len(self.way) > 1


def frame_ends(a: Point, b: Point, segments: list[tuple[Point, Point]], snap_mm: float) -> list[FrameEnd]:
    """Return the end for each segment that crosses the frame edge a → b (interior on the left), in order."""
    ends: dict[int, FrameEnd] = {}
    waiting: dict[int, Point] = {}
    for index, (p, q) in enumerate(segments):
        place = crossing(p, q, a, b)
        nearest = min(a, b, key=lambda vertex: distance(vertex, place))
        if distance(nearest, place) <= max(snap_mm, _SAME_PLACE_MM):
            ends[index] = FrameEnd((nearest,))
        elif a[0] == b[0] or a[1] == b[1]:
            ends[index] = FrameEnd((place,), on_edge=True)
        else:
            waiting[index] = place
    ends.update(_hairlines(a, b, waiting))
    return [ends[index] for index in range(len(segments))]


def _hairlines(a: Point, b: Point, places: dict[int, Point]) -> dict[int, FrameEnd]:
    """Let all crossings of one edge run on to the same vertex, through each other's corners."""
    if not places:
        return {}
    vertex = min((a, b), key=lambda v: min(distance(v, place) for place in places.values()))
    way: tuple[Point, ...] = (vertex,)
    ends = {}
    for index, place in sorted(places.items(), key=lambda item: distance(vertex, item[1])):
        corner = _just_inside(place, a, b)
        way = way if corner == way[0] else (corner, *way)
        ends[index] = FrameEnd(way)
    return ends


def _just_inside(place: Point, a: Point, b: Point) -> Point:
    """Return the millimetre nearest to a place that stands clear inside the edge a → b."""
    length = distance(a, b)
    around = [(place[0] + dx, place[1] + dy) for dx in _AROUND for dy in _AROUND]
    inside = [point for point in around if _NEAREST_MM <= cross(a, b, point) / length <= _FARTHEST_MM]
    return min(inside, key=lambda point: (distance(point, place), point))
