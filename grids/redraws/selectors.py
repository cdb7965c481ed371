"""Named questions about redraws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet

from gisserver.common.access.models import Viewer
from gisserver.common.errors import Conflict, Invalid, NotFound, Refused
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion, Redraw, RedrawCommand, RedrawEvent, RedrawStatus
from grids.redraws.draft.community_draft import replayed
from grids.redraws.storage.conflicts import described, seen_by
from grids.redraws.storage.etag import Version, version_of
from grids.redraws.storage.loading import base_of, commands_of
from grids.redraws.storage.permissions import EDITABLE, UNDER_REVIEW
from grids.redraws.workflow.transitions import steps_allowed


@dataclass(frozen=True, slots=True)
class RedrawDetail:
    """A redraw as one user sees it.

    ``may`` are the steps that the user may take now, ``version`` is its ETag, ``reversed_by`` the ids of the visible
    redraws that reverse it, ``conflict`` why it does not apply to the current partition (None: it does, or is closed).
    """

    row: Redraw
    log: Sequence[RedrawEvent]
    may: Sequence[str]
    version: str
    reversed_by: Sequence[int]
    conflict: dict[str, Any] | None


def redraws_to_show(user: Viewer) -> QuerySet[Redraw]:
    """Return the visible redraws, latest first, with ``author_name``, ``community_codes``, ``commands_count``."""
    codes = DivisionVersion.objects.at().filter(division__redraws=OuterRef("pk")).order_by("code").values("code")
    return (
        Redraw.objects.visible_to(user)
        .select_related("author")
        .annotate(
            community_codes=ArraySubquery(codes),
            commands_count=Count("commands", filter=Q(commands__undone_at=None)),
        )
        .order_by("-pk")
    )


def with_status(rows: QuerySet[Redraw], status: str) -> QuerySet[Redraw]:
    """Return the rows of one status; raises Invalid for another word."""
    if status not in RedrawStatus.values:
        raise Invalid("bad_status", Sentence("status must be one of {values}.", values=", ".join(RedrawStatus.values)))
    return rows.filter(status=status)


def redraw_by_id(*, user: Viewer, redraw_id: int) -> Redraw:
    """Return one visible redraw; raises NotFound."""
    return _known(redraws_to_show(user), redraw_id)


def redraw_detail(*, user: Viewer, redraw_id: int) -> RedrawDetail:
    """Return one visible redraw with its log, steps and conflict; raises NotFound."""
    row = redraw_by_id(user=user, redraw_id=redraw_id)
    reversals = Redraw.objects.visible_to(user).filter(reverses=row).order_by("pk")
    found = _conflict_of(row) if row.status in (*EDITABLE, *UNDER_REVIEW) else None
    return RedrawDetail(
        row=row,
        log=list(row.events.select_related("author")),
        may=steps_allowed(user, row),
        version=str(version_of(row)),
        reversed_by=list(reversals.values_list("pk", flat=True)),
        conflict=None if found is None else seen_by(user, found),
    )


def _conflict_of(redraw: Redraw) -> dict[str, Any] | None:
    """Return why the redraw does not apply to the current partition, None when it does."""
    try:
        _drafts, failure = replayed(base_of(redraw), commands_of(redraw))
    except (Conflict, Refused) as error:  # the partition itself can't be redrawn now
        return {"code": error.code, "detail": error.detail, **error.data}
    return None if failure is None else described(redraw, failure)


def version(*, user: Viewer, redraw_id: int) -> Version:
    """Return the version of a visible redraw now; raises NotFound."""
    return version_of(_known(Redraw.objects.visible_to(user), redraw_id))


def _known(rows: QuerySet[Redraw], redraw_id: int) -> Redraw:
    row = rows.filter(pk=redraw_id).first()
    if row is None:
        raise NotFound("no_such_redraw", Sentence("No redraw {redraw_id} is known to you.", redraw_id=redraw_id))
    return row


def commands_to_show(*, user: Viewer, redraw_id: int) -> QuerySet[RedrawCommand]:
    """Return the commands of a visible redraw in order, undone ones too; raises NotFound."""
    redraw = redraw_by_id(user=user, redraw_id=redraw_id)
    return redraw.commands.select_related("author").order_by("number")
