"""The statistics of the pixels that a zone covers, each with the share of it that lies in the zone. Pure.

exactextract finds the pixels and their shares in the raster's plane. Its shares are single precision, and an edge that
is straight in the survey CRS is not in another plane. So the pixels along a zone's border come to the zone: their
outlines are taken to the zone's own CRS, where its neighbours share its edges, and are cut there in double precision.
The shares of a pixel in the zones of a partition then sum up to 1, and sums over grids to those of their community.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# From (n, 2) positions in the raster's CRS to the zone's.
ToZone = Callable[[Floats], Floats]
# Quantiles that are computed and kept: 0, 0.05, …, 1.
QUANTILES: Final = tuple(round(step / 20, 2) for step in range(21))
# So many pixels are looked at together.
_TOGETHER = 2_000_000
# More distinct values than these are no classes.
_MAX_CLASSES = 256
# Above so many distinct values two neighbours are kept as one: memory is bounded, quantiles stay right to about 1e-5.
_MAX_DISTINCT = 1_000_000


@dataclass(slots=True)
class Statistics:
    """What the valid pixels of a zone say. A pixel counts as the share of it that lies in the zone.

    ``count`` is the sum of shares of pixels with a value, ``covered`` of all pixels; ``sum`` that of value times share;
    ``classes`` the share sums of each value, None where there are too many or fractions; without values ``mean``,
    ``min`` and ``max`` are None. ``quantiles`` are values of pixels: the smallest up to which so large a share lies.
    """

    covered: float = 0.0
    count: float = 0.0
    sum: float = 0.0
    min: float | None = None
    max: float | None = None
    classes: dict[str, float] | None = field(default_factory=dict)
    quantiles: list[float] | None = None

    @property
    def mean(self) -> float | None:
        """The mean, weighted by shares."""
        return self.sum / self.count if self.count else None

    def as_json(self) -> dict[str, Any]:
        """Return the statistics as they are kept."""
        kept = {"covered": self.covered, "count": self.count, "sum": self.sum, "min": self.min, "max": self.max}
        return kept | {"classes": self.classes, "quantiles": self.quantiles}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Statistics":
        """Return the statistics that `as_json` gave."""
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone twice: in its own CRS, and in the raster's."""

    own: Any
    in_raster: Any


def statistics_of(source: Any, band: int, zone: Zone, to_zone: ToZone) -> Statistics:
    """Return the statistics of one band of an open dataset in a zone; rows of pixels are read in bounded parts."""
    found = Statistics()
    values_by_rank, shares_by_rank = np.empty(0), np.empty(0)
    shapely.prepare(zone.own)
    for window in _windows(source, zone.in_raster):
        values = source.read(band, window=window, masked=True)
        shares = _shares(source, window, zone, to_zone)
        found.covered += float(shares.sum())
        use = (shares > 0) & ~np.ma.getmaskarray(values) & np.isfinite(values.data)
        if use.any():
            _count_classes(found, values.data[use], shares[use])
            more = values.data[use].astype(np.float64)
            found.count, found.sum = (
                found.count + float(shares[use].sum()),
                found.sum + float((more * shares[use]).sum()),
            )
            values_by_rank, shares_by_rank = ranked(
                np.concatenate([values_by_rank, more]), np.concatenate([shares_by_rank, shares[use]])
            )
    if len(values_by_rank):
        found.min, found.max = float(values_by_rank[0]), float(values_by_rank[-1])
        found.quantiles = _quantiles(values_by_rank, shares_by_rank)
    return found


def ranked(values: Floats, shares: Floats, most: int = _MAX_DISTINCT) -> tuple[Floats, Floats]:
    """Return distinct values in order with the sums of their shares, at most ``most`` or half of what there are.

    Of two neighbours that become one the larger value stays; the least of all stays as it is.
    """
    distinct, place = np.unique(values, return_inverse=True)
    sums: Floats = np.bincount(place.ravel(), shares, minlength=len(distinct)).astype(np.float64)
    if len(distinct) <= most:
        return distinct, sums
    firsts = np.concatenate([[0], np.arange(1, len(distinct), 2)])
    lasts = np.append(firsts[1:], len(distinct)) - 1
    return distinct[lasts], np.add.reduceat(sums, firsts)


