"""`manage.py check_crs FILE --crs …`: does the declared CRS fit what is known here?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from buildings.importers.doubts import crs_verdicts
from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import DomainError
from gisserver.common.geo.crs import ACCEPTED, parse_crs
from gisserver.common.reading import parse_mapping, read_table


class Command(DatabaseCommand):
    """Says how many positions fall on known buildings as declared, and read otherwise; exit code 1 when in doubt."""

    help = "Check a file's declared CRS against the buildings that are known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="CSV, or any vector format that GDAL reads")
        parser.add_argument("--crs", help=f"what is declared, whatever the file says: {ACCEPTED}")
        parser.add_argument("--layer", help="which layer, when the file has several")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="lon=… lat=… or wkt=…")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, ask, tell."""
        try:
            crs = parse_crs(options["crs"]) if options["crs"] else None
            table = read_table(
                options["file"], layer=options["layer"], crs=crs, mapping=parse_mapping(options["map"]), encoding=None
            )
            verdicts = crs_verdicts(table)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal.detail}") from refusal
        for verdict in verdicts:
            self.stdout.write(verdict.sentence)
        if not verdicts:
            raise CommandError("too_few_positions: too few usable positions to tell.")
        doubted = [verdict.better for verdict in verdicts if verdict.better is not None]
        if doubted:
            raise CommandError(f"crs_does_not_fit: the positions fit better read as {doubted[0]}.")
