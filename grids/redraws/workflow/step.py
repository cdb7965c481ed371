"""A step of the workflow: checked by the table of transitions, then executed; one transaction, the row locked."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db import transaction

from grids.models import Redraw, RedrawAction
from grids.redraws.storage.permissions import demand_status, locked_redraw, note
from grids.redraws.workflow.transitions import Actor, Transition


@dataclass
class WorkflowStep:
    """A step that a user takes on a locked redraw; a subclass names its transition and does its work."""

    transition: ClassVar[Transition]
    action: ClassVar[RedrawAction]

    user: User
    redraw: Redraw
    comment: str = ""

    @classmethod
    def take(cls, *, user: User, redraw_id: int, **arguments: Any) -> Redraw:
        """Lock the redraw, check and execute the step; raises NotFound, and what `check` and `execute` do."""
        cls.check_arguments(**arguments)
        with transaction.atomic():
            step = cls(user=user, redraw=locked_redraw(user, redraw_id), **arguments)
            step.check()
            return step.execute()

    @classmethod
    def check_arguments(cls, **arguments: Any) -> None:
        """Check the arguments of the step before the redraw is locked; nothing by default."""

    def check(self) -> None:
        """Raise Forbidden for a user who may not take the step, Conflict ``wrong_status`` in another status."""
        refusal = self.transition.who(Actor(self.user, self.redraw))
        if refusal is not None:
            raise refusal
        demand_status(self.redraw, *self.transition.start)

    def execute(self) -> Redraw:
        """Take the step after `check`; return the redraw that the answer shows."""
        return self.become()

    def become(self, **values: Any) -> Redraw:
        """Set the status after the step, and other values; log the step and its user."""
        end = self.transition.end
        changes = values if end is None else {"status": end, **values}
        for name, value in changes.items():
            setattr(self.redraw, name, value)
        self.redraw.save(update_fields=list(changes))
        note(self.redraw, self.user, self.action, comment=self.comment)
        return self.redraw

    @property
    def communities(self) -> list[int]:
        """The ids of the redraw's communities."""
        return list(self.redraw.communities.values_list("pk", flat=True))
