"""Report how good the registers of addresses are, as text and as CSV."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from buildings.quality.report import Community, report, rows
from buildings.review.matching import registrar
from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import DomainError
from grids.selectors import division_by_code

HEADER = ("community", "name", "target", "measure", "value", "count", "share")


class Command(DatabaseCommand):
    """address_quality [--community CODE] [--csv FILE]"""

    help = "Report by community: address levels, whose points, what looks wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare which community, and where the table goes."""
        parser.add_argument("--community", metavar="CODE", help="only this community")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="write the report as a table too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report."""
        reader, community = registrar(), None
        try:
            if options["community"]:
                community = division_by_code(user=reader, code=options["community"]).division_id
            parts = report(user=reader, community_id=community)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal.detail}") from refusal
        for part in parts:
            self._tell(part)
        if options["csv"]:
            with options["csv"].open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([HEADER, *rows(parts)])

    def _tell(self, part: Community) -> None:
        counted = ", ".join(f"{part.total(target)} {target}" for target in ("buildings", "entrances", "units"))
        self.stdout.write(f"{part.code or '(no community)'} {part.name}: {counted}")
        for target, measures in sorted(part.counts.items()):
            for measure, values in sorted(measures.items()):
                shares = ", ".join(f"{value} {count}" for value, count in sorted(values.items()))
                self.stdout.write(f"  {target} {measure}: {shares}")
        for suspicion, found in sorted(part.suspicious.items()):
            ids = ", ".join(str(one["id"]) for one in found["examples"][:5])
            self.stdout.write(f"  suspicious {suspicion}: {found['count']} {found['target']}s ({ids}, …)")
