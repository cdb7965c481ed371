"""Bring households in from a file, with the entrances and units they live in."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from buildings.importers.households import import_households
from buildings.importers.register_rows import FIELDS
from buildings.importers.register_run import Full
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.imports.command import ImportCommand, Outcome
from gisserver.common.reading import Table
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion


class Command(ImportCommand):
    """import_households FILE --map building=COLUMN --map unit=COLUMN …"""

    help = "Import households into units of known buildings; a row of a unit that is not known waits for review."
    fields = FIELDS
    placed = False  # a household is where its home is

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Declare that units which a building does not have may be made."""
        parser.add_argument(
            "--make-units", action="store_true", help="make the units that a building does not have, and list them"
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="the file tells every household of its source: who is not in it has left",
        )
        parser.add_argument(
            "--area", action="append", default=[], metavar="CODE", help="of --full: only of these communities"
        )
        parser.add_argument(
            "--max-missing",
            type=float,
            default=5,
            metavar="PERCENT",
            help="of --full: more missing ones are a question",
        )
        parser.add_argument(
            "--confirm-missing", type=int, metavar="NUMBER", help="the answer: that many have left indeed"
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
            full=self._full(options),
        )

    def _full(self, options: Mapping[str, Any]) -> Full | None:
        """Return what is said of a full register; raises Invalid for what means nothing without ``--full``."""
        said = [name for name in ("area", "confirm_missing") if options[name]]
        if not options["full"] and said:
            raise Invalid("not_full", "--area and --confirm-missing speak of a register with --full.")
        if not options["full"]:
            return None
        codes = options["area"]
        found = dict(DivisionVersion.objects.filter(code__in=codes).values_list("code", "division_id"))
        unknown = sorted(set(codes) - set(found))
        if unknown:
            raise NotFound("no_such_division", Sentence("No community has the code {code!r}.", code=unknown[0]))
        return Full(
            communities=sorted(set(found.values())),
            at_most=options["max_missing"] / 100,
            confirmed=options["confirm_missing"],
        )
