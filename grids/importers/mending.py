"""Noding, mending when asked, and proof of one set of polygons: what divisions and grids have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.importers.advice import RepairLimits, advice
from grids.importers.refusal import PartitionRefused, RepairRefused
from grids.topology_repair.crumbs import Crumb
from grids.topology_repair.defects import find_defects
from grids.topology_repair.frames import dissolve
from grids.topology_repair.noding import node
from grids.topology_repair.repair import Change, large_changes, repair

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What mending did: the polygons' new boundaries, a change a polygon in the same order, and the crumbs given."""

    polygons: Polygons
    changes: tuple[Change, ...] = ()
    crumbs: tuple[Crumb, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What was done, in sentences."""
        if not self.changes:
            return []
        touched = [change for change in self.changes if change.moved_m2 >= 0.001]
        most = max(self.changes, key=lambda change: change.moved_m2)
        changed = f"mending changed {len(touched)} of {len(self.changes)} polygons"
        notes = [f"{changed}, most of all {most.code} by {most.moved_m2:.2f} m²"]
        if self.crumbs:
            moves = ", ".join(f"{crumb.area_m2:.6f} m² of {crumb.code} to {crumb.to}" for crumb in self.crumbs)
            notes.append(f"{len(self.crumbs)} crumbs went to their neighbours: {moves}")
        return notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """A proved tiling of ``frame``; ``mended`` has no changes unless there was something to mend."""

    frame: BaseGeometry
    mended: Mended
    inserted: int = 0
    merged: int = 0

    @property
    def polygons(self) -> Polygons:
        """The proved polygons."""
        return self.mended.polygons


def tile(codes: Sequence[str], polygons: Polygons, *, limits: RepairLimits | None, keep_holes: bool = False) -> Tiling:
    """Return ``polygons`` noded, mended within ``limits`` when given, and proved to tile the frame they make.

    Raises PartitionRefused with every defect, or RepairRefused when mending would go too far.
    """
    noded = node(polygons)
    mended = Mended(polygons=noded.polygons)
    if limits is not None and find_defects(codes, noded.polygons, dissolve(noded.polygons, keep_holes=keep_holes)):
        mended = mend(codes, noded.polygons, limits=limits, frame=None, keep_holes=keep_holes)
    frame = dissolve(mended.polygons, keep_holes=keep_holes)
    defects = find_defects(codes, mended.polygons, frame)
    if defects:
        raise PartitionRefused(defects, advice(defects, limits=limits, frame_made=True, keep_holes=keep_holes))
    return Tiling(frame=frame, mended=mended, inserted=noded.inserted, merged=noded.merged)


def tile_what_stays(
    codes: Sequence[str], polygons: Polygons, *, limits: RepairLimits | None, keep_holes: bool = False, partial: bool
) -> tuple[Tiling, list[int]]:
    """Return the tiling of `tile`; with ``partial`` it leaves out what mending would erase: the indexes of that."""
    stay = list(range(len(codes)))
    while True:
        try:
            tiling = tile([codes[i] for i in stay], polygons[stay], limits=limits, keep_holes=keep_holes)
            return tiling, [i for i in range(len(codes)) if i not in set(stay)]
        except RepairRefused as refusal:
            lost = set(refusal.lost)
            if not (partial and lost):
                raise
            stay = [i for i in stay if codes[i] not in lost]


def mend(
    codes: Sequence[str],
    polygons: Polygons,
    *,
    limits: RepairLimits,
    frame: BaseGeometry | None,
    keep_holes: bool = False,
) -> Mended:
    """Return mended polygons and what changed; RepairRefused with every polygon that can't be mended in ``limits``."""
    repaired = repair(
        codes,
        polygons,
        gap_width_m=limits.gap_width_m,
        crumb_m2=limits.crumb_m2,
        frame=frame,
        keep_holes=keep_holes,
    )
    large = large_changes(codes, polygons, repaired, max_share=limits.max_share, max_m2=limits.max_m2)
    if repaired.troubles or large:
        raise RepairRefused([*repaired.troubles, *large], repaired.changes)
    return Mended(polygons=repaired.polygons, changes=repaired.changes, crumbs=repaired.crumbs)
