"""Editing the title and reason of a draft, as long as commands may be added to it."""

from dataclasses import dataclass
from typing import ClassVar

from grids.models import Redraw, RedrawAction
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import EDIT_DETAILS, Transition


@dataclass
class EditDetails(WorkflowStep):
    """Change the title or reason of a draft (None: unchanged); the log keeps the former values."""

    transition: ClassVar[Transition] = EDIT_DETAILS
    action = RedrawAction.EDITED

    title: str | None = None
    reason: str | None = None

    def execute(self) -> Redraw:
        """Save and log what differs, if anything does."""
        details = {"title": self.title, "reason": self.reason}
        changed = {
            name: text for name, text in details.items() if text is not None and text != getattr(self.redraw, name)
        }
        if not changed:
            return self.redraw
        self.comment = "; ".join(f"{name}: {getattr(self.redraw, name)}" for name in changed)
        return self.become(**changed)
