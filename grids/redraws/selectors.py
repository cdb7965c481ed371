"""Named questions about redraws."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet

from gisserver.common.access.models import Viewer
from gisserver.common.errors import Conflict, Invalid, NotFound, Refused
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion, Redraw, RedrawCommand, RedrawStatus
from grids.redraws.draft.community_draft import replayed
from grids.redraws.storage.conflicts import described, seen_by
from grids.redraws.storage.etag import Version, version_of
from grids.redraws.storage.loading import base_of, commands_of
from grids.redraws.storage.permissions import EDITABLE, UNDER_REVIEW
from grids.redraws.workflow.transitions import steps_allowed


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


def redraw_detail(*, user: Viewer, redraw_id: int) -> Redraw:
    """Return one visible redraw with its log and, while it lives, its conflict with what is current (or None)."""
    row: Any = redraw_by_id(user=user, redraw_id=redraw_id)
    row.log = list(row.events.select_related("author"))
    row.may = steps_allowed(user, row)
    row.version = str(version_of(row))
    row.reversed_by = list(row.reversals.visible_to(user).order_by("pk").values_list("pk", flat=True))
    found = _conflict_of(row) if row.status in (*EDITABLE, *UNDER_REVIEW) else None
    row.conflict = None if found is None else seen_by(user, found)
    return row  # type: ignore[no-any-return]


def _conflict_of(redraw: Redraw) -> dict[str, Any] | None:
    """Return why the redraw does not go on what is current, None when it goes."""
    try:
        _sheets, failure = replayed(base_of(redraw), commands_of(redraw))
    except (Conflict, Refused) as error:  # the ground itself can't be redrawn now
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
