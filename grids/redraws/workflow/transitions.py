"""Which steps a person may take on a redraw now: what the map offers, decided where the steps themselves are."""

from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from grids.models import Redraw, RedrawStatus, holds
from grids.redraws.commands.services import EDITABLE
from grids.redraws.storage.conflicts import UNDER_REVIEW
from grids.redraws.storage.permissions import drew
from grids.redraws.workflow.review import OPEN


def steps_allowed(user: Viewer, redraw: Redraw) -> list[str]:
    """Return the steps that ``user`` may take now.

    They are draw, submit, approve, reject, reopen, publish, cancel-plan, reverse, withdraw: by role, area, authorship
    and status; a step may still be refused for what the redraw holds.
    """
    communities = list(redraw.communities.values_list("pk", flat=True))
    draws = holds(user, Permission.REDRAW, communities)
    reviews = holds(user, Permission.REVIEW_REDRAW, communities)
    author = redraw.author_id == user.pk
    editable, under_review = redraw.status in EDITABLE, redraw.status in UNDER_REVIEW
    in_effect = redraw.effective_at is not None and redraw.effective_at <= database_now()
    allowed = {
        "draw": draws and editable,
        "submit": draws and editable,
        "approve": reviews and redraw.status == RedrawStatus.SUBMITTED and not drew(user, redraw),
        "reject": reviews and under_review,
        "reopen": draws and under_review,
        "publish": (reviews or (author and draws)) and redraw.status == RedrawStatus.APPROVED,
        "cancel-plan": (reviews or (author and draws)) and redraw.status == RedrawStatus.PUBLISHED and not in_effect,
        "reverse": draws and redraw.status == RedrawStatus.PUBLISHED and in_effect,
        "withdraw": redraw.status in OPEN and (author or holds(user, Permission.ADMINISTER, communities)),
    }
    return [step for step, may in allowed.items() if may]
