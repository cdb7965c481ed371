"""GCJ-02 and BD-09, the shifted positions of Chinese web maps: forward by formula, back by fixed point. Pure.

PROJ knows neither. The forward formulas are the ones every Chinese map client has used since they became
public in 2010; there is no closed inverse, so the inverse iterates the forward shift, which changes so slowly
(under 1 % of the distance moved) that half a dozen rounds suffice.

All arrays are float64 of shape (n, 2), longitude then latitude, in degrees. Finite input is the caller's
duty (gisserver.common.geo.crs checks it).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LonLat = NDArray[np.float64]
Floats = NDArray[np.float64]

# Krasovsky 1940, the ellipsoid that the GCJ-02 formulas are written on.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# Outside this box the transform is, by convention, the identity.
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
_BD_TURN = np.pi * 3000.0 / 180.0
# A micrometre on the ground.
_CONVERGED_DEG = 1e-11
_MAX_ROUNDS = 30
# So many points at a time: what a round needs then stays in the processor's cache (twice as fast by a million).
_BLOCK = 4096


def wgs84_to_gcj02(lonlat: LonLat) -> LonLat:
    """Return the GCJ-02 position of WGS84 ``lonlat``; points outside China stay where they are."""
    return np.where(_in_china(lonlat)[:, None], lonlat + _shift(lonlat), lonlat)


def gcj02_to_wgs84(lonlat: LonLat) -> LonLat:
    """Return the WGS84 position of GCJ-02 ``lonlat``, such that the way forth and back closes within 1 mm.

    A position stays as it is when neither it nor its unshifted place lies in China. In the strip of a few
    hundred metres along the box's edge, where a shifted and an unshifted point share one position, the
    shifted reading is taken.
    """
    solved = _fixed_point(lambda candidate: candidate + _shift(candidate), lonlat)
    shifted = _in_china(lonlat) | _in_china(solved)
    return np.where(shifted[:, None], solved, lonlat)


def gcj02_to_bd09(lonlat: LonLat) -> LonLat:
    """Return the BD-09 position of GCJ-02 ``lonlat``; Baidu's step has no box, it is applied everywhere."""
    x, y = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def bd09_to_gcj02(lonlat: LonLat) -> LonLat:
    """Return the GCJ-02 position of BD-09 ``lonlat`` by fixed point (the usual formula is decimetres off)."""
    return _fixed_point(gcj02_to_bd09, lonlat)


def wgs84_to_bd09(lonlat: LonLat) -> LonLat:
    """Return the BD-09 position of WGS84 ``lonlat``."""
    return gcj02_to_bd09(wgs84_to_gcj02(lonlat))


def bd09_to_wgs84(lonlat: LonLat) -> LonLat:
    """Return the WGS84 position of BD-09 ``lonlat``."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat))


def _in_china(lonlat: LonLat) -> NDArray[np.bool_]:
    west, south, east, north = _CHINA
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _fixed_point(forward: Callable[[LonLat], LonLat], target: LonLat) -> LonLat:
    """Return the points that ``forward`` sends to ``target``."""
    solved = target.copy()
    for start in range(0, len(target), _BLOCK):
        block = slice(start, start + _BLOCK)
        for _ in range(_MAX_ROUNDS):
            miss = forward(solved[block]) - target[block]
            # Each point stops by itself: equal points stay equal whatever their neighbours need, so rings stay closed.
            far = np.abs(miss).max(axis=1, initial=0.0) > _CONVERGED_DEG
            if not far.any():
                break
            solved[block][far] -= miss[far]
    return solved


def _shift(lonlat: LonLat) -> LonLat:
    """Return the shift of GCJ-02 at WGS84 ``lonlat`` in degrees."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    latitude = np.radians(lonlat[:, 1])
    flattening = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / flattening**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(flattening) * np.cos(latitude)
    second = np.sin(2.0 * np.pi * x)
    ripple = 20.0 * _thrice(second) + 20.0 * second
    return np.column_stack(
        [np.degrees(_east_m(x, y, ripple) / parallel_m), np.degrees(_north_m(x, y, ripple) / meridian_m)]
    )


def _east_m(x: Floats, y: Floats, ripple: Floats) -> Floats:
    polynomial = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    third = np.sin(np.pi * x / 3.0)
    waves = ripple + 20.0 * _thrice(third) + 40.0 * third
    return polynomial + (waves + 150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0


def _north_m(x: Floats, y: Floats, ripple: Floats) -> Floats:
    polynomial = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    third = np.sin(np.pi * y / 3.0)
    waves = ripple + 20.0 * _thrice(third) + 40.0 * third
    return polynomial + (waves + 160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0


def _thrice(sine: Floats) -> Floats:
    """Return the sine of three times the angle: cheaper than asking for it."""
    return sine * (3.0 - 4.0 * sine * sine)
