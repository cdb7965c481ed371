"""Give the incidents that came in before the grids of their area did their grids."""

from typing import Any

from gisserver.common.commands import DatabaseCommand
from incidents.services import assign_waiting


class Command(DatabaseCommand):
    """`manage.py assign_incidents`."""

    help = (
        "Place the incidents that wait in the queue of the unassigned although their place is known and has grids by "
        "now; a second call finds none."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Place them, say how many."""
        still_open, over = assign_waiting()
        self.stdout.write(f"placed {still_open + over} incidents: {still_open} open, {over} resolved or closed")
