"""Make the packs that phones take along."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import DomainError
from tiles.packs.area import area_of, communities
from tiles.packs.making import make


class Command(DatabaseCommand):
    """``manage.py make_packs [CODE …]``"""

    help = "Make packs of the divisions with these codes, of all communities without; what has not changed is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("codes", nargs="*", metavar="CODE", help="the codes of divisions; all communities without")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make one after the other; begun again after a break, it goes on where it was."""
        try:
            areas = [area_of(code) for code in options["codes"]] or communities()
        except DomainError as error:
            raise CommandError(f"{error.detail} [{error.code}]") from error
        for number, area in enumerate(areas, 1):
            begun = time.monotonic()
            pack, is_new = make(area)
            done = f"made in {time.monotonic() - begun:.1f} s" if is_new else "unchanged"
            size = pack.tiles.stat().st_size / 1e6
            self.stdout.write(f"{number}/{len(areas)} {area.code} {area.name}: {pack.version}, {size:.1f} MB, {done}")
