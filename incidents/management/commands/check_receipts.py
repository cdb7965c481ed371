"""Compute the receipts of assignments again, and compare."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from gisserver.common.commands import DatabaseCommand
from incidents.proof import receipts_that_differ

SHOWN = 20


class Command(DatabaseCommand):
    """`manage.py check_receipts`."""

    help = (
        "Compute every receipt again, from the place that was reported and the grids on record: grid, version, rule, "
        "margin and confidence must come out the same. Fails when one does not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where to begin."""
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="only assignments behind this id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare them, say how far that is done, and name those that differ."""
        differing: list[tuple[int, int]] = []
        for upto, found in receipts_that_differ(after=options["after"]):
            differing += found
            if options["verbosity"] > 1:
                self.stderr.write(f"up to assignment {upto}: {len(differing)} differ")
        for assignment, incident in differing[:SHOWN]:
            self.stdout.write(f"assignment {assignment} of incident {incident} comes out otherwise")
        if differing:
            raise CommandError(f"{len(differing)} receipts come out otherwise")
        self.stdout.write("all receipts come out the same")
