"""Statistics of zones as a kind of job: a CSV, piece by piece; what is computed stays for the requests that follow."""

import csv
import io
from collections.abc import Iterator

from gisserver.common import spreadsheets
from gisserver.common.jobs.kinds import Kind, Piece, Run, register
from gisserver.common.jobs.models import Job
from rasters.zonal.asked import asked, cells
from rasters.zonal.computing import in_pieces

KIND = "rasters/zonal"
_ZONES_OF_A_PIECE = 100


def register_kind() -> None:
    """Make statistics of zones known as a kind of job."""
    register(Kind(KIND, _opened, lambda _: "text/csv; charset=utf-8", lambda job: f"{job.arguments['layer']}.csv"))


def _opened(job: Job) -> Run:
    """Return the job's zones as rows: by the rights that its author has when it runs."""
    question = asked(job.arguments["layer"], job.author, job.arguments["query"])
    listed = question.zones.listed()
    header = ["id", *(listed[0].properties if listed else ()), *question.names]

    def pieces(start: int) -> Iterator[Piece]:
        done = start
        if start == 0:
            yield Piece(0, b"".join(spreadsheets.written(header, [])))
        for part, found in in_pieces(question.raster, question.band, question.zones, listed[start:], _ZONES_OF_A_PIECE):
            done += len(part)
            lines = io.StringIO()
            writer = csv.writer(lines)
            for row in part:
                writer.writerow([spreadsheets.safe(cell) for cell in cells(question.shown(row, found[row.digest]))])
            yield Piece(done, lines.getvalue().encode())

    return Run(len(listed), pieces)
