"""The shade of a relief lit from one side. Pure.

Source: B. K. P. Horn, Hill shading and the reflectance map, 1981: slopes from the eight neighbours of a pixel.
"""

import math

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

AZIMUTH_DEG = 315.0
ALTITUDE_DEG = 45.0


def hillshade(heights: Values, pixel_m: float) -> Values:
    """Return the shade, 0 to 255, of the inner pixels of ``heights`` (metres, rows from the north).

    The result is a pixel smaller on each side; ``pixel_m`` is the side of a pixel on the ground. The light comes from
    the north-west, 45 degrees above the horizon. A pixel beside one without a value has none (NaN).
    """
    nw, n, ne = heights[:-2, :-2], heights[:-2, 1:-1], heights[:-2, 2:]
    w, e = heights[1:-1, :-2], heights[1:-1, 2:]
    sw, s, se = heights[2:, :-2], heights[2:, 1:-1], heights[2:, 2:]
    east = ((ne + 2 * e + se) - (nw + 2 * w + sw)) / (8 * pixel_m)
    north = ((nw + 2 * n + ne) - (sw + 2 * s + se)) / (8 * pixel_m)
    azimuth, altitude = math.radians(AZIMUTH_DEG), math.radians(ALTITUDE_DEG)
    towards = east * math.sin(azimuth) + north * math.cos(azimuth)
    lit = (math.sin(altitude) - towards * math.cos(altitude)) / np.sqrt(1 + east**2 + north**2)
    shade: Values = np.where(np.isnan(lit), np.nan, np.clip(lit, 0.0, 1.0) * 255)
    return shade
