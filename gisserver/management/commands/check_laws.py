"""`manage.py check_laws [--write]`: prove the laws on what is stored, and that the database still enforces them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from gisserver.laws import LIST, laws_in_force, laws_missing
from incidents.proof import open_without_assignment


class Command(BaseCommand):
    """Arguments in, proofs, text out."""

    help = (
        "Prove that every law's trigger and constraint is in force, that the grids tile their communities and that "
        "every open incident has its grid; exit code 1 and a list when not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --write."""
        parser.add_argument(
            "--write", action="store_true", help="for developers: list the laws of this database in gisserver/laws.txt"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove, list, and fail when there is anything to list."""
        if options["write"]:
            LIST.write_text("".join(f"{law}\n" for law in laws_in_force(connection)), encoding="utf-8")
            return
        missing, waiting = laws_missing(connection), open_without_assignment()
        for law in missing:
            self.stdout.write(f"missing or disabled: {law}")
        for incident in waiting:
            self.stdout.write(f"open and not assigned: incident {incident}")
        if missing or waiting:
            raise CommandError(f"laws_broken: {len(missing)} laws not in force, {len(waiting)} incidents not assigned.")
        self.stdout.write("proved: every law is in force, every open incident is assigned")
        call_command("check_partition", stdout=self.stdout)
