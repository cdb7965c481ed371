"""Write the areas that changed their grid between two moments."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gisserver import frames
from gisserver.common.commands import DatabaseCommand
from gisserver.common.db.snapshot import one_look
from gisserver.common.errors import DomainError

LAYER = "changed_ground"


class Command(DatabaseCommand):
    """diff_partitions --at TIME [--at TIME] -o FILE"""

    help = "Write the areas that another grid has at the second moment (default now) than at the first, for a GIS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the moments and the file."""
        parser.add_argument("--at", action="append", required=True, metavar="TIME", help="the first, then the second")
        parser.add_argument(
            "-o", "--output", type=Path, required=True, metavar="FILE", help="by its ending: .gpkg, .fgb, .geojson"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read both partitions as one look, compare, write, and say how much it is."""
        if len(options["at"]) > 2:
            raise CommandError("Two partitions are compared: give --at once or twice.")
        first, second = [*options["at"], None][:2]
        try:
            with one_look():
                before, after = (frames.read("grids", user=None, at=at, columns=["code"]) for at in (first, second))
        except DomainError as error:
            raise CommandError(error.detail) from error
        changed = frames.partition_diff(before, after)
        changed.to_file(options["output"], layer=LAYER)
        self.stdout.write(
            f"{len(changed)} areas, {changed['area_m2'].sum():.3f} m², changed their grid: {options['output']}"
        )
