"""Ending and beginning the versions of a proved partition, and sending the news."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.validity import since
from gisserver.common.geo.geometry import to_shapely
from gisserver.common.imports.command import moment_or_now
from grids.importers.context import ImportContext
from grids.importers.rows import GridRow
from grids.importers.versions import Tally, alike, as_drawn, end_version, succeed
from grids.models import DivisionVersion, Grid, GridKind, GridVersion
from grids.partition_lock import change_partition
from grids.signals import PartitionChange, partition_changed

Polygons = NDArray[np.object_]


def write_partition(
    *,
    rows: Sequence[GridRow],
    polygons: Polygons,
    context: ImportContext,
    new_frames: Mapping[int, BaseGeometry],
    source: str,
    moment: datetime,
) -> Tally:
    """Write ``rows`` with their ``polygons`` as the partition of their communities from ``moment`` on.

    Frames, neighbours and grids whose boundary or attributes differ from what is stored end and begin; stored
    grids of these communities that are not among the rows end. Sends `partition_changed` with the changed
    area. Takes the exclusive partition lock: reports wait until the commit.
    """
    change_partition()
    communities = {row.community_id for row in rows}
    for version in DivisionVersion.objects.at(moment).filter(division_id__in=new_frames):
        _follow(version, new_frames[version.division_id], source=source, moment=moment)
    for neighbour, boundary in zip(context.versions, context.boundaries, strict=True):
        _follow(neighbour, boundary, source="noding", moment=moment)
    tally = Tally()
    changed = _write_grids(rows, polygons, communities, source=source, moment=moment, tally=tally)
    if changed:
        change = PartitionChange(
            communities=tuple(sorted(communities)),
            effective_at=max(moment, moment_or_now(None)),
            wkb=shapely.to_wkb(shapely.union_all(changed)),
        )
        partition_changed.send(sender=GridVersion, change=change)
    return tally


def _follow(version: DivisionVersion | GridVersion, boundary: BaseGeometry, *, source: str, moment: datetime) -> None:
    """Give a version a successor with this boundary, unless it has it already."""
    if version.geom is None or not alike(to_shapely(version.geom), boundary):
        succeed(version, boundary, source=source, moment=moment)


def _write_grids(
    rows: Sequence[GridRow],
    polygons: Polygons,
    communities: set[int],
    *,
    source: str,
    moment: datetime,
    tally: Tally,
) -> list[BaseGeometry]:
    """Return the land whose responsible grid version changed."""
    stored = GridVersion.objects.at(moment).filter(community_id__in=communities)
    left = {version.grid_id: version for version in stored}
    changed: list[BaseGeometry] = []
    begun: list[GridVersion] = []
    for row, polygon in zip(rows, polygons, strict=True):
        former = left.pop(row.grid_id, None) if row.grid_id is not None else None
        version = _successor(row, polygon, former, source=source, moment=moment)
        if former is not None and _is_same(former, version):
            tally.unchanged += 1
            continue
        begun.append(version)
        changed.append(polygon)
        if former is not None:
            left[former.grid_id] = former
    for version in left.values():
        changed.append(to_shapely(version.geom))
        end_version(version, moment)
    _give_identities(begun)
    GridVersion.objects.bulk_create(begun, batch_size=500)
    tally.ended, tally.begun = len(left), len(begun)
    return changed


def _successor(
    row: GridRow, polygon: BaseGeometry, former: GridVersion | None, *, source: str, moment: datetime
) -> GridVersion:
    """Return the unsaved version that a row asks for; what the file does not say stays as it was."""
    version = GridVersion(
        community_id=row.community_id,
        code=row.code,
        name=_or_former(row.name, former.name if former else ""),
        kind=_or_former(row.kind, former.kind if former else GridKind.BASE.value),
        officer=_or_former(row.officer, former.officer if former else ""),
        geom=as_drawn(polygon),
        valid=since(moment),
        source=source[:200],
    )
    if row.grid_id is not None:
        version.grid_id = row.grid_id
    return version


def _or_former(given: str | None, otherwise: str) -> str:
    return otherwise if given is None else given


def _is_same(one: GridVersion, other: GridVersion) -> bool:
    names = ("code", "name", "kind", "officer", "community_id")
    same_attributes = all(getattr(one, name) == getattr(other, name) for name in names)
    return same_attributes and alike(to_shapely(one.geom), to_shapely(other.geom))


def _give_identities(versions: Sequence[GridVersion]) -> None:
    new = [version for version in versions if version.grid_id is None]
    grids = Grid.objects.bulk_create([Grid(community_id=version.community_id) for version in new], batch_size=1000)
    for version, grid in zip(new, grids, strict=True):
        version.grid = grid
