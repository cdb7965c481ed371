"""Finding a vertex or an edge of the coverage near a drawn place."""

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Edge, Point, distance, distance_to_edge
from grids.editing.refusals import Code, EditRefused, point_at


def node_near(coverage: Coverage, place: Point, snap_mm: float) -> Point:
    """Return the vertex at a place, or else the nearest within the tolerance (mm)."""
    vertices = {vertex for key in _near(coverage, place, snap_mm) for vertex in coverage[key].vertices}
    nearest = min(vertices, key=lambda vertex: (distance(vertex, place), vertex), default=None)
    if nearest is None or distance(nearest, place) > snap_mm:
        raise EditRefused(Code.NODE_UNKNOWN, point_at(place))
    return nearest


def edge_near(coverage: Coverage, place: Point, snap_mm: float) -> Edge:
    """Return the nearest edge within the tolerance (mm), with the interior of a grid on its left."""
    edges = {edge for key in _near(coverage, place, snap_mm) for edge in coverage[key].edges}
    nearest = min(edges, key=lambda edge: (distance_to_edge(place, *edge), edge), default=None)
    if nearest is None or distance_to_edge(place, *nearest) > snap_mm:
        raise EditRefused(Code.BORDER_UNKNOWN, point_at(place))
    return nearest


def _near(coverage: Coverage, place: Point, snap_mm: float) -> list[str]:
    x, y = place
    return coverage.near((x, y, x, y), int(snap_mm) + 1)
