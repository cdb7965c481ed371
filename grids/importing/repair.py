"""Mending a broken partition, on request only, and saying of every polygon how much its area changed.

`shapely.coverage_clean` does the work and is not trusted: it may erase a polygon (GEOS #1525) or break one in
two (GEOS #1476), so what comes back is checked against what went in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.errors import Refused
from gisserver.common.millimetres import polygons_of
from grids.importing.noding import node

Polygons = NDArray[np.object_]


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


@dataclass(frozen=True, slots=True)
class Repaired:
    """A mended partition, and what was done to each polygon, in the order of the polygons."""

    polygons: Polygons
    changes: tuple[Change, ...]


def repair(
    codes: Sequence[str], polygons: Polygons, *, gap_width_m: float, frame: BaseGeometry | None = None
) -> Repaired:
    """Return ``polygons`` (survey CRS) as a partition: overlaps given to the smaller side, gaps closed.

    Gaps up to ``gap_width_m`` wide go to a neighbour; wider ones stay and are found again afterwards. With a
    ``frame``, land beyond it is cut off, and uncovered land inside goes to the neighbour with the longest
    border. Raises Refused ``repair_lost_polygon`` or ``repair_split_polygon``, naming the polygon.
    """
    whole: Polygons = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    # An overlap goes to the smaller polygon: the larger one would swallow a small one whole.
    with np.errstate(invalid="ignore"):
        mended = shapely.coverage_clean(whole, gap_width=gap_width_m, merge_strategy="min_area")
    if frame is not None:
        mended = _fill(_only_land(shapely.intersection(mended, frame)), frame, gap_width_m)
    settled = node(_only_land(mended)).polygons
    _refuse_losses(codes, whole, settled)
    changes = [
        Change(code, float(before.area), float(after.area), float(before.symmetric_difference(after).area))
        for code, before, after in zip(codes, whole, settled, strict=True)
    ]
    return Repaired(settled, tuple(changes))


def refuse_large_changes(changes: Sequence[Change], *, max_share: float, max_m2: float) -> None:
    """Refuse (``repair_changes_too_much``) when a polygon changed by more than both limits allow.

    A change passes when it is within ``max_share`` of the polygon's area, or within ``max_m2``.
    """
    large = [change for change in changes if change.share > max_share and change.moved_m2 > max_m2]
    if large:
        worst = max(large, key=lambda change: change.moved_m2)
        raise Refused(
            "repair_changes_too_much",
            f"Mending would change {len(large)} polygons beyond the limit, most of all {worst.code} "
            f"by {worst.moved_m2:.1f} m² of {worst.before_m2:.1f} m²: raise the limit or mend the source.",
            codes=[change.code for change in large],
        )


def _fill(polygons: Polygons, frame: BaseGeometry, gap_width_m: float) -> Polygons:
    """Give each uncovered, narrow part of ``frame`` to the polygon that shares most border with it."""
    filled = polygons.copy()
    for hole in polygons_of(shapely.difference(frame, shapely.union_all(polygons))):
        if not shapely.is_empty(shapely.buffer(hole, -gap_width_m / 2)):
            continue  # too wide to be a slip of the pen
        near = shapely.buffer(hole, 0.005)
        shared = shapely.area(shapely.intersection(filled, near))
        best = int(np.argmax(shared))
        filled[best] = shapely.union(filled[best], hole)
    return filled


def _only_land(geometries: Polygons) -> Polygons:
    """Return each geometry's polygons: lines and points that an overlay left behind are dropped."""
    return np.array([_land(geometry) for geometry in geometries], dtype=object)


def _land(geometry: BaseGeometry) -> BaseGeometry:
    parts = polygons_of(geometry)
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _refuse_losses(codes: Sequence[str], before: Polygons, after: Polygons) -> None:
    lost = [code for code, polygon in zip(codes, after, strict=True) if shapely.area(polygon) == 0]
    if lost:
        raise Refused("repair_lost_polygon", f"Mending would erase {lost[0]}: mend the source.", codes=lost)
    more = shapely.get_num_geometries(after) > shapely.get_num_geometries(before)
    split = [codes[index] for index in np.flatnonzero(more).tolist()]
    if split:
        raise Refused("repair_split_polygon", f"Mending would break {split[0]} in two: mend the source.", codes=split)
