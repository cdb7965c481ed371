"""Which grids of a community count in the mean of their loads.

The map's legend (static/map/redraw/counting.js) has the same rule, so that it shows the mean that a proposal aims at.
"""

from collections.abc import Mapping
from statistics import median

# A grid with less than this share of the usual load is nearly empty.
NEARLY_EMPTY = 0.05
# A nearly empty grid counts all the same (a block not yet inhabited), unless its area exceeds that of so many ordinary
# grids, or this: hills, water, fields.
WIDE_GRIDS = 3.0
WIDE_M2 = 1_000_000.0


def counted(loads: Mapping[str, int], areas_m2: Mapping[str, float]) -> set[str]:
    """Return the grids that count in the mean: all but wide ones that are nearly empty."""
    least = NEARLY_EMPTY * _usual(loads)
    carrying = {key for key, load in loads.items() if load and load >= least}
    wide = min(WIDE_GRIDS * median([areas_m2[key] for key in carrying] or [0.0]), WIDE_M2)
    return {key for key in loads if key in carrying or areas_m2[key] <= wide}


def _usual(loads: Mapping[str, int]) -> int:
    """Return the load of the grid that holds the median unit of load: sparse grids hardly change it."""
    left = sum(loads.values()) / 2
    for load in sorted(loads.values(), reverse=True):
        left -= load
        if left <= 0:
            return load
    return 0
