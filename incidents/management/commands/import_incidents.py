"""Bring incidents in from a file, and assign each to its one grid or to the queue of the unassigned."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from gisserver.common.reading.times import HELP, Moments
from incidents.importers.incidents import import_incidents
from incidents.importers.rows import FIELDS, Meaning
from incidents.importers.vocabulary import StatusNames
from incidents.models import IncidentStatus


class Command(ImportCommand):
    """import_incidents FILE --crs wgs84 --map occurred_at=COLUMN …"""

    help = "Import incidents: with or without coordinates; their types are made when new."
    fields = FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare what holds for rows that say neither status nor type, and how times and states are written."""
        parser.add_argument(
            "--status", choices=IncidentStatus.values, default="new", help="status of rows that say none"
        )
        parser.add_argument(
            "--status-map",
            action="append",
            default=[],
            metavar="WORD=STATUS",
            help="which status a word of the file means; may be repeated",
        )
        parser.add_argument(
            "--time-format",
            action="append",
            default=[],
            metavar="FORMAT",
            help=f"how times are written that do not begin with the year; may be repeated: {HELP}",
        )
        parser.add_argument(
            "--time-zone", default=settings.TIME_ZONE, metavar="NAME", help="of times without an offset (%(default)s)"
        )
        parser.add_argument("--type", default="", metavar="CODE", help="type of rows that say none")
        parser.add_argument(
            "--without-grids",
            action="store_true",
            help="take those in areas that have no grids yet, too; assign_incidents places them later",
        )

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_incidents(
            table=table,
            columns=columns,
            source=options["source"],
            meaning=Meaning(
                moments=Moments(options["time_format"], zone=options["time_zone"]),
                statuses=StatusNames(options["status_map"]),
                status=options["status"],
                type_code=options["type"],
            ),
            without_grids=options["without_grids"],
            partial=options["partial"],
        )
