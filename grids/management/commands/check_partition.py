"""Prove law 1 on what is stored, and that the log of redraws gives it."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import Invalid
from gisserver.common.moments import parse_moment
from grids.proof import partition_defects
from grids.redraws.history.replay import replay_log
from grids.topology_repair.reports import write_defects


class Command(DatabaseCommand):
    """check_partition [--at TIME] [--community CODE] [--report FILE] [--replay]"""

    help = (
        "Prove that the stored grids tile their communities exactly, and with --replay that the log of redraws gives "
        "each stored version; exit code 1 and a list when not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the moment, the community and the report."""
        parser.add_argument("--at", metavar="TIME", help="as of when (default now)")
        parser.add_argument("--community", default="", metavar="CODE", help="only this community")
        parser.add_argument("--report", type=Path, help="write the defects here as GeoJSON")
        parser.add_argument(
            "--replay",
            action="store_true",
            help="also replay every published redraw from the first import on and compare byte for byte",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove, list, and fail when there is anything to list."""
        try:
            at: datetime | None = parse_moment(options["at"]) if options["at"] else None
        except Invalid as error:
            raise CommandError(error.detail) from error
        defects, communities, grids = partition_defects(at=at, community=options["community"])
        for defect in defects:
            place = defect.place.representative_point()
            self.stdout.write(
                f"{defect.kind.value} in {defect.community or '-'}: {' / '.join(defect.between)}, "
                f"{defect.area_m2:.6f} m², at {place.x:.3f} {place.y:.3f}"
            )
        if options["report"]:
            write_defects(options["report"], defects, survey_srid=settings.SURVEY_SRID)
        if defects:
            raise CommandError(f"not_a_partition: {len(defects)} defects in {communities} communities.")
        self.stdout.write(f"proved: {grids} grids tile {communities} communities exactly")
        if options["replay"]:
            self._replay(options["community"])

    def _replay(self, community: str) -> None:
        report = replay_log(community=community)
        for base in report.later_imports:
            self.stdout.write(
                f"community {base.community} was imported anew from {base.source} at {base.moment.isoformat()}: "
                "the log is replayed on that from there on"
            )
        checked = f"{report.redraws} redraws and {report.versions} versions in {report.communities} communities"
        found = report.difference
        if found is not None:
            raise CommandError(
                f"replay_differs: grid {found.grid or '-'} of {found.community} {found.what} at "
                f"{found.moment.isoformat()}, redraw {found.redraw or '-'}, command {found.command or '-'}. "
                f"Before it, {checked} were equal."
            )
        self.stdout.write(f"replayed: {checked} are what the log gives, byte for byte")
