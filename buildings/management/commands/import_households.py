"""Bring households in from a file, with the entrances and units they live in."""

from collections.abc import Mapping
from typing import Any

from buildings.importers.households import FIELDS, import_households
from gisserver.common.importing import ImportCommand, Outcome
from gisserver.common.reading import Table


class Command(ImportCommand):
    """import_households FILE --map building=COLUMN --map unit=COLUMN …"""

    help = "Import households (户) into units of known buildings; entrances and units are made when new."
    fields = FIELDS

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_households(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
        )
