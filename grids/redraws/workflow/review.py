"""Review: submit, approve, reject, reopen, withdraw; one transaction each, the redraw's row locked."""

from django.contrib.auth.models import User
from django.db import transaction

from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden, Refused
from grids.models import Redraw, RedrawAction, RedrawStatus, holds
from grids.redraws.commands.services import EDITABLE
from grids.redraws.draft.community_draft import replayed
from grids.redraws.storage.conflicts import UNDER_REVIEW, conflict
from grids.redraws.storage.loading import base_of, commands_of
from grids.redraws.storage.permissions import demand, demand_status, drew, locked_redraw, note

OPEN = (RedrawStatus.DRAFT, RedrawStatus.SUBMITTED, RedrawStatus.APPROVED, RedrawStatus.REJECTED)


@transaction.atomic
def submit(*, user: User, redraw_id: int, comment: str = "") -> Redraw:
    """Hand a draft in for review; raises Conflict when it no longer goes on what is current, or is empty."""
    redraw = locked_redraw(user, redraw_id)
    demand(user, Permission.REDRAW, redraw)
    demand_status(redraw, *EDITABLE)
    commands = commands_of(redraw)
    if not commands:
        raise Conflict("nothing_to_submit", "The redraw has no commands.")
    _sheets, failure = replayed(base_of(redraw), commands)
    if failure is not None:
        raise conflict(redraw, failure)
    return _become(redraw, user, RedrawStatus.SUBMITTED, RedrawAction.SUBMITTED, comment)


@transaction.atomic
def approve(*, user: User, redraw_id: int, comment: str = "") -> Redraw:
    """Approve what a colleague has submitted; nobody approves what they drew themselves."""
    redraw = locked_redraw(user, redraw_id)
    demand(user, Permission.REVIEW_REDRAW, redraw)
    if drew(user, redraw):
        raise Forbidden("own_redraw", "Nobody approves their own redraw.")
    demand_status(redraw, RedrawStatus.SUBMITTED)
    return _become(redraw, user, RedrawStatus.APPROVED, RedrawAction.APPROVED, comment)


@transaction.atomic
def reject(*, user: User, redraw_id: int, comment: str = "") -> Redraw:
    """Send a redraw back with a comment, an approved one too; its author mends it as a draft."""
    redraw = locked_redraw(user, redraw_id)
    demand(user, Permission.REVIEW_REDRAW, redraw)
    demand_status(redraw, *UNDER_REVIEW)
    if not comment.strip():
        raise Refused("comment_missing", "Say why it is rejected.")
    return _become(redraw, user, RedrawStatus.REJECTED, RedrawAction.REJECTED, comment)


@transaction.atomic
def reopen(*, user: User, redraw_id: int, comment: str = "") -> Redraw:
    """Make a submitted or approved redraw a draft again, to be mended; an approval lapses."""
    redraw = locked_redraw(user, redraw_id)
    demand(user, Permission.REDRAW, redraw)
    demand_status(redraw, *UNDER_REVIEW)
    return _become(redraw, user, RedrawStatus.DRAFT, RedrawAction.REOPENED, comment)


@transaction.atomic
def withdraw(*, user: User, redraw_id: int, comment: str = "") -> Redraw:
    """Give a redraw up for good: its author may, and who administers its communities."""
    redraw = locked_redraw(user, redraw_id)
    communities = list(redraw.communities.values_list("pk", flat=True))
    if redraw.author_id != user.pk and not holds(user, Permission.ADMINISTER, communities):
        raise Forbidden("not_the_author", "Only its author withdraws a redraw.")
    demand_status(redraw, *OPEN)
    return _become(redraw, user, RedrawStatus.WITHDRAWN, RedrawAction.WITHDRAWN, comment)


def _become(redraw: Redraw, user: User, status: RedrawStatus, action: RedrawAction, comment: str) -> Redraw:
    redraw.status = status
    redraw.save(update_fields=["status"])
    note(redraw, user, action, comment=comment)
    return redraw
