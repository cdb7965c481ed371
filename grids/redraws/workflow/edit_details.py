"""What a draft is called and why it is made: edited as long as it may be drawn on."""

from dataclasses import dataclass
from typing import ClassVar

from grids.models import Redraw, RedrawAction
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import EDIT_DETAILS, Transition


@dataclass
class EditDetails(WorkflowStep):
    """Give a draft another title or reason (None: as it was); the log keeps what it was before."""

    transition: ClassVar[Transition] = EDIT_DETAILS
    action = RedrawAction.EDITED

    title: str | None = None
    reason: str | None = None

    def execute(self) -> Redraw:
        """Write what differs; nothing is logged where nothing does."""
        details = {"title": self.title, "reason": self.reason}
        changed = {
            name: text for name, text in details.items() if text is not None and text != getattr(self.redraw, name)
        }
        if not changed:
            return self.redraw
        self.comment = "; ".join(f"{name}: {getattr(self.redraw, name)}" for name in changed)
        return self.become(**changed)
