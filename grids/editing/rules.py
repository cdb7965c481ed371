"""What a deployment allows beyond the laws: widths, limits, locks."""

from dataclasses import dataclass

SNAP_M = 0.5
"""How far the end of a line may lie from the border it means, unless the command says otherwise."""


@dataclass(frozen=True, slots=True)
class Rules:
    """House rules for edits; the laws of the partition hold whatever stands here."""

    min_width_mm: int = 1000
    """No new part of a grid may be narrower than this: twice its area over its perimeter."""
    max_vertices: int = 5000
    """The most vertices a drawn line or area may have."""
    locked: frozenset[str] = frozenset()
    """Grids whose ground may not change. A neighbour's cut may still put a vertex on their border."""
    contiguous: bool = True
    """Whether a grid must stay in as few parts as it was."""


DEFAULT = Rules()
REVERSAL = Rules(min_width_mm=0, contiguous=False)
"""For inverse commands: what was there before may be put back, however narrow or scattered it was."""
