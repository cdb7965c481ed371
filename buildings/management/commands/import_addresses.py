"""Give address points from a file to the buildings they stand on."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from buildings.importers.addresses import import_addresses
from buildings.importers.buildings import ADDRESS_FIELDS
from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table


class Command(ImportCommand):
    """import_addresses FILE --layer addresses …"""

    help = "Import address points: each goes to the building around it, else to the nearest."
    fields = ADDRESS_FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare how far a point may stand from its building."""
        parser.add_argument(
            "--within", type=float, default=50.0, metavar="M", help="how far from its building a point may stand"
        )

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_addresses(
            table=table,
            columns=columns,
            source=options["source"],
            within_m=options["within"],
            effective_at=options["effective_at"],
            partial=options["partial"],
        )
