"""Mending a broken partition, on request only, and saying of every polygon how much its area changed.

`shapely.coverage_clean` does the work and is not trusted: it may erase a polygon (GEOS #1525) or break one in
two (GEOS #1476), so what comes back is checked against what went in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.millimetres import polygons_of
from grids.topology_repair.crumbs import Crumb, give_crumbs, neighbour_of
from grids.topology_repair.defects import is_partition
from grids.topology_repair.frames import dissolve, is_narrow
from grids.topology_repair.noding import node

Polygons = NDArray[np.object_]
_MAX_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """What mending did to one polygon, in m²; ``moved_m2`` is land gained plus land lost."""

    code: str
    before_m2: float
    after_m2: float
    moved_m2: float

    @property
    def share(self) -> float:
        """The land moved, as a share of the polygon's area before."""
        return self.moved_m2 / self.before_m2 if self.before_m2 else float("inf")


class TroubleKind(StrEnum):
    """Why mending does not go: a polygon would be erased, broken in two, or changed beyond the limit."""

    LOST = "lost_polygon"
    SPLIT = "split_polygon"
    CHANGED = "changes_too_much"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One polygon that can't be mended: the ``place`` in the survey CRS and its area.

    The place is the polygon that would be erased, the pieces that would break off, or the land that would move.
    """

    kind: TroubleKind
    code: str
    place: BaseGeometry
    area_m2: float


@dataclass(frozen=True, slots=True)
class Repaired:
    """A mended partition, and what was done to each polygon, in the order of the polygons.

    With ``troubles`` it is no result to be used.
    """

    polygons: Polygons
    changes: tuple[Change, ...]
    crumbs: tuple[Crumb, ...]
    troubles: tuple[Trouble, ...]


def repair(
    codes: Sequence[str],
    polygons: Polygons,
    *,
    gap_width_m: float,
    crumb_m2: float = 1.0,
    frame: BaseGeometry | None = None,
    keep_holes: bool = False,
) -> Repaired:
    """Return ``polygons`` (survey CRS) as a partition: overlaps given to the smaller side, gaps closed.

    Gaps and slits up to ``gap_width_m`` wide go to a neighbour; wider ones stay and are found again afterwards, unless
    ``keep_holes`` says that they are enclaves. Pieces below ``crumb_m2`` go to the neighbour with the longest common
    border. With a ``frame``, land beyond it is cut off, and uncovered land inside goes to a neighbour likewise.
    """
    whole = _made_valid(polygons)
    repaired = whole
    crumbs: list[Crumb] = []
    for _ in range(_MAX_ROUNDS):
        cleaned = _noded(_cleaned(repaired, gap_width_m, frame))
        repaired, more = give_crumbs(codes, cleaned, crumb_m2=crumb_m2)
        crumbs += more
        target = dissolve(repaired, keep_holes=keep_holes) if frame is None else frame
        repaired = _noded(_fill(repaired, target, gap_width_m))
        # Rounding to millimetres may bring a defect back that has been mended.
        if is_partition(repaired, dissolve(repaired, keep_holes=keep_holes) if frame is None else frame):
            break
    changes = tuple(
        Change(code, float(before.area), float(after.area), float(_moved(before, after).area))
        for code, before, after in zip(codes, whole, repaired, strict=True)
    )
    return Repaired(repaired, changes, tuple(crumbs), (*_lost(codes, whole, repaired), *_split(codes, whole, repaired)))


def _cleaned(polygons: Polygons, gap_width_m: float, frame: BaseGeometry | None) -> Polygons:
    # An overlap goes to the smaller polygon: the larger one would swallow a small one whole.
    with np.errstate(invalid="ignore"):
        cleaned = shapely.coverage_clean(polygons, gap_width=gap_width_m, merge_strategy="min_area")
    return _only_land(cleaned if frame is None else shapely.intersection(cleaned, frame))


def large_changes(
    codes: Sequence[str], before: Polygons, repaired: Repaired, *, max_share: float, max_m2: float
) -> list[Trouble]:
    """Return the polygons that changed by more than both limits allow, but for those that are in trouble anyway.

    A change passes when it is within ``max_share`` of the polygon's area, or within ``max_m2``.
    """
    reported = {trouble.code for trouble in repaired.troubles}
    return [
        Trouble(TroubleKind.CHANGED, codes[index], _moved(before[index], repaired.polygons[index]), change.moved_m2)
        for index, change in enumerate(repaired.changes)
        if change.share > max_share and change.moved_m2 > max_m2 and change.code not in reported
    ]


def _moved(before: BaseGeometry, after: BaseGeometry) -> BaseGeometry:
    one, other = _made_valid(np.array([before, after], dtype=object))
    return shapely.symmetric_difference(one, other)


def _noded(polygons: Polygons) -> Polygons:
    """Return the polygons in whole millimetres, noded; what rounding makes cross itself is made valid once more."""
    noded = node(_only_land(polygons)).polygons
    for _ in range(_MAX_ROUNDS):
        if shapely.is_valid(noded).all():
            break
        noded = node(_only_land(_made_valid(noded))).polygons
    return noded


def _made_valid(polygons: Polygons) -> Polygons:
    made: Polygons = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    return made


def _fill(polygons: Polygons, frame: BaseGeometry, gap_width_m: float) -> Polygons:
    """Give each uncovered, narrow part of ``frame`` to the polygon that shares most border with it.

    The holes are noded with the polygons first, so that what is joined has its border in common vertex for vertex.
    """
    uncovered = polygons_of(shapely.difference(frame, shapely.union_all(polygons)))
    holes = np.array([hole for hole in uncovered if is_narrow(hole, gap_width_m)], dtype=object)
    noded = node(np.concatenate([polygons, holes])).polygons
    filled, holes = noded[: len(polygons)], _made_valid(noded[len(polygons) :])
    tree = shapely.STRtree(filled)
    for hole in holes:
        taker = neighbour_of(hole, filled, tree)
        if taker is not None:
            filled[taker] = shapely.union(filled[taker], hole)
    return filled


def _only_land(geometries: Polygons) -> Polygons:
    """Return each geometry's polygons: lines and points that an overlay left behind are dropped."""
    return np.array([_land(geometry) for geometry in geometries], dtype=object)


def _land(geometry: BaseGeometry) -> BaseGeometry:
    parts = polygons_of(geometry)
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _lost(codes: Sequence[str], before: Polygons, after: Polygons) -> list[Trouble]:
    return [
        Trouble(TroubleKind.LOST, codes[index], before[index], float(shapely.area(before[index])))
        for index in np.flatnonzero(shapely.area(after) == 0).tolist()
    ]


def _split(codes: Sequence[str], before: Polygons, after: Polygons) -> list[Trouble]:
    """Return the polygons that came out in more pieces than they went in, with all pieces but the largest."""
    more = shapely.get_num_geometries(after) > shapely.get_num_geometries(before)
    troubles = []
    for index in np.flatnonzero(more).tolist():
        pieces = sorted(shapely.get_parts(after[index]), key=shapely.area)[:-1]
        place = shapely.multipolygons(pieces)
        troubles.append(Trouble(TroubleKind.SPLIT, codes[index], place, float(shapely.area(pieces[-1]))))
    return troubles
