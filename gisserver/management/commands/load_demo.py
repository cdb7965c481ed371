"""`manage.py load_demo [none|small|full]`: load the generated demo district into an empty database."""

from argparse import ArgumentParser
from datetime import timedelta, timezone
from typing import Any

from django.core.management.base import CommandError

from fixtures.pingshan.loading.load import load_demo
from fixtures.pingshan.scale import SCALES
from gisserver.common.commands import DatabaseCommand
from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError
from gisserver.common.imports.command import moment_argument

BEIJING = timezone(timedelta(hours=8))


class Command(DatabaseCommand):
    """Arguments in, loader, text out."""

    help = "Load the generated demo district of Pingshan into an empty database, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the size of the demo and the moment that its incidents lead up to."""
        parser.add_argument("size", choices=["none", *SCALES], help="none loads nothing")
        parser.add_argument(
            "--anchor", type=moment_argument, help="newest incidents lie shortly before this (default: now)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report each step."""
        if options["size"] == "none":
            self.stdout.write("no demo district asked for")
            return
        anchor = (options["anchor"] or database_now()).astimezone(BEIJING).replace(microsecond=0)
        try:
            load_demo(SCALES[options["size"]], anchor=anchor, say=self._say)
        except DomainError as refusal:
            raise CommandError(refusal.detail) from refusal

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
