"""Bring the taxonomy of incidents in from a file."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from incidents.importers.taxonomy import FIELDS, import_types
from incidents.importers.taxonomy_version import import_version
from incidents.models import Stream


class Command(ImportCommand):
    """import_incident_types FILE"""

    help = "Import incident types: code, name, and perhaps name_en and the code of the parent."
    fields = FIELDS

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare whose tree the file says, and whether all of it."""
        parser.add_argument("--stream", choices=Stream.values, default="", help="whose types they are")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="the file says the whole tree of the stream from --effective-at on: a new version of it",
        )

    def load(self, table: Table, columns: Mapping[str, str], options: Mapping[str, Any]) -> Outcome:
        """Hand the rows to the service."""
        bring_in = import_version if options["whole"] else import_types
        return bring_in(
            table=table,
            columns=columns,
            source=options["source"],
            effective_at=options["effective_at"],
            partial=options["partial"],
            stream=options["stream"],
        )
