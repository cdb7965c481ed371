"""Bring officers and their grids in from a sheet."""

from collections.abc import Mapping
from typing import Any

from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from grids.importers.posts import FIELDS, import_posts


class Command(ImportCommand):
    """import_posts FILE --map grid=COLUMN --map name=COLUMN …"""

    help = "Import who serves which grid; for each grid that the file names it says all of the posts."
    fields = FIELDS

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        return import_posts(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
        )
