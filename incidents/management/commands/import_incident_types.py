"""Bring the taxonomy of incidents in from a file."""

from collections.abc import Mapping
from typing import Any

from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from incidents.importers.taxonomy import FIELDS, import_types


class Command(ImportCommand):
    """import_incident_types FILE"""

    help = "Import incident types: code, name, and perhaps name_en and the code of the parent."
    fields = FIELDS

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_types(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
        )
