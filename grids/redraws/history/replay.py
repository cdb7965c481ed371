"""The log replayed: from the imported versions on, every published redraw must give the stored ones, byte for byte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from gisserver.common.errors import Conflict, Refused
from grids.editing.refusals import EditRefused
from grids.models import DivisionVersion, GridVersion, Redraw, RedrawAction, RedrawStatus
from grids.redraws.draft.community_draft import Sheet, Sheets, replayed, take
from grids.redraws.storage.changes import changes
from grids.redraws.storage.loading import commands_of, current_sheets, to_stored

Versions = Mapping[str, GridVersion]
# PostgreSQL counts time in microseconds: this long before a moment is what held until then.
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the stored partition is not what the log gives, and how; the command is the last that drew the grid."""

    community: str
    moment: datetime
    what: str
    grid: str = ""
    redraw: int | None = None
    command: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """An import: from here on the log is replayed on what it brought."""

    community: str
    moment: datetime
    source: str


@dataclass(slots=True)
class Replay:
    """What was replayed and compared, the imports after the first of a community, and the first difference."""

    communities: int = 0
    redraws: int = 0
    versions: int = 0
    later_imports: list[Base] = field(default_factory=list)
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """A community at a moment: what the log gives (None: it had no grids), and the stored versions by code."""

    code: str
    sheet: Sheet | None
    stored: Versions


class _Differs(Exception):
    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.what)
        self.difference = difference


def replay_log(*, community: str = "", since: datetime | None = None, community_id: int | None = None) -> Replay:
    """Replay the log of every community, of the one with this code or id, and compare; it ends at the first difference.

    ``since`` takes the stored partition of that moment as the base, instead of the first import.
    """
    rows = GridVersion.objects.exclude(valid__isempty=True)
    if community:
        holders = DivisionVersion.objects.filter(code=community)
        rows = rows.filter(community_id__in=holders.values("division_id"))
    if community_id is not None:
        rows = rows.filter(community_id=community_id)
    report = Replay()
    for each in rows.order_by("community_id").values_list("community_id", flat=True).distinct():
        report.communities += 1
        try:
            _replay_community(each, since, report)
        except _Differs as found:
            report.difference = found.difference
            break
    return report


def sheets_around(redraw: Redraw, moment: datetime) -> tuple[Sheets, Sheets]:
    """Return the sheets just before and just after a redraw that took effect, or will, at ``moment``.

    When others took effect at the same moment in its communities, each stands on those that were published before.
    """
    ids = list(redraw.communities.values_list("pk", flat=True))
    before: Sheets = current_sheets(ids, moment - INSTANT)
    after: Sheets = current_sheets(ids, moment)
    rows = Redraw.objects.filter(status=RedrawStatus.PUBLISHED, effective_at=moment, communities__in=ids).distinct()
    others = list(in_order_of_publishing(rows))
    if len(others) == 1:
        return before, after
    identities = {key: traits.grid_id for sheet in after.values() for key, traits in sheet.traits.items()}
    for each in others:
        after, _failure = replayed(before, [one for one in commands_of(each) if one.community_id in ids])
        if each.pk == redraw.pk:
            break
        before = {key: _identified(sheet, identities) for key, sheet in after.items()}
    return before, {key: _identified(sheet, identities) for key, sheet in after.items()}


def _identified(sheet: Sheet, identities: Mapping[str, int | None]) -> Sheet:
    """Give grids that were only drawn the identities that they have got since."""
    traits = {key: replace(each, grid_id=each.grid_id or identities.get(key)) for key, each in sheet.traits.items()}
    return replace(sheet, traits=traits)


def _replay_community(community_id: int, since: datetime | None, report: Replay) -> None:
    state: _State | None = None
    for moment in _moments(community_id, since):
        begun = list(_versions(community_id, moment).filter(valid__startswith=moment))
        redraws = published_for(community_id, moment)
        imported = next((version for version in begun if version.redraw_id is None), None)
        if state is None or imported is not None or not (begun or redraws):
            if state is not None and imported is not None:
                report.later_imports.append(Base(state.code, moment, imported.source))
            state = _read(community_id, moment)
        else:
            state = _redrawn(community_id, state, redraws, moment)
            report.redraws += len(redraws)
            report.versions += len(begun)


