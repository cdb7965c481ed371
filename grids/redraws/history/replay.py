"""Replay of the log: from the imported versions on, every published redraw must give the stored ones, byte for byte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from gisserver.common.errors import Conflict, Refused
from grids.editing.refusals import EditRefused
from grids.models import DivisionVersion, GridVersion, Redraw, RedrawAction, RedrawStatus
from grids.redraws.draft.community_draft import CommunityDraft, Drafts, replayed, take
from grids.redraws.storage.changes import changes
from grids.redraws.storage.loading import commands_of, load_drafts, to_stored

Versions = Mapping[str, GridVersion]
# PostgreSQL counts time in microseconds: the state before a moment is that of one microsecond earlier.
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where and how the stored partition differs from the replayed one; ``command`` is the last that drew the grid."""

    community: str
    moment: datetime
    what: str
    grid: str = ""
    redraw: int | None = None
    command: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """An import: the log is replayed from the versions that it brought."""

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
    draft: CommunityDraft | None
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


def drafts_around(redraw: Redraw, moment: datetime) -> tuple[Drafts, Drafts]:
    """Return the communities of a redraw just before and just after it takes effect at ``moment``.

    When several take effect in its communities at that moment, each applies to the result of those published before.
    """
    ids = list(redraw.communities.values_list("pk", flat=True))
    before: Drafts = load_drafts(ids, moment - INSTANT)
    after: Drafts = load_drafts(ids, moment)
    rows = Redraw.objects.filter(status=RedrawStatus.PUBLISHED, effective_at=moment, communities__in=ids).distinct()
    others = list(in_order_of_publishing(rows))
    if len(others) == 1:
        return before, after
    identities = {key: attributes.grid_id for draft in after.values() for key, attributes in draft.attributes.items()}
    for each in others:
        after, _failure = replayed(before, [one for one in commands_of(each) if one.community_id in ids])
        if each.pk == redraw.pk:
            break
        before = {key: _identified(draft, identities) for key, draft in after.items()}
    return before, {key: _identified(draft, identities) for key, draft in after.items()}


def _identified(draft: CommunityDraft, identities: Mapping[str, int | None]) -> CommunityDraft:
    """Return the draft with the ids that grids without one have got since."""
    attributes = {
        key: replace(each, grid_id=each.grid_id or identities.get(key)) for key, each in draft.attributes.items()
    }
    return replace(draft, attributes=attributes)


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
    """Return redraws by moment of effect, then by publication; ``published`` is the id of the log entry.

    The last such entry counts: a plan that was cancelled may have been published again.
    """
    line = Max("events__pk", filter=Q(events__action=RedrawAction.PUBLISHED))
    return rows.annotate(published=line).order_by("effective_at", "published")


def _read(community_id: int, moment: datetime) -> _State:
    """Return what is stored; without a draft where it is no exact partition, which can't have been redrawn."""
    stored = {version.code: version for version in _versions(community_id, moment)}
    frame = DivisionVersion.objects.at(moment).filter(division_id=community_id).first()
    code = "" if frame is None else frame.code
    try:
        return _State(code, load_drafts([community_id], moment)[community_id], stored)
    except (Conflict, Refused):
        return _State(code, None, stored)


def _redrawn(community_id: int, state: _State, redraws: Sequence[Redraw], moment: datetime) -> _State:
    """Return the state after the redraws of a moment, after comparing each version with the stored one."""
    if state.draft is None:
        raise _Differs(Difference(state.code, moment, "was redrawn without an exact base"))
    after, changed, drawn = state.draft, set[str](), dict[str, tuple[int, int]]()
    for redraw in redraws:
        before, after = after, _taken(after, redraw, moment, drawn)
        changed |= {key for change in changes({community_id: before}, {community_id: after}) for key in change.keys}
    stored = {version.code: version for version in _versions(community_id, moment)}
    for key in sorted({*after.attributes, *stored}):
        what = _compared(key, after, stored.get(key), None if key in changed else state.stored.get(key))
        if what:
            raise _Differs(Difference(state.code, moment, what, key, *drawn.get(key, (None, None))))
    attributes = {key: replace(each, grid_id=stored[key].grid_id) for key, each in after.attributes.items()}
    return _State(state.code, replace(after, attributes=attributes), stored)


def _taken(
    draft: CommunityDraft, redraw: Redraw, moment: datetime, drawn: dict[str, tuple[int, int]]
) -> CommunityDraft:
    """Return the draft after a redraw; ``drawn`` records for each grid the redraw and command that drew it last."""
    for numbered in commands_of(redraw):
        if numbered.community_id != draft.community_id:
            continue
        try:
            taken = take(draft, numbered.command, numbered.restored)
        except EditRefused as refused:
            grid = str(refused.refusal.data.get("grid", ""))
            what = f"the command is refused: {refused.refusal.code}"
            raise _Differs(Difference(draft.code, moment, what, grid, redraw.pk, numbered.number)) from refused
        draft = taken.draft
        drawn |= dict.fromkeys(taken.changed, (redraw.pk, numbered.number))
    return draft


def _compared(key: str, after: CommunityDraft, stored: GridVersion | None, kept: GridVersion | None) -> str:
    """Return in what a stored version differs from the replayed grid; empty when it does not.

    ``kept`` is the version that must stay valid, None for a grid that the redraws of this moment changed.
    """
    attributes = after.attributes.get(key)
    if attributes is None or stored is None:
        return (
            ""
            if attributes is None and stored is None
            else "is stored, and gone by the log"
            if stored
            else "is missing"
        )
    if kept is not None:
        return "" if stored.pk == kept.pk else "has a version that no command drew"
    differing = [
        name
        for name, value in (("name", attributes.name), ("kind", attributes.kind), ("officer", attributes.officer))
        if getattr(stored, name) != value
    ]
    if attributes.grid_id is not None and stored.grid_id != attributes.grid_id:
        differing.append("identity")
    if bytes(stored.geom.wkb) != bytes(to_stored(after.coverage[key]).wkb):
        differing.append("boundary")
    return f"differs in {', '.join(differing)}" if differing else ""
