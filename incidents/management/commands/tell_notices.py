"""Tell what is due of incidents, as the worker does every minute."""

from typing import Any

from gisserver.common.commands import DatabaseCommand
from incidents.dispatch.notices import tell_what_is_due


class Command(DatabaseCommand):
    """`manage.py tell_notices`."""

    help = (
        "Write the reminders, missed deadlines, escalations and handovers that are due; the worker does so each minute"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them, say how many."""
        self.stdout.write(f"{tell_what_is_due()} notices written")
