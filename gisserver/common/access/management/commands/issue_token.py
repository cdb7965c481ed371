"""`manage.py issue_token USER`: print a new token of a user."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gisserver.common.access.credentials import tokens


class Command(BaseCommand):
    """Print a new token; it is shown only now."""

    help = "Print a new token of a user, for QGIS, GDAL, scripts and other components."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("user")
        parser.add_argument("--label", default="", help="what the token is for")
        parser.add_argument("--hours", type=float, help="how long it lives (default: TOKEN_LIFETIME_HOURS)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the token."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        text, _ = tokens.issue(user=user, label=options["label"], lifetime_hours=options["hours"])
        self.stdout.write(text)
