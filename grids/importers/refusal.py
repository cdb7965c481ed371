"""The refusal of a partition, with the file that shows each of its defects."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from gisserver.common.importing import Reported
from grids.importing.defects import Defect
from grids.importing.reports import write_defects


class PartitionRefused(Reported):
    """The polygons don't tile their community; ``defects`` says where."""

    suffix = ".geojson"

    def __init__(self, defects: Sequence[Defect]) -> None:
        counts = Counter(defect.kind.value for defect in defects)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        super().__init__(
            "not_a_partition",
            f"The polygons do not tile their frame exactly: {told}. With --repair, small ones are mended; "
            "with --reframe, the community's own boundary follows its grids.",
            defects=len(defects),
        )
        self.defects = defects

    def write(self, path: Path) -> Path:
        """Write the defects as GeoJSON."""
        return write_defects(path, self.defects, survey_srid=settings.SURVEY_SRID)
