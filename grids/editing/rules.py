"""What a deployment allows beyond the laws: widths, limits, locks."""

from dataclasses import dataclass

SNAP_M = 0.5
"""How far the end of a line may lie from the border it means, unless the command says otherwise."""

MAX_DRAWN_VERTICES = 5000


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of a deployment for edits; the laws of the partition hold in any case."""

    min_width_mm: int = 1000
    """No new part of a grid may be narrower than this: twice its area over its perimeter."""
    max_vertices: int | None = MAX_DRAWN_VERTICES
    """The most vertices a drawn line or area may have; None where no hand draws."""
    locked: frozenset[str] = frozenset()
    """Grids whose area may not change. A neighbour's cut may still put a vertex on their border."""
    contiguous: bool = True
    """Whether a grid must stay in as few parts as it was."""


DEFAULT = Rules()
RECORDED = Rules(max_vertices=None)
"""For commands that the log keeps, or that are computed: the limit is for drawings, which get vertices of grids too."""
REVERSAL = Rules(min_width_mm=0, contiguous=False, max_vertices=None)
"""For inverse commands: what was there before may be put back, however narrow or scattered it was."""
