"""Grids from a file: they become the partition of their communities, proved, or nothing of them is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.errors import Refused
from gisserver.common.geometry import to_shapely
from gisserver.common.importing import Outcome, Rejects, moment_or_now
from gisserver.common.reading import Table
from grids.importers.ground import Ground, ground_around
from grids.importers.mending import RepairLimits, mend
from grids.importers.parts import merged_parts
from grids.importers.polygons import boundaries
from grids.importers.refusal import PartitionRefused
from grids.importers.rows import GridRow, Membership, grid_rows
from grids.importers.writing import write_partition
from grids.importing.defects import Defect, dissolve, find_defects
from grids.importing.noding import node
from grids.importing.repair import Change
from grids.models import DivisionVersion

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What mending did, for the report: a change a grid, and the grids' new boundaries in the same order."""

    changes: tuple[Change, ...] = ()
    polygons: Polygons


@dataclass(frozen=True, slots=True)
class _Plan:
    """Grids of a file, the frames they fill, and the ground around, on their way to being noded alike."""

    rows: tuple[GridRow, ...]
    polygons: Polygons
    ground: Ground
    frames: dict[int, BaseGeometry]


@transaction.atomic
def import_grids(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    membership: Membership,
    reframe: bool = False,
    merge_parts: bool = False,
    effective_at: datetime | None = None,
    partial: bool = False,
    limits: RepairLimits | None = None,
) -> tuple[Outcome, Mended]:
    """Make the grids of a file the partition of their communities from ``effective_at`` on.

    The file is the whole partition of each community it names: grids of theirs that it leaves out end. The
    borders are noded against the frames and the neighbours, which get new versions where vertices are put
    into them. With ``reframe`` the communities' own boundaries follow the grids. With ``limits`` small
    defects are mended. Raises Invalid, RowsRejected, PartitionRefused with every defect, or Refused. Takes
    the advisory lock of each community at commit (the database proves law 1 once more).
    """
    moment = moment_or_now(effective_at)
    rejects = Rejects(table)
    polygons = boundaries(table, rejects, required=True)
    rows = grid_rows(table, columns, rejects, membership=membership, merge_parts=merge_parts, moment=moment)
    rejected = rejects.settle(partial=partial)
    kept = [index for index in sorted(rows) if index not in rejects]
    chosen, lands = merged_parts([rows[index] for index in kept], polygons[kept])
    plan = _plan(chosen, lands, moment=moment, reframe=reframe)
    plan, changes, notes = _settle(plan, limits=limits, reframe=reframe)
    tally = write_partition(
        rows=plan.rows,
        polygons=plan.polygons,
        ground=plan.ground,
        new_frames=plan.frames if reframe else {},
        source=source,
        moment=moment,
    )
    outcome = Outcome(
        read=len(table),
        begun=tally.begun,
        ended=tally.ended,
        unchanged=tally.unchanged,
        rejected=rejected,
        notes=notes,
    )
    return outcome, Mended(changes=changes, polygons=plan.polygons)


def _plan(rows: tuple[GridRow, ...], polygons: Polygons, *, moment: datetime, reframe: bool) -> _Plan:
    communities = {row.community_id for row in rows}
    ground = ground_around(polygons, communities=communities, moment=moment, without_frames=reframe)
    return _Plan(rows, polygons, ground, {} if reframe else _frames(communities, moment))


def _frames(communities: set[int], moment: datetime) -> dict[int, BaseGeometry]:
    versions = DivisionVersion.objects.at(moment).filter(division_id__in=communities)
    without = [version.code for version in versions if version.geom is None]
    if without:
        raise Refused(
            "community_without_boundary",
            f"Community {without[0]} has no boundary to be divided: import one with import_divisions, "
            "or let the grids make it with --reframe.",
        )
    return {version.division_id: to_shapely(version.geom) for version in versions}


def _settle(plan: _Plan, *, limits: RepairLimits | None, reframe: bool) -> tuple[_Plan, tuple[Change, ...], list[str]]:
    """Return the plan noded, mended when asked, and proved; with sentences on what was done."""
    plan, notes = _noded(plan, reframe=reframe)
    changes: tuple[Change, ...] = ()
    if limits is not None and _defects(plan):
        mended, changes = _mend_each(plan, limits)
        plan, _ = _noded(replace(plan, polygons=mended), reframe=reframe)
        touched = sum(1 for change in changes if change.moved_m2 >= 0.001)
        notes.append(f"mending changed {touched} of {len(changes)} polygons")
    defects = _defects(plan)
    if defects:
        raise PartitionRefused(defects)
    return plan, changes, notes


def _noded(plan: _Plan, *, reframe: bool) -> tuple[_Plan, list[str]]:
    """Node the grids against each other and against the ground; frames are taken from the noded ground."""
    count = len(plan.rows)
    noded = node(np.concatenate([plan.polygons, plan.ground.boundaries]))
    ground = Ground(plan.ground.versions, noded.polygons[count:])
    grids = noded.polygons[:count]
    if reframe:
        frames = {community: dissolve(grids[chosen]) for community, chosen in _by_community(plan.rows).items()}
    else:
        frames = {
            version.division_id: boundary
            for version, boundary in zip(ground.versions, ground.boundaries, strict=True)
            if isinstance(version, DivisionVersion) and version.division_id in plan.frames
        }
    notes = []
    if noded.inserted or noded.merged:
        notes.append(f"noding put {noded.inserted} vertices into neighbours' borders and joined {noded.merged} twins")
    return _Plan(plan.rows, grids, ground, frames), notes


def _by_community(rows: Sequence[GridRow]) -> dict[int, list[int]]:
    chosen: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        chosen.setdefault(row.community_id, []).append(index)
    return chosen


def _defects(plan: _Plan) -> list[Defect]:
    return [
        defect
        for community, chosen in _by_community(plan.rows).items()
        for defect in find_defects(
            [plan.rows[index].code for index in chosen],
            plan.polygons[chosen],
            plan.frames[community],
            community=plan.rows[chosen[0]].community,
        )
    ]


def _mend_each(plan: _Plan, limits: RepairLimits) -> tuple[Polygons, tuple[Change, ...]]:
    """Mend the grids of every community inside its frame; where the frame follows the grids, without one."""
    polygons = plan.polygons.copy()
    changes: dict[int, Change] = {}
    for community, chosen in _by_community(plan.rows).items():
        frame = plan.frames[community]
        codes = [plan.rows[index].code for index in chosen]
        polygons[chosen], changed = mend(codes, polygons[chosen], limits=limits, frame=frame)
        changes.update(zip(chosen, changed, strict=True))
    return polygons, tuple(changes[index] for index in range(len(plan.rows)))
