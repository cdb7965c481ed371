"""What goes with a receipt: the grid that comes next to it, and the grid of the time when the incident occurred."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from grids.models import GridVersion
from incidents.models import Assignment

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The nearest other grid, and how far it is from the place."""

    grid: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class PlacedThen:
    """The grid that was responsible for the place when it occurred; ``rule`` none: there was none on record."""

    grid: str | None
    version: int | None
    rule: str
    margin_m: float | None


def add_runners_up(user: Viewer, receipts: Sequence[Assignment]) -> None:
    """Give each receipt of one incident its ``runner_up``: None where none is near, or the user may not see it."""
    rows = sql.rows(SQL / "runners_up.sql", ids=[receipt.pk for receipt in receipts])
    seen = _seen(user, [row["version_id"] for row in rows])
    found = {row["id"]: RunnerUp(row["code"], row["distance_m"]) for row in rows if row["version_id"] in seen}
    for receipt in receipts:
        receipt.runner_up = found.get(receipt.pk)  # type: ignore[attr-defined]


def placed_then(user: Viewer, incident: Any) -> PlacedThen | None:
    """Return the grid of an incident's place at the time when it occurred; None: no place, or not the user's to see."""
    values = {"id": incident.pk, "occurred_at": incident.occurred_at, "tolerance_m": settings.NEAREST_TOLERANCE_M}
    found = sql.rows(SQL / "placed_then.sql", **values)
    if not found:
        return None
    [row] = found
    if row["version"] is not None and row["version"] not in _seen(user, [row["version"]]):
        return None
    return PlacedThen(**row)


def _seen(user: Viewer, versions: Sequence[int]) -> set[int]:
    return set(GridVersion.objects.visible_to(user).filter(pk__in=versions).values_list("pk", flat=True))
