"""What the approval package says, as a value: gathered once from the database, then printed, listed and written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

import shapely
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.clock import database_now
from gisserver.common.languages import in_both
from grids import asset_registry
from grids.editing.geometry.shapes import MM_PER_M, Shape, to_polygon
from grids.models import DivisionVersion, GridKind, Redraw, RedrawAction, RedrawEvent, RedrawStatus
from grids.redraws.impact.outcome import Outcome, outcome_of
from grids.redraws.impact.preview import grid_rows
from grids.redraws.storage.changes import Change
from grids.redraws.storage.etag import version_of

Polygons = Mapping[str, BaseGeometry]
# English for what the models say in Chinese.
CHANGES = {
    "added": "新增 added",
    "removed": "撤销 retired",
    "changed": "调整 changed",
    "noded": "仅界址点 vertices only",
}
# A neighbour's cut sets a vertex on a border, which bends it by less than a millimetre.
LEAST_M2 = 0.5
NEAR_M = 0.01
UNFINISHED = (RedrawStatus.DRAFT, RedrawStatus.REJECTED, RedrawStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the register of changes; the counts and the area (m²) of one grid before and after."""

    community: str
    code: str
    names: tuple[str, str]
    kinds: tuple[str, str]
    change: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plate:
    """A community's two maps (survey CRS, metres): its grids before and after, the borders that go and that come."""

    code: str
    name: str
    frame: BaseGeometry
    before: Polygons
    after: Polygons
    changed: frozenset[str]
    gone: BaseGeometry
    come: BaseGeometry
    buildings: Callable[[BaseGeometry], Sequence[BaseGeometry]]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of a redraw that its approval package tells."""

    id: int
    title: str
    reason: str
    status: str
    version: str
    mark: str
    author: str
    reviewers: str
    created: str
    effective: str
    printed: str
    communities: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str, str, str], ...]
    rows: tuple[Row, ...]
    names: tuple[str, ...]
    moved: Mapping[str, int]
    plates: tuple[Plate, ...]

    @property
    def texts(self) -> Iterator[str]:
        """Every text in it, for the font."""
        return _texts(self)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.items():
            yield from _texts(each)
    elif isinstance(value, list | tuple | frozenset):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def dossier_of(redraw: Redraw) -> tuple[Dossier, Outcome]:
    """Return what the package of a redraw says, and the outcome it rests on; raises Conflict as a preview does."""
    outcome = outcome_of(redraw)
    names = _communities(redraw, outcome.at)
    events = list(redraw.events.select_related("author", "corrects"))
    status, moved = RedrawStatus(redraw.status), outcome.moved
    reviewers = {
        event.author.get_username()
        for event in events
        if event.action in (RedrawAction.APPROVED, RedrawAction.REJECTED)
    }
    dossier = Dossier(
        id=redraw.pk,
        title=redraw.title,
        reason=redraw.reason,
        status=in_both(status.label),
        version=str(version_of(redraw)),
        mark=_mark(status),
        author=redraw.author.get_username(),
        reviewers=", ".join(sorted(reviewers)),
        created=_shown(redraw.created_at),
        effective=_shown(redraw.effective_at),
        printed=_shown(database_now()),
        communities=tuple(sorted(names.items())),
        events=tuple((_shown(row.created_at), _action(row), row.author.get_username(), row.comment) for row in events),
        rows=tuple(row for change in outcome.found for row in _rows(change, outcome)),
        names=tuple(outcome.names),
        moved={name: moved[name] for name in outcome.names},
        plates=tuple(_plate(change, names) for change in outcome.found),
    )
    return dossier, outcome


def _mark(status: RedrawStatus) -> str:
    """Return what is printed across a paper that decides nothing."""
    if status not in UNFINISHED:
        return ""
    return "草案 DRAFT" if status == RedrawStatus.DRAFT else in_both(status.label).upper()


def _shown(moment: datetime | None) -> str:
    return "—" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _action(row: RedrawEvent) -> str:
    label = in_both(RedrawAction(row.action).label)
    if row.corrects is not None:
        return f"{label}: {_action(row.corrects)} {_shown(row.corrects.created_at)}"
    return label if row.command is None else f"{label} #{row.command}"


def _communities(redraw: Redraw, at: datetime | None) -> dict[str, str]:
    rows = DivisionVersion.objects.at(at).filter(division__redraws=redraw)
    return dict(rows.values_list("code", "name"))


def _rows(change: Change, outcome: Outcome) -> list[Row]:
    """Return the lines of a community by code, last those of grids that only got a vertex."""
    noded = _noded(change)
    rows = [_row(change, values, noded) for values in grid_rows(change, outcome)]
    return sorted(rows, key=lambda row: (row.code in noded, row.code))


def _noded(change: Change) -> frozenset[str]:
    """Return the grids that keep their area and attributes, and only get or lose vertices on their border."""
    before, after = change.before, change.after
    same_attributes = {key for key in change.keys if before.attributes.get(key) == after.attributes.get(key)}
    return frozenset(key for key in same_attributes if _apart_m2(before.coverage[key], after.coverage[key]) < LEAST_M2)


def _apart_m2(one: Shape, other: Shape) -> float:
    return float(shapely.area(shapely.symmetric_difference(to_polygon(one), to_polygon(other))))


def _row(change: Change, values: Mapping[str, Any], noded: frozenset[str]) -> Row:
    code = values["code"]
    before, after = change.before.attributes.get(code), change.after.attributes.get(code)
    return Row(
        community=change.after.code,
        code=code,
        names=(before.name if before else "", after.name if after else ""),
        kinds=(_kind(before.kind) if before else "", _kind(after.kind) if after else ""),
        change=CHANGES["noded" if code in noded else values["change"]],
        before=values["before"],
        after=values["after"],
    )


def _kind(kind: str) -> str:
    return in_both(GridKind(kind).label)


def _plate(change: Change, names: Mapping[str, str]) -> Plate:
    before, after = change.before.coverage, change.after.coverage
    old, new = _lines(change.diff.reversed.new_edges()), _lines(change.diff.new_edges())
    return Plate(
        code=change.after.code,
        name=names.get(change.after.code, ""),
        frame=after.frame.polygon,
        before=before.to_polygons(),
        after=after.to_polygons(),
        changed=frozenset(change.keys) - _noded(change),
        gone=_elsewhere(old, new),
        come=_elsewhere(new, old),
        buildings=lambda window: list(asset_registry.footprints_on(window).values()),
    )


def _elsewhere(lines: BaseGeometry, others: BaseGeometry) -> BaseGeometry:
    """Return what of ``lines`` does not run where ``others`` do: a border that only got a vertex is no new one."""
    left = shapely.difference(lines, shapely.buffer(others, NEAR_M, quad_segs=2))
    parts = [part for part in shapely.get_parts(left) if shapely.length(part) > NEAR_M * 2]
    return shapely.line_merge(shapely.multilinestrings(parts)) if parts else shapely.MultiLineString()


def _lines(edges: Any) -> BaseGeometry:
    """Return edges (mm) as lines (m)."""
    pairs = [[(a[0] / MM_PER_M, a[1] / MM_PER_M), (b[0] / MM_PER_M, b[1] / MM_PER_M)] for a, b in sorted(edges)]
    return shapely.multilinestrings(pairs) if pairs else shapely.MultiLineString()
