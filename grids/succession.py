"""What became of a grid or a division, and who holds its area now: read off the versions, kept nowhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.db.models.functions import Now
from shapely.geometry.base import BaseGeometry

from gisserver.common.access.models import Viewer
from gisserver.common.geo.geometry import to_geos, to_shapely
from grids.models import DivisionVersion, GridVersion

# A vertex set on a border bends it by less than a millimetre on either side: so narrow a strip is nobody's inheritance.
_BENT_M = 0.002


class Status(StrEnum):
    """What can become of an area with a code."""

    CURRENT = "current"
    PLANNED = "planned"
    """It begins at a moment that is still to come."""
    WITHDRAWN = "withdrawn"
    """It was planned, and called off before it began."""
    MERGED = "merged"
    """All its area went to one that was there already."""
    MOVED = "moved"
    """All its area went to one that began just then: another code for the same place."""
    SPLIT = "split"
    """Its area went to several."""
    ENDED = "ended"
    """Its area went to nobody, or it had none."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of it, when, and who holds its last area now, most of it first: (id, code) pairs."""

    status: Status
    ended_at: datetime | None = None
    successors: tuple[tuple[int, str], ...] = ()


def grid_fate(*, user: Viewer, grid_id: int) -> Fate:
    """Return what became of a grid; its successors are those that the user may see."""
    return _fate(GridVersion.objects.all(), GridVersion.objects.visible_to(user), "grid_id", grid_id)


def division_fate(*, user: Viewer, division_id: int) -> Fate:
    """Return what became of a division; its successors are of its own level, and those that the user may see."""
    rows = DivisionVersion.objects.filter(division_id=division_id).values("level")
    peers = DivisionVersion.objects.filter(level__in=rows)
    visible = DivisionVersion.objects.visible_to(user).filter(level__in=rows)
    return _fate(peers, visible, "division_id", division_id)


def _fate(rows: Any, visible: Any, key: str, identity: int) -> Fate:
    own = rows.filter(**{key: identity})
    if own.at().exists():
        return Fate(Status.CURRENT)
    last = own.filter(valid__isempty=False, valid__endswith__lte=Now()).order_by("valid").last()
    if last is None:
        return Fate(Status.PLANNED if own.filter(valid__isempty=False).exists() else Status.WITHDRAWN)
    ended_at: datetime = last.valid.upper
    if last.geom is None:
        return Fate(Status.ENDED, ended_at)
    heirs = _holders(rows.at(ended_at), last)
    now = _holders(visible.at(), last)
    return Fate(_status(rows, heirs, key, ended_at), ended_at, tuple((getattr(row, key), row.code) for row in now))


def _status(rows: Any, heirs: list[Any], key: str, ended_at: datetime) -> Status:
    if not heirs:
        return Status.ENDED
    if len(heirs) > 1:
        return Status.SPLIT
    was_there = rows.filter(**{key: getattr(heirs[0], key)}, valid__startswith__lt=ended_at).exists()
    return Status.MERGED if was_there else Status.MOVED


def _holders(rows: QuerySet[Any], last: GridVersion | DivisionVersion) -> list[Any]:
    """Return those of ``rows`` that hold area of a version, most of it first, then by code."""
    area: BaseGeometry = to_shapely(last.geom)
    near = list(rows.filter(geom__intersects=to_geos(area, last.geom.srid)))
    shared = shapely.area(shapely.intersection(area, np.array([to_shapely(row.geom) for row in near], dtype=object)))
    least = _BENT_M * shapely.length(area)
    held = [(float(size), row) for size, row in zip(shared, near, strict=True) if size > least]
    return [row for _, row in sorted(held, key=lambda each: (-each[0], each[1].code))]
