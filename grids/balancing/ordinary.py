"""What is ordinary: which grids of a community its mean is taken over.

The map's legend (static/map/redraw/counting.js) has the same rule, so that a proposal aims at the mean that it shows.
"""

from collections.abc import Mapping
from statistics import median

# A grid with less than this share of what an ordinary one carries holds nearly nothing.
NEARLY_EMPTY = 0.05
# One that holds nearly nothing is still a part of the town (a block not lived in yet), unless its ground is wider than
# so many ordinary grids, or than this: hills, water, fields.
WIDE_GRIDS = 3.0
WIDE_M2 = 1_000_000.0


def counted(loads: Mapping[str, int], areas_m2: Mapping[str, float]) -> set[str]:
    """Return those grids that a mean is taken over: all but the wide ones that carry nearly nothing."""
    least = NEARLY_EMPTY * _usual(loads)
    carrying = {key for key, load in loads.items() if load and load >= least}
    wide = min(WIDE_GRIDS * median([areas_m2[key] for key in carrying] or [0.0]), WIDE_M2)
    return {key for key in loads if key in carrying or areas_m2[key] <= wide}


def _usual(loads: Mapping[str, int]) -> int:
    """Return the load of the grid in which the middle household lives: huts on hills don't move it."""
    left = sum(loads.values()) / 2
    for load in sorted(loads.values(), reverse=True):
        left -= load
        if left <= 0:
            return load
    return 0
