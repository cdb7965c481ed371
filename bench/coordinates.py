"""A million points between WGS84 and the web maps' positions, against PROJ projecting the same points.

The contract (issue 4): at least 1 M points/s, so at most 1,000 ms each. The peer does less: PROJ refuses GCJ-02
and BD-09 altogether, so it only projects.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pyproj

from bench import Ratio
from gisserver.common.geo import gcj02

POINTS = 1_000_000


def run() -> Iterator[Ratio]:
    """Time both shifts, there and back."""
    wgs84 = np.random.default_rng(1).uniform([114.28, 22.62], [114.46, 22.78], (POINTS, 2))
    project = pyproj.Transformer.from_crs(4490, 4547, always_xy=True).transform
    peer = _seconds(lambda: project(wgs84[:, 0], wgs84[:, 1]))
    name = "PROJ, EPSG:4490 to 4547"
    shifted, twice = gcj02.wgs84_to_gcj02(wgs84), gcj02.wgs84_to_bd09(wgs84)
    for work, shift in (
        ("1 M points wgs84 to gcj02", lambda: gcj02.wgs84_to_gcj02(wgs84)),
        ("1 M points gcj02 to wgs84", lambda: gcj02.gcj02_to_wgs84(shifted)),
        ("1 M points wgs84 to bd09", lambda: gcj02.wgs84_to_bd09(wgs84)),
        ("1 M points bd09 to wgs84", lambda: gcj02.bd09_to_wgs84(twice)),
    ):
        yield Ratio(work, _seconds(shift), name, peer)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
