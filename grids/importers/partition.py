"""Grids from a file: they become the partition of their communities, proved, or nothing of them is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.errors import Refused
from gisserver.common.geo.geometry import to_shapely
from gisserver.common.imports.command import Outcome, Rejects, moment_or_now
from gisserver.common.reading import Table
from gisserver.common.sentences import Sentence
from grids.importers.advice import RepairLimits, advice
from grids.importers.context import ImportContext, context_around
from grids.importers.divisions import LOST_SENTENCE
from grids.importers.mending import Mended, mend
from grids.importers.parts import merged_parts
from grids.importers.polygons import boundaries
from grids.importers.refusal import PartitionRefused, RepairRefused
from grids.importers.rows import GridRow, Membership, grid_rows
from grids.importers.writing import write_partition
from grids.models import DivisionVersion
from grids.topology_repair.crumbs import Crumb
from grids.topology_repair.defects import Defect, find_defects
from grids.topology_repair.frames import dissolve
from grids.topology_repair.noding import node
from grids.topology_repair.repair import Change

Polygons = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Framing:
    """Whether the communities' own boundaries follow the grids, and whether holes in these are enclaves then."""

    follow: bool = False
    keep_holes: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """Grids of a file, the frames they fill, and the stored versions around, on their way to being noded alike."""

    rows: tuple[GridRow, ...]
    polygons: Polygons
    context: ImportContext
    frames: dict[int, BaseGeometry]
    framing: _Framing


@transaction.atomic
def import_grids(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    membership: Membership,
    reframe: bool = False,
    keep_holes: bool = False,
    merge_parts: bool = False,
    effective_at: datetime | None = None,
    partial: bool = False,
    limits: RepairLimits | None = None,
) -> tuple[Outcome, Mended]:
    """Make the grids of a file the partition of their communities from ``effective_at`` on.

    The file is the whole partition of each community it names: grids of theirs that it leaves out end. The
    borders are noded against the frames and the neighbours, which get new versions where vertices are put
    into them. With ``reframe`` the communities' own boundaries follow the grids; holes wider than a slit are then
    enclaves with ``keep_holes``, and gaps without. With ``limits`` small defects are mended. Raises Invalid,
    RowsRejected, PartitionRefused with every defect, RepairRefused, or Refused. Takes the advisory lock of each
    community at commit (the database proves law 1 once more).
    """
    moment = moment_or_now(effective_at)
    rejects = Rejects(table)
    polygons = boundaries(table, rejects, required=True)
    rows = grid_rows(table, columns, polygons, rejects, membership=membership, merge_parts=merge_parts, moment=moment)
    framing = _Framing(reframe, keep_holes)
    while True:
        rejected = rejects.finish(partial=partial)
        kept = [index for index in sorted(rows) if index not in rejects]
        chosen, lands = merged_parts([rows[index] for index in kept], polygons[kept], mend=limits is not None)
        plan = _plan(chosen, lands, moment=moment, framing=framing)
        try:
            plan, mended, notes = _repaired(plan, limits=limits)
            break
        except RepairRefused as refusal:
            if not (partial and refusal.lost):
                raise
            for index in kept:
                if rows[index].code in refusal.lost:
                    rejects.add(index, "lost_in_repair", LOST_SENTENCE)
    tally = write_partition(
        rows=plan.rows,
        polygons=plan.polygons,
        context=plan.context,
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
    return outcome, mended


def _plan(rows: tuple[GridRow, ...], polygons: Polygons, *, moment: datetime, framing: _Framing) -> _Plan:
    communities = {row.community_id for row in rows}
    context = context_around(polygons, communities=communities, moment=moment, without_frames=framing.follow)
    frames = {} if framing.follow else _frames(communities, moment)
    return _Plan(rows, polygons, context, frames, framing)


def _frames(communities: set[int], moment: datetime) -> dict[int, BaseGeometry]:
    versions = DivisionVersion.objects.at(moment).filter(division_id__in=communities)
    without = [version.code for version in versions if version.geom is None]
    if without:
        raise Refused(
            "community_without_boundary",
            Sentence(
                "Community {without} has no boundary to be divided: import one with import_divisions, or let the "
                "grids make it with --reframe.",
                without=without[0],
            ),
        )
    return {version.division_id: to_shapely(version.geom) for version in versions}


def _repaired(plan: _Plan, *, limits: RepairLimits | None) -> tuple[_Plan, Mended, list[str]]:
    """Return the plan noded, mended when asked, and proved; with sentences on what was done."""
    plan, notes = _noded(plan)
    mended = Mended(polygons=plan.polygons)
    if limits is not None and _defects(plan):
        mended = _mend_each(plan, limits)
        plan, _ = _noded(replace(plan, polygons=mended.polygons))
        mended = replace(mended, polygons=plan.polygons)
        notes += mended.notes
    defects = _defects(plan)
    if defects:
        made = plan.framing.follow
        raise PartitionRefused(
            defects, advice(defects, limits=limits, frame_made=made, keep_holes=plan.framing.keep_holes)
        )
    return plan, mended, notes


def _noded(plan: _Plan) -> tuple[_Plan, list[str]]:
    """Node the grids against each other and against the versions around; frames are taken from these, noded."""
    count = len(plan.rows)
    noded = node(np.concatenate([plan.polygons, plan.context.boundaries]))
    context = ImportContext(plan.context.versions, noded.polygons[count:])
    grids = noded.polygons[:count]
    if plan.framing.follow:
        frames = {
            community: dissolve(grids[chosen], keep_holes=plan.framing.keep_holes)
            for community, chosen in _by_community(plan.rows).items()
        }
    else:
        frames = {
            version.division_id: boundary
            for version, boundary in zip(context.versions, context.boundaries, strict=True)
            if isinstance(version, DivisionVersion) and version.division_id in plan.frames
        }
    notes = []
    if noded.inserted or noded.merged:
        notes.append(f"noding put {noded.inserted} vertices into neighbours' borders and joined {noded.merged} twins")
    return replace(plan, polygons=grids, context=context, frames=frames), notes


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


def _mend_each(plan: _Plan, limits: RepairLimits) -> Mended:
    """Mend the grids of every community inside its frame; where the frame follows the grids, inside none.

    Raises RepairRefused with what can't be mended in any of them.
    """
    polygons = plan.polygons.copy()
    changes: dict[int, Change] = {}
    crumbs: list[Crumb] = []
    refusals: list[RepairRefused] = []
    for community, chosen in _by_community(plan.rows).items():
        frame = None if plan.framing.follow else plan.frames[community]
        codes = [plan.rows[index].code for index in chosen]
        try:
            mended = mend(codes, polygons[chosen], limits=limits, frame=frame, keep_holes=plan.framing.keep_holes)
        except RepairRefused as refusal:
            refusals.append(refusal)
            continue
        polygons[chosen] = mended.polygons
        changes.update(zip(chosen, mended.changes, strict=True))
        crumbs += mended.crumbs
    if refusals:
        raise RepairRefused.all_of(refusals)
    return Mended(
        polygons=polygons, changes=tuple(changes[index] for index in range(len(plan.rows))), crumbs=tuple(crumbs)
    )
