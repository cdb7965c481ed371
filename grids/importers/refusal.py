"""Refusals of a partition or of its mending, each with the file that shows every place."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from gisserver.common.imports.command import Reported
from grids.topology_repair.defects import Defect
from grids.topology_repair.repair import Change, Trouble, TroubleKind
from grids.topology_repair.reports import write_defects, write_troubles

# A refusal has one code: that of the gravest trouble.
_CODES = {
    TroubleKind.LOST: "repair_lost_polygon",
    TroubleKind.SPLIT: "repair_split_polygon",
    TroubleKind.CHANGED: "repair_changes_too_much",
}
_NAMED = 20


class PartitionRefused(Reported):
    """The polygons don't tile their community; ``defects`` says where, ``advice`` what to run next."""

    suffix = ".geojson"

    def __init__(self, defects: Sequence[Defect], advice: Sequence[str]) -> None:
        counts = Counter(defect.kind.value for defect in defects)
        numbers = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        super().__init__(
            "not_a_partition",
            " ".join([f"The polygons do not tile their frame exactly: {numbers}.", *advice]),
            defects=len(defects),
        )
        self.defects = defects

    def write(self, path: Path) -> Path:
        """Write the defects as GeoJSON."""
        return write_defects(path, self.defects, survey_srid=settings.SURVEY_SRID)


class RepairRefused(Reported):
    """Mending would erase polygons, break them, or change them beyond the limits; ``troubles`` has all of them."""

    suffix = ".geojson"

    def __init__(self, troubles: Sequence[Trouble], changes: Sequence[Change]) -> None:
        by_kind = {kind: [trouble for trouble in troubles if trouble.kind is kind] for kind in TroubleKind}
        gravest = next(kind for kind in TroubleKind if by_kind[kind])
        sentences = [_SENTENCES[kind](found, changes) for kind, found in by_kind.items() if found]
        codes = list(dict.fromkeys(trouble.code for trouble in troubles))
        super().__init__(_CODES[gravest], " ".join([*sentences, "Or mend the source."]), codes=codes)
        self.troubles = troubles
        self.changes = changes

    @classmethod
    def all_of(cls, refusals: Sequence["RepairRefused"]) -> "RepairRefused":
        """Return the refusals as one."""
        troubles = [trouble for refusal in refusals for trouble in refusal.troubles]
        return cls(troubles, [change for refusal in refusals for change in refusal.changes])

    @property
    def lost(self) -> list[str]:
        """The codes of polygons that would be erased: without them the rest may go."""
        return [trouble.code for trouble in self.troubles if trouble.kind is TroubleKind.LOST]

    def write(self, path: Path) -> Path:
        """Write the places as GeoJSON."""
        return write_troubles(path, self.troubles, survey_srid=settings.SURVEY_SRID)


def _lost(found: Sequence[Trouble], changes: Sequence[Change]) -> str:
    return f"Mending would erase {_named(found)}: --partial leaves such polygons out."


def _split(found: Sequence[Trouble], changes: Sequence[Change]) -> str:
    largest = max(trouble.area_m2 for trouble in found)
    return (
        f"Mending would break {_named(found)} in two; the largest piece that breaks off has {largest:.6f} m²: "
        f"--crumb {math.ceil(largest)} gives such pieces to their neighbours."
    )


def _changed(found: Sequence[Trouble], changes: Sequence[Change]) -> str:
    codes = {trouble.code for trouble in found}
    beyond = [change for change in changes if change.code in codes]
    worst = max(beyond, key=lambda change: change.moved_m2)
    share = math.ceil(max(change.share for change in beyond) * 100)
    return (
        f"Mending would change {len(found)} polygons beyond the limit ({_named(found)}), most of all {worst.code} "
        f"by {worst.moved_m2:.1f} m² of {worst.before_m2:.1f} m²: --max-change {share}% allows all of them."
    )


_SENTENCES = {TroubleKind.LOST: _lost, TroubleKind.SPLIT: _split, TroubleKind.CHANGED: _changed}


def _named(found: Sequence[Trouble]) -> str:
    codes = [trouble.code for trouble in found]
    return ", ".join(codes[:_NAMED]) + (f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else "")
