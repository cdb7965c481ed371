"""Publish a vector file, a CSV or a GeoTIFF as a collection."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import DomainError
from gisserver.common.geo.crs import ACCEPTED, parse_crs
from gisserver.common.reading.process.sandbox import Limits
from layers.management.column_options import add_column_options, columns_from
from layers.publishing import publish_file


class Command(DatabaseCommand):
    """``manage.py import_layer FILE [--layer NAME] [--id SLUG] [--crs CRS] [--partial] [--replace]``"""

    help = "Publish a vector file, a CSV or a GeoTIFF as a collection."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--layer", help="which layer of the file, when it holds several")
        parser.add_argument("--id", default="", help="the collection's id; made of the layer's name otherwise")
        parser.add_argument("--title", default="")
        parser.add_argument("--crs", help=f"what the coordinates are: {ACCEPTED}; wins over the file's claim")
        parser.add_argument("--encoding", help="of a CSV or a Shapefile, when it cannot be recognised")
        add_column_options(parser)
        parser.add_argument(
            "--partial", action="store_true", help="leave out the rows that can't be read, and say which"
        )
        parser.add_argument("--area", default="", help="of a raster: the code of the division whose readers may see it")
        parser.add_argument("--replace", action="store_true", help="replace the layer that has this id now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and say what came of it."""
        try:
            done = publish_file(
                options["file"],
                layer=options["layer"],
                slug=options["id"],
                title=options["title"],
                crs=parse_crs(options["crs"]) if options["crs"] else None,
                encoding=options["encoding"],
                columns=columns_from(options),
                partial=options["partial"],
                replace=options["replace"],
                area=options["area"],
                limits=Limits.for_command(),
            )
        except DomainError as error:
            raise CommandError(f"{error.detail} [{error.code}]") from error
        for note in done.notes:
            self.stderr.write(note)
        for each in done.refused:
            self.stderr.write(f"row {each['row']}: {each['detail']} [{each['code']}]")
        state = "published" if done.changed else "unchanged"
        self.stdout.write(f"{done.layer.slug}: {state} at {done.address}")