def _moments(community_id: int, since: datetime | None) -> list[datetime]:
    """Return the moments at which the partition of a community changes, in order; ``since`` comes first."""
    rows = GridVersion.objects.filter(community_id=community_id).exclude(valid__isempty=True)
    ends = {end for span in rows.values_list("valid", flat=True) for end in (span.lower, span.upper) if end is not None}
    return sorted(ends) if since is None else [since, *sorted(end for end in ends if end > since)]


def _versions(community_id: int, moment: datetime) -> QuerySet[GridVersion]:
    return GridVersion.objects.at(moment).filter(community_id=community_id).order_by("code").defer("geom_3857")


def published_for(community_id: int, moment: datetime) -> list[Redraw]:
    """Return the redraws that take effect at a moment, in the order in which they were published."""
    rows = Redraw.objects.filter(status=RedrawStatus.PUBLISHED, effective_at=moment, communities=community_id)
    return list(in_order_of_publishing(rows))


def in_order_of_publishing(rows: QuerySet[Redraw]) -> QuerySet[Any]:
    """Return redraws by the moment of effect, then as they were published; ``published`` is the id of the log's line.

    The last such line counts: a plan that was cancelled may have been published again.
    """
    line = Max("events__pk", filter=Q(events__action=RedrawAction.PUBLISHED))
    return rows.annotate(published=line).order_by("effective_at", "published")


def _read(community_id: int, moment: datetime) -> _State:
    """Take what is stored as it is; ground that is no exact partition can't have been redrawn."""
    stored = {version.code: version for version in _versions(community_id, moment)}
    frame = DivisionVersion.objects.at(moment).filter(division_id=community_id).first()
    code = "" if frame is None else frame.code
    try:
        return _State(code, current_sheets([community_id], moment)[community_id], stored)
    except (Conflict, Refused):
        return _State(code, None, stored)


def _redrawn(community_id: int, state: _State, redraws: Sequence[Redraw], moment: datetime) -> _State:
    """Return the state after the redraws of a moment, each version of it compared with what is stored."""
    if state.sheet is None:
        raise _Differs(Difference(state.code, moment, "was redrawn without an exact base"))
    after, changed, drawn = state.sheet, set[str](), dict[str, tuple[int, int]]()
    for redraw in redraws:
        before, after = after, _taken(after, redraw, moment, drawn)
        changed |= {key for change in changes({community_id: before}, {community_id: after}) for key in change.keys}
    stored = {version.code: version for version in _versions(community_id, moment)}
    for key in sorted({*after.traits, *stored}):
        what = _compared(key, after, stored.get(key), None if key in changed else state.stored.get(key))
        if what:
            raise _Differs(Difference(state.code, moment, what, key, *drawn.get(key, (None, None))))
    traits = {key: replace(each, grid_id=stored[key].grid_id) for key, each in after.traits.items()}
    return _State(state.code, replace(after, traits=traits), stored)


def _taken(sheet: Sheet, redraw: Redraw, moment: datetime, drawn: dict[str, tuple[int, int]]) -> Sheet:
    """Return the sheet after a redraw; ``drawn`` keeps for each grid the redraw and command that drew it last."""
    for numbered in commands_of(redraw):
        if numbered.community_id != sheet.community_id:
            continue
        try:
            taken = take(sheet, numbered.command, numbered.revived)
        except EditRefused as refused:
            grid = str(refused.refusal.data.get("grid", ""))
            what = f"the command is refused: {refused.refusal.code}"
            raise _Differs(Difference(sheet.code, moment, what, grid, redraw.pk, numbered.number)) from refused
        sheet = taken.sheet
        drawn |= dict.fromkeys(taken.changed, (redraw.pk, numbered.number))
    return sheet


def _compared(key: str, after: Sheet, stored: GridVersion | None, kept: GridVersion | None) -> str:
    """Return in what a stored version differs from the grid that the log gives, empty when it does not.

    ``kept`` is the version that must go on, None for a grid that the redraws of this moment changed.
    """
    traits = after.traits.get(key)
    if traits is None or stored is None:
        return "" if traits is None and stored is None else "is stored, and gone by the log" if stored else "is missing"
    if kept is not None:
        return "" if stored.pk == kept.pk else "has a version that no command drew"
    words = [
        name
        for name, said in (("name", traits.name), ("kind", traits.kind), ("officer", traits.officer))
        if getattr(stored, name) != said
    ]
    if traits.grid_id is not None and stored.grid_id != traits.grid_id:
        words.append("identity")
    if bytes(stored.geom.wkb) != bytes(to_stored(after.coverage[key]).wkb):
        words.append("boundary")
    return f"differs in {', '.join(words)}" if words else ""
