"""Bring households in from a file, with the entrances and units they live in."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from buildings.importers.households import FIELDS, import_households
from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table


class Command(ImportCommand):
    """import_households FILE --map building=COLUMN --map unit=COLUMN …"""

    help = "Import households into units of known buildings; a row of a unit that is not known waits for review."
    fields = FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare that units which a building does not have may be made."""
        parser.add_argument(
            "--make-units", action="store_true", help="make the units that a building does not have, and list them"
        )

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_households(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
            make_units=options["make_units"],
        )