def _quantiles(values: Floats, shares: Floats) -> list[float]:
    reached = np.cumsum(shares)
    places = np.searchsorted(reached, np.array(QUANTILES) * reached[-1], side="left")
    return [float(value) for value in values[np.minimum(places, len(values) - 1)]]


def _count_classes(found: Statistics, values: NDArray[Any], shares: Floats) -> None:
    if found.classes is None:
        return
    distinct, place = np.unique(values, return_inverse=True)
    if values.dtype.kind == "f" or len(distinct) > _MAX_CLASSES:
        found.classes = None
        return
    for value, share in zip(distinct, np.bincount(place.ravel(), shares), strict=True):
        found.classes[str(int(value))] = found.classes.get(str(int(value)), 0.0) + float(share)
    if len(found.classes) > _MAX_CLASSES:
        found.classes = None


def _windows(source: Any, geometry: Any) -> Iterator[Any]:
    """Yield windows of whole rows over the part of the raster that a geometry may touch, and a pixel around it."""
    from rasterio.windows import Window

    if geometry.is_empty:
        return
    west, south, east, north = geometry.bounds
    a, _, c, _, e, f = list(source.transform)[:6]
    left, right = max(int((west - c) / a) - 1, 0), min(int((east - c) / a) + 2, source.width)
    top, bottom = max(int((north - f) / e) - 1, 0), min(int((south - f) / e) + 2, source.height)
    if left >= right or top >= bottom:
        return
    rows = max(1, _TOGETHER // (right - left))
    for row in range(top, bottom, rows):
        yield Window(left, row, right - left, min(rows, bottom - row))


def _shares(source: Any, window: Any, zone: Zone, to_zone: ToZone) -> Floats:
    """Return the share of each pixel of a window that lies in the zone."""
    rough = _rough_shares(source, window, zone.in_raster)
    along = _beside(rough)
    rows, columns = np.nonzero(along)
    if len(rows):
        outlines = _outlines(source, rows + window.row_off, columns + window.col_off, to_zone)
        rough[rows, columns] = _exact_shares(outlines, zone.own)
    return rough


def _rough_shares(source: Any, window: Any, geometry: Any) -> Floats:
    """Return the shares as exactextract has them, in the raster's plane and in single precision."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource
    from rasterio.windows import bounds

    west, south, east, north = bounds(window, source.transform)
    ones = np.ones((window.height, window.width))
    cells = NumPyRasterSource(ones, west, south, east, north)
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(geometry)}
    [answer] = exact_extract(cells, [feature], ["cell_id", "coverage"], max_cells_in_memory=ones.size + 1)
    shares = np.zeros(ones.size)
    shares[np.asarray(answer["properties"]["cell_id"], dtype=np.int64)] = answer["properties"]["coverage"]
    return shares.reshape(ones.shape)


def _beside(shares: Floats) -> NDArray[np.bool_]:
    """Return the pixels that are, or touch, one through which the border runs or beside which it may."""
    inside, outside = np.pad(shares >= 1.0, 1, mode="edge"), np.pad(shares <= 0.0, 1, mode="edge")
    height, width = shares.shape
    around = [(row, column) for row in range(3) for column in range(3)]
    all_in = np.logical_and.reduce([inside[r : r + height, c : c + width] for r, c in around])
    all_out = np.logical_and.reduce([outside[r : r + height, c : c + width] for r, c in around])
    along: NDArray[np.bool_] = ~(all_in | all_out)
    return along


def _outlines(source: Any, rows: NDArray[Any], columns: NDArray[Any], to_zone: ToZone) -> Any:
    """Return the pixels as quadrilaterals in the zone's CRS; neighbours share the very numbers of their corners."""
    a, _, c, _, e, f = list(source.transform)[:6]
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    x = np.stack([c + (columns + across) * a for across, _ in corners], axis=1)
    y = np.stack([f + (rows + down) * e for _, down in corners], axis=1)
    placed = to_zone(np.column_stack([x.ravel(), y.ravel()])).reshape(len(rows), len(corners), 2)
    return shapely.polygons(placed)


def _exact_shares(outlines: Any, zone: Any) -> Floats:
    shares = np.zeros(len(outlines))
    meets = shapely.intersects(zone, outlines)
    whole = meets & shapely.covers(zone, outlines)
    shares[whole] = 1.0
    cut = meets & ~whole
    shares[cut] = shapely.area(shapely.intersection(zone, outlines[cut])) / shapely.area(outlines[cut])
    return shares
