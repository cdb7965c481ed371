"""Law 1 proved on what is stored, by exact integers in Python: a code path apart from the database's triggers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geometry import to_shapely
from gisserver.common.millimetres import is_whole_millimetres, to_millimetres
from grids.importing.defects import Defect, DefectKind, find_defects
from grids.models import DivisionVersion, GridVersion

Polygons = NDArray[np.object_]
Millimetres = NDArray[np.int64]


def partition_defects(*, at: datetime | None = None, community: str = "") -> tuple[list[Defect], int, int]:
    """Return the defects of the partition at ``at`` (default now), and the numbers of communities and grids proved.

    Each community that has grids is proved to be tiled by them: segments met in both directions, integer
    areas equal. Grids of different communities are proved not to overlap by their communities not
    overlapping. A community that had grids before and has none is a defect; one that never had any is not.
    ``community`` (a code) limits the proof to one.
    """
    versions = list(GridVersion.objects.at(at).order_by("code"))
    frames = {frame.division_id: frame for frame in DivisionVersion.objects.at(at).filter(level="community")}
    groups: dict[int, list[GridVersion]] = {}
    for version in versions:
        groups.setdefault(version.community_id, []).append(version)
    if community:
        groups = {key: grids for key, grids in groups.items() if key in frames and frames[key].code == community}
    defects = [defect for key, grids in sorted(groups.items()) for defect in _of_community(grids, frames.get(key))]
    defects += _ended(frame for key, frame in frames.items() if key not in groups and community in {"", frame.code})
    if not community:
        defects += _between([frames[key] for key in sorted(groups) if key in frames])
    return defects, len(groups), sum(map(len, groups.values()))


def _of_community(grids: Sequence[GridVersion], frame: DivisionVersion | None) -> list[Defect]:
    codes = [grid.code for grid in grids]
    polygons = np.array([to_shapely(grid.geom) for grid in grids], dtype=object)
    if frame is None or frame.geom is None:
        code = "" if frame is None else frame.code
        return [Defect(DefectKind.OUTSIDE, polygons[0], float(shapely.area(polygons).sum()), tuple(codes[:2]), code)]
    boundary = _noded(to_shapely(frame.geom), polygons)
    off_lattice = [
        Defect(DefectKind.INVALID, shapely.point_on_surface(polygon), 0.0, (code,), frame.code)
        for code, polygon in zip(codes, polygons, strict=True)
        if not is_whole_millimetres(polygon)
    ]
    return off_lattice + find_defects(codes, polygons, boundary, community=frame.code)


def _ended(frames: Iterable[DivisionVersion]) -> list[Defect]:
    """Return those of the communities without grids now that had some once."""
    bare = {frame.division_id: frame for frame in frames if frame.geom is not None}
    once = GridVersion.objects.filter(community_id__in=bare).values_list("community_id", flat=True).distinct()
    shapes = {key: to_shapely(bare[key].geom) for key in sorted(once)}
    return [
        Defect(DefectKind.ENDED, shape, float(shapely.area(shape)), (), bare[key].code) for key, shape in shapes.items()
    ]


def _noded(frame: BaseGeometry, polygons: Polygons) -> BaseGeometry:
    """Return the frame with the vertices that grids have set exactly on its edges: the same line, noded.

    A cut that ends on a straight stretch of the community's border sets one; whole millimetres are compared.
    """
    near = np.unique(shapely.get_coordinates(polygons), axis=0)
    near = near[shapely.dwithin(shapely.points(near), shapely.boundary(frame), 0.0005)]
    nodes = to_millimetres(near)

    def ring(line: BaseGeometry) -> list[tuple[float, float]]:
        points = to_millimetres(shapely.get_coordinates(line))
        pieces = [_along(a, b, nodes) for a, b in pairwise(points)]
        return [(x / 1000.0, y / 1000.0) for piece in pieces for x, y in piece.tolist()]

    parts = [[ring(line) for line in shapely.get_rings(part)] for part in shapely.get_parts(frame)]
    return shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in parts])


def _along(a: Millimetres, b: Millimetres, nodes: Millimetres) -> Millimetres:
    """Return ``a`` and the nodes strictly between ``a`` and ``b``, exactly on their line, in order."""
    edge, ways = b - a, nodes - a
    reach = ways @ edge
    on = (edge[0] * ways[:, 1] == edge[1] * ways[:, 0]) & (reach > 0) & (reach < edge @ edge)
    return np.vstack([a, nodes[on][np.argsort(reach[on])]])


def _between(frames: Sequence[DivisionVersion]) -> list[Defect]:
    """Return where communities overlap; their borders need not touch, but must not cross."""
    drawn = [frame for frame in frames if frame.geom is not None]
    polygons = np.array([to_shapely(frame.geom) for frame in drawn], dtype=object)
    left, right = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    shared = shapely.intersection(polygons[left], polygons[right])
    return [
        Defect(DefectKind.OVERLAP, shared[pair], float(shapely.area(shared[pair])), (drawn[a].code, drawn[b].code))
        for pair, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True))
        if a < b and shapely.area(shared[pair]) > 0.4e-6
    ]
