"""How far mending may go, and which argument of the command helps against which defect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from grids.topology_repair.defects import Defect, DefectKind

_GAPS = {DefectKind.GAP, DefectKind.MISSING}
_AT_FRAME = {DefectKind.MISSING, DefectKind.OUTSIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairLimits:
    """How far mending may go.

    Gaps are closed up to a width, pieces below ``crumb_m2`` given to a neighbour; a polygon's change is allowed by
    share or by area.
    """

    gap_width_m: float = 5.0
    crumb_m2: float = 1.0
    max_share: float = 0.01
    max_m2: float = 100.0


def advice(
    defects: Sequence[Defect], *, limits: RepairLimits | None, frame_made: bool, keep_holes: bool = False
) -> list[str]:
    """Return sentences on what to run next; ``frame_made`` says that the polygons themselves make the frame."""
    kinds = {defect.kind for defect in defects}
    sentences = []
    if limits is None:
        width = RepairLimits().gap_width_m
        sentences.append(f"--repair mends overlaps, polygons that cross themselves, and gaps up to {width:g} m wide.")
    widest = max((_width_m(defect) for defect in defects if defect.kind in _GAPS), default=0.0)
    if widest > (limits or RepairLimits()).gap_width_m:
        sentences.append(f"The widest gap is {widest:.1f} m: --repair --gap-width {math.ceil(widest)} closes it.")
    if DefectKind.GAP in kinds and frame_made and not keep_holes:
        sentences.append("Where holes are land of somebody else (enclaves), --keep-holes leaves them out.")
    if kinds & _AT_FRAME and not frame_made:
        sentences.append("--reframe lets the community's own boundary follow its grids.")
    return sentences


def _width_m(defect: Defect) -> float:
    """Return how wide the land of a defect is, in metres: the diameter of the largest circle in it."""
    if shapely.area(defect.place) == 0:
        return 0.0
    return 2 * float(shapely.length(shapely.maximum_inscribed_circle(defect.place, tolerance=0.01)))
