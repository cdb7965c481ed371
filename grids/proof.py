"""Law 1 proved on what is stored, by exact integers in Python: a code path apart from the database's triggers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import shapely

from gisserver.common.geo.geometry import to_shapely
from gisserver.common.geo.millimetres import is_whole_millimetres
from grids.models import DivisionVersion, GridVersion
from grids.topology_repair.defects import Defect, DefectKind, find_defects
from grids.topology_repair.noding import with_vertices_of


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
    boundary = with_vertices_of(to_shapely(frame.geom), polygons)
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
