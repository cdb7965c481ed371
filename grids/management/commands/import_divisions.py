"""Bring divisions in from a file, or make one whose boundary all of the file's rows make."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from gisserver.common.errors import Invalid
from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Field, Table
from grids.importers.arguments import add_repair_arguments, limits_from
from grids.importers.division_writing import NewDivision
from grids.importers.divisions import FIELDS, import_divisions, import_frame
from grids.models import DivisionLevel


class Command(ImportCommand):
    """import_divisions FILE --level community --parent CODE …"""

    help = "Import divisions with codes, names, parents and boundaries."
    fields = FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare level and parent for rows that say none, and the ways to make one boundary of all rows."""
        parser.add_argument("--level", choices=DivisionLevel.values, default="", help="level of rows that say none")
        parser.add_argument("--parent", default="", metavar="CODE", help="parent of rows that say none")
        parser.add_argument(
            "--dissolve",
            metavar="CODE",
            help="make one division of this code: its boundary is the rows' union",
        )
        parser.add_argument(
            "--hull",
            metavar="CODE",
            help="make one division of this code: its boundary is the hull of all rows",
        )
        parser.add_argument("--margin", type=float, default=50.0, metavar="M", help="how much wider than the hull")
        parser.add_argument("--name", default="", help="name of the division made by --dissolve or --hull")
        parser.add_argument("--keep-holes", action="store_true", help="with --dissolve: holes are enclaves, no gaps")
        add_repair_arguments(parser)

    def wanted(self, options: Mapping[str, Any]) -> tuple[Field, ...]:
        """A boundary made of all rows needs no column."""
        return () if options["dissolve"] or options["hull"] else FIELDS

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        common = {
            "table": table,
            "source": options["source"],
            "effective_at": options["effective_at"],
            "limits": limits_from(options),
            "partial": options["partial"],
        }
        code = options["dissolve"] or options["hull"]
        if not code:
            return import_divisions(
                columns=columns,
                level=options["level"],
                parent=options["parent"],
                **common,
            )
        if not options["level"]:
            raise Invalid("no_level", "Say with --level what the new division is.")
        division = NewDivision(
            level=options["level"], code=code, name=options["name"] or code, parent=options["parent"]
        )
        margin = options["margin"] if options["hull"] else None
        return import_frame(division=division, hull_margin_m=margin, keep_holes=options["keep_holes"], **common)
