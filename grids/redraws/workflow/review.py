"""Review: submit, approve, reject, reopen, withdraw."""

from typing import ClassVar

from gisserver.common.errors import Conflict, Refused
from grids.models import Redraw, RedrawAction
from grids.redraws.draft.community_draft import replayed
from grids.redraws.storage.conflicts import conflict
from grids.redraws.storage.loading import base_of, commands_of
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import APPROVE, REJECT, REOPEN, SUBMIT, WITHDRAW, Transition


class Submit(WorkflowStep):
    """Submit a draft for review; raises Conflict when it no longer applies to the current partition, or is empty."""

    transition: ClassVar[Transition] = SUBMIT
    action = RedrawAction.SUBMITTED

    def execute(self) -> Redraw:
        """Replay the draft first."""
        commands = commands_of(self.redraw)
        if not commands:
            raise Conflict("nothing_to_submit", "The redraw has no commands.")
        _drafts, failure = replayed(base_of(self.redraw), commands)
        if failure is not None:
            raise conflict(self.redraw, failure)
        return self.become()


class Approve(WorkflowStep):
    """Approve what a colleague has submitted."""

    transition: ClassVar[Transition] = APPROVE
    action = RedrawAction.APPROVED


class Reject(WorkflowStep):
    """Reject a submitted or approved redraw with a comment; its author may correct it."""

    transition: ClassVar[Transition] = REJECT
    action = RedrawAction.REJECTED

    def check(self) -> None:
        """Demand a comment too."""
        super().check()
        if not self.comment.strip():
            raise Refused("comment_missing", "Say why it is rejected.")


class Reopen(WorkflowStep):
    """Make a submitted or approved redraw a draft again, to be corrected; an approval lapses."""

    transition: ClassVar[Transition] = REOPEN
    action = RedrawAction.REOPENED


class Withdraw(WorkflowStep):
    """Abandon a redraw for good."""

    transition: ClassVar[Transition] = WITHDRAW
    action = RedrawAction.WITHDRAWN
