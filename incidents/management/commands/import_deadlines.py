"""Bring the deadlines of incidents in from a sheet."""

from collections.abc import Mapping
from typing import Any

from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from incidents.importers.deadlines import FIELDS, import_deadlines


class Command(ImportCommand):
    """import_deadlines FILE"""

    help = "Import within how many hours incidents leave each state, by type and level; the sheet says all of them."
    fields = FIELDS
    placed = False

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_deadlines(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
        )
