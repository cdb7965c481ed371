"""`manage.py revoke_tokens USER [--token ID]`: list the tokens of a user that are alive, and end some or all."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gisserver.common.access.credentials import tokens


class Command(BaseCommand):
    """List, end, say how many."""

    help = "End tokens of a user at once: the one named, or all; --list only shows them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the user and the token."""
        parser.add_argument("user")
        parser.add_argument("--token", type=int, metavar="ID", help="only this one")
        parser.add_argument("--list", action="store_true", help="end none, list those that are alive")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the tokens; list or end them."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        rows = tokens.alive().filter(user=user)
        if options["token"] is not None:
            rows = rows.filter(pk=options["token"])
        if options["list"]:
            for row in rows:
                self.stdout.write(f"{row.pk}  {row.label or '-'}  until {row.expires_at.isoformat()}")
            return
        self.stdout.write(f"ended {tokens.revoke(rows)} tokens of {user.username}")
