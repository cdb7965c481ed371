"""Bring buildings in from a file, with their addresses and codes, and give each its grid."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from buildings.importers.buildings import FIELDS, import_buildings
from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table, parse_mapping


class Command(ImportCommand):
    """import_buildings FILE --map source_ref=COLUMN …"""

    help = "Import buildings: footprints or points, with names, kinds, floors, codes and addresses."
    fields = FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare the community of buildings that stand in none, the code scheme, and mending."""
        parser.add_argument("--community", default="", metavar="CODE", help="community of buildings that stand in none")
        parser.add_argument("--scheme", default="building", help="name of the scheme that the codes belong to")
        parser.add_argument("--repair", action="store_true", help="mend footprints that cross themselves")

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_buildings(
            table=table,
            columns=columns,
            source=options["source"],
            community=options["community"],
            scheme=options["scheme"],
            ref_told="source_ref" in parse_mapping(options["map"]),
            effective_at=options["effective_at"],
            partial=options["partial"],
            repair=options["repair"],
        )
