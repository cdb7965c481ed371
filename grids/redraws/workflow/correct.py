"""Corrections of a redraw's log: an entry is never rewritten, its correction is another entry."""

from dataclasses import dataclass

from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden, NotFound, Refused
from gisserver.common.sentences import Sentence
from grids.models import Redraw, RedrawAction, holds
from grids.redraws.workflow.step import WorkflowStep


@dataclass
class Correct(WorkflowStep):
    """Add the correction of a log entry, in any status of the redraw.

    Allowed to the author of the entry and to who administers the redraw's communities. Raises NotFound for an entry of
    another redraw, Conflict for an entry that is itself a correction, Refused without a comment.
    """

    event: int = 0

    def check(self) -> None:
        """Check the entry."""
        line = self.redraw.events.filter(pk=self.event).first()
        if line is None:
            raise NotFound("no_such_line", Sentence("The redraw's log has no line {event}.", event=self.event))
        if line.author_id != self.user.pk and not holds(self.user, Permission.ADMINISTER, self.communities):
            raise Forbidden("not_your_line", "Only who wrote a line corrects it.")
        if line.corrects_id is not None:
            raise Conflict("is_a_correction", "This line is a correction: correct the line that it is about.")
        if not self.comment.strip():
            raise Refused("comment_missing", "Say what is right.")

    def execute(self) -> Redraw:
        """Add the correction."""
        self.redraw.events.create(
            action=RedrawAction.CORRECTED, author=self.user, comment=self.comment, corrects_id=self.event
        )
        return self.redraw
