"""The steps of a redraw's life in one table: from which statuses, to which, by whom, on what condition.

The steps themselves (`WorkflowStep.check`), what the API offers (``may``) and the table in docs/redraws.md follow it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError, Forbidden
from grids.models import Redraw, RedrawStatus, holds
from grids.redraws.storage.permissions import EDITABLE, UNDER_REVIEW, is_author, lacks

OPEN = (RedrawStatus.DRAFT, RedrawStatus.SUBMITTED, RedrawStatus.APPROVED, RedrawStatus.REJECTED)


class Actor:
    """A user before a redraw: what they may do in its communities, and what they have done in it."""

    def __init__(self, user: Viewer, redraw: Redraw) -> None:
        self.user = user
        self.redraw = redraw

    @cached_property
    def communities(self) -> list[int]:
        """The ids of the redraw's communities."""
        return list(self.redraw.communities.values_list("pk", flat=True))

    @cached_property
    def redraws(self) -> bool:
        """Whether they may redraw every one of the communities."""
        return holds(self.user, Permission.REDRAW, self.communities)

    @cached_property
    def reviews(self) -> bool:
        """Whether they may review redraws of every one of the communities."""
        return holds(self.user, Permission.REVIEW_REDRAW, self.communities)

    @property
    def began(self) -> bool:
        """Whether they made the redraw."""
        return self.redraw.author_id == self.user.pk

    @property
    def in_effect(self) -> bool:
        """Whether the redraw's moment has come."""
        moment = self.redraw.effective_at
        return moment is not None and moment <= database_now()


Permitted = Callable[[Actor], DomainError | None]


def redrawer(actor: Actor) -> DomainError | None:
    """Supervisor of all its communities."""
    return None if actor.redraws else lacks(Permission.REDRAW)


def reviewer(actor: Actor) -> DomainError | None:
    """Reviewer of all its communities."""
    return None if actor.reviews else lacks(Permission.REVIEW_REDRAW)


def other_reviewer(actor: Actor) -> DomainError | None:
    """Reviewer of all its communities who has drawn nothing in it."""
    if actor.reviews and is_author(actor.user, actor.redraw):
        return Forbidden("own_redraw", "Nobody approves their own redraw.")
    return reviewer(actor)


def publisher(actor: Actor) -> DomainError | None:
    """Reviewer of all its communities, or the author who may still redraw them."""
    if actor.reviews or (actor.began and actor.redraws):
        return None
    return Forbidden("not_the_publisher", "A reviewer or the author publishes a redraw.")


def owner(actor: Actor) -> DomainError | None:
    """The author, or an administrator of all its communities."""
    if actor.began or holds(actor.user, Permission.ADMINISTER, actor.communities):
        return None
    return Forbidden("not_the_author", "Only its author withdraws a redraw.")


def always(actor: Actor) -> bool:
    """At any time."""
    return True


def in_effect(actor: Actor) -> bool:
    """Once in effect."""
    return actor.in_effect


def planned(actor: Actor) -> bool:
    """Before it takes effect."""
    return not actor.in_effect


@dataclass(frozen=True, slots=True)
class Transition:
    """A step: the statuses it starts from, the status after it (None: the same), who may take it.

    ``condition`` says when it is offered; what is only a hint to the reader is not demanded by the step.
    """

    step: str
    start: tuple[RedrawStatus, ...]
    end: RedrawStatus | None
    who: Permitted
    condition: Callable[[Actor], bool] = always

    def offered(self, actor: Actor) -> bool:
        """Say whether the step may be taken now, as far as is known without what the redraw holds."""
        return actor.redraw.status in self.start and self.who(actor) is None and self.condition(actor)


DRAW = Transition("draw", EDITABLE, RedrawStatus.DRAFT, redrawer)
SUBMIT = Transition("submit", EDITABLE, RedrawStatus.SUBMITTED, redrawer)
APPROVE = Transition("approve", (RedrawStatus.SUBMITTED,), RedrawStatus.APPROVED, other_reviewer)
REJECT = Transition("reject", UNDER_REVIEW, RedrawStatus.REJECTED, reviewer)
REOPEN = Transition("reopen", UNDER_REVIEW, RedrawStatus.DRAFT, redrawer)
PUBLISH = Transition("publish", (RedrawStatus.APPROVED,), RedrawStatus.PUBLISHED, publisher)
CANCEL_PLAN = Transition("cancel-plan", (RedrawStatus.PUBLISHED,), RedrawStatus.APPROVED, publisher, planned)
REVERSE = Transition("reverse", (RedrawStatus.PUBLISHED,), None, redrawer, in_effect)
WITHDRAW = Transition("withdraw", OPEN, RedrawStatus.WITHDRAWN, owner)
EDIT_DETAILS = Transition("edit", EDITABLE, None, redrawer)

# In the order of the member ``may``; other details of a draft are edited by whoever may draw.
OFFERED = (DRAW, SUBMIT, APPROVE, REJECT, REOPEN, PUBLISH, CANCEL_PLAN, REVERSE, WITHDRAW)


def steps_allowed(user: Viewer, redraw: Redraw) -> list[str]:
    """Return the steps that ``user`` may take now; one may still be refused for what the redraw holds."""
    actor = Actor(user, redraw)
    return [transition.step for transition in OFFERED if transition.offered(actor)]
