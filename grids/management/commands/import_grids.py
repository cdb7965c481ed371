"""Bring the grids of communities in from a file, as a proved partition."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from grids.importers.arguments import add_repair_arguments, limits_from
from grids.importers.partition import import_grids
from grids.importers.rows import FIELDS, Membership
from grids.topology_repair.reports import write_changes


class Command(ImportCommand):
    """import_grids FILE --community CODE --map code=COLUMN …"""

    help = "Import grids: they must tile their communities exactly; defects are refused and reported."
    fields = FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare how a grid's community is known, and whether boundaries may follow or be mended."""
        parser.add_argument("--community", default="", metavar="CODE", help="the community of all these grids")
        parser.add_argument(
            "--community-prefix",
            type=int,
            default=0,
            metavar="N",
            help="the first N characters of a grid's code",
        )
        parser.add_argument("--reframe", action="store_true", help="the communities' own boundaries follow the grids")
        parser.add_argument(
            "--keep-holes", action="store_true", help="with --reframe: holes wider than a slit are enclaves, no gaps"
        )
        parser.add_argument("--merge-parts", action="store_true", help="rows of one code are parts of one grid")
        add_repair_arguments(parser)

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service; write what mending changed beside the report."""
        if options["keep_holes"] and not options["reframe"]:
            raise CommandError("--keep-holes goes with --reframe; else the community's own boundary has its enclaves.")
        outcome, mended = import_grids(
            table=table,
            columns=columns,
            source=options["source"],
            membership=Membership(community=options["community"], prefix=options["community_prefix"]),
            reframe=options["reframe"],
            keep_holes=options["keep_holes"],
            merge_parts=options["merge_parts"],
            effective_at=options["effective_at"],
            partial=options["partial"],
            limits=limits_from(options),
        )
        if mended.changes:
            path = self.report_path(options, ".changes.geojson")
            write_changes(path, mended.changes, mended.polygons, survey_srid=settings.SURVEY_SRID)
            self.say(f"what mending changed: {path}")
        return outcome
