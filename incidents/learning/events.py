"""The incidents of a span as arrays, and the grids of a day that they are counted on.

Nothing of this is stored: on whichever day's grids an incident is counted follows from its place (law 3), so that years
before and after a redraw can be compared.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from buildings.numbers import LEAST_HOUSEHOLDS
from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from grids import asset_registry
from grids.bulk_assignment import PartitionAt
from grids.models import GridVersion, visible_communities
from grids.selectors import communities_below, division_by_code
from incidents.learning.rates import Floats
from incidents.models import OPEN_STATUSES

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Events:
    """A row for each incident, oldest first.

    ``moments`` are seconds since 1970, ``xy`` survey coordinates (NaN: none), ``hours`` how long it took to resolve
    (NaN: unknown, or open).
    """

    ids: NDArray[np.int64]
    moments: Floats
    xy: Floats
    types: NDArray[np.object_]
    is_open: NDArray[np.bool_]
    sources: NDArray[np.object_]
    buildings: NDArray[np.object_]
    communities: NDArray[np.object_]
    hours: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def local(self) -> NDArray[np.datetime64]:
        """The moments in local time."""
        zone = timezone.get_current_timezone()
        # The offset of each day, not of each incident: clocks change at night.
        days, day = np.unique(self.moments // 86_400, return_inverse=True)
        offsets = [
            zone.utcoffset(datetime.fromtimestamp(each * 86_400 + 43_200, zone).replace(tzinfo=None)) for each in days
        ]
        seconds = np.array([0.0 if offset is None else offset.total_seconds() for offset in offsets])
        local = self.moments + (seconds[day] if len(days) else 0.0)
        return np.floor(local).astype("int64").astype("datetime64[s]")


def communities_of(user: Viewer, area: str = "") -> set[int] | None:
    """Return the ids of the communities that are asked about: all the user's, or those below a division; None: all.

    Raises NotFound for a division that the user does not know.
    """
    areas = scope_of(user).areas(Permission.READ)
    theirs = None if areas is None else set().union(*communities_below(areas).values())
    if not area:
        return theirs
    division = division_by_code(user=user, code=area).division_id
    below = set(communities_below([division])[division])
    return below if theirs is None else below & theirs


def events_of(communities: Collection[int] | None, since: datetime, until: datetime) -> Events:
    """Return the incidents in ``communities`` (None: all) that occurred from ``since`` on and before ``until``."""
    values: dict[str, Any] = {"open": [status.value for status in OPEN_STATUSES], "since": since, "until": until}
    found = list(
        sql.tuples(SQL / "events.sql", communities=None if communities is None else list(communities), **values)
    )
    columns: list[Any] = list(zip(*found, strict=True)) if found else [()] * 10
    numbers = [np.array(columns[at], dtype=np.float64) for at in (1, 2, 3, 9)]
    words = [np.array(columns[at], dtype=object) for at in (4, 6, 7, 8)]
    return Events(
        np.array(columns[0], dtype=np.int64), numbers[0], np.column_stack(numbers[1:3]), words[0],
        np.array(columns[5], dtype=bool), words[1], words[2], words[3], numbers[3],
    )  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """The visible grids of a day, by code, and the whole partition, which knows the borders with the others."""

    user: Viewer
    at: datetime | None
    rows: list[GridVersion]
    partition: PartitionAt

    @classmethod
    def of(cls, user: Viewer, communities: Collection[int] | None, at: datetime | None) -> "Ground":
        """Return the grids of ``at`` (default now) in ``communities`` that the user may see."""
        versions = GridVersion.objects.visible_to(user).at(at).defer("geom", "geom_3857").order_by("code")
        if communities is not None:
            versions = versions.filter(community_id__in=communities)
        return cls(user, at, list(versions), PartitionAt.read(at))

    def place(self, events: Events) -> NDArray[np.int32]:
        """Return for each incident the position of its grid in ``rows``, -1 where it has none of these."""
        known = ~np.isnan(events.xy[:, 0])
        found = np.full(len(events), -1, dtype=np.int32)
        if self.partition.index is not None and known.any():
            found[known] = self.partition.index.assign(events.xy[known]).positions
        own = {row.code: number for number, row in enumerate(self.rows)}
        position = np.array([own.get(code, -1) for code in self.partition.codes] + [-1], dtype=np.int32)
        return position[found]

    @cached_property
    def households(self) -> NDArray[np.float64]:
        """How many households each grid has; NaN where they are too few to be told to this reader."""
        counted = asset_registry.of([row.grid_id for row in self.rows], self.at)
        found = np.array([counted[row.grid_id].get("households", 0) for row in self.rows], dtype=np.float64)
        personal = visible_communities(self.user, Permission.READ_PERSONAL)
        if personal is None:
            return found
        theirs = set(
            GridVersion.objects.at(self.at).filter(community_id__any_of=personal).values_list("community_id", flat=True)
        )
        hidden = np.array([row.community_id not in theirs for row in self.rows], dtype=bool)
        return np.where(hidden & (found > 0) & (found < LEAST_HOUSEHOLDS), np.nan, found)
