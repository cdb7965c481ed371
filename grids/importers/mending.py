"""Noding, mending when asked, and proof of one set of polygons: what divisions and grids have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.importers.refusal import PartitionRefused
from grids.importing.defects import dissolve, find_defects
from grids.importing.noding import node
from grids.importing.repair import Change, refuse_large_changes, repair

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairLimits:
    """How far mending may go: gaps closed up to a width; a polygon's change allowed by share or by area."""

    gap_width_m: float = 5.0
    max_share: float = 0.01
    max_m2: float = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """A proved tiling of ``frame``; ``changes`` is empty unless it was mended."""

    polygons: Polygons
    frame: BaseGeometry
    changes: tuple[Change, ...] = ()
    inserted: int = 0
    merged: int = 0


def tile(codes: Sequence[str], polygons: Polygons, *, limits: RepairLimits | None, keep_holes: bool = False) -> Tiling:
    """Return ``polygons`` noded, mended within ``limits`` when given, and proved to tile the frame they make.

    Raises PartitionRefused with every defect, or Refused when mending would go too far.
    """
    noded = node(polygons)
    current = noded.polygons
    changes: tuple[Change, ...] = ()
    if limits is not None and find_defects(codes, current, dissolve(current, keep_holes=keep_holes)):
        current, changes = mend(codes, current, limits=limits, frame=None)
    frame = dissolve(current, keep_holes=keep_holes)
    defects = find_defects(codes, current, frame)
    if defects:
        raise PartitionRefused(defects)
    return Tiling(polygons=current, frame=frame, changes=changes, inserted=noded.inserted, merged=noded.merged)


def mend(
    codes: Sequence[str], polygons: Polygons, *, limits: RepairLimits, frame: BaseGeometry | None
) -> tuple[Polygons, tuple[Change, ...]]:
    """Return mended polygons and what changed; Refused when a change is beyond ``limits``."""
    repaired = repair(codes, polygons, gap_width_m=limits.gap_width_m, frame=frame)
    refuse_large_changes(repaired.changes, max_share=limits.max_share, max_m2=limits.max_m2)
    return repaired.polygons, repaired.changes
