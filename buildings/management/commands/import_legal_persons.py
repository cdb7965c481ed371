"""Bring legal persons in from a file: enterprises, shops, institutions, by their credit codes."""

from collections.abc import Mapping
from typing import Any

from buildings.importers.legal_persons import FIELDS, import_legal_persons
from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table


class Command(ImportCommand):
    """import_legal_persons FILE --map credit_code=COLUMN …"""

    help = "Import legal persons by their credit codes; a row whose address is in doubt waits for review."
    fields = FIELDS

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_legal_persons(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
        )
