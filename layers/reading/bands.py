"""What the values of a raster are, band by band, over every pixel in bounded memory. In the child process. Pure."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# More distinct whole numbers than these are measurements, not classes.
MAX_CLASSES = 256
# Percentiles are those of a sample of at most about so many values, evenly over the rows read.
_SAMPLE = 1_000_000
_PERCENTILES = (2, 25, 50, 75, 98)
# The squares of larger values could not be added up.
_LARGEST = 1e150


@dataclass
class BandStatistics:
    """Statistics that grow with each block: Welford's mean and deviation (Chan's merge), exact extremes and classes."""

    every: int = 1
    pixels: int = 0
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    least: float = np.inf
    greatest: float = -np.inf
    has_nan: bool = False
    classes: dict[int, int] | None = field(default_factory=dict)
    sample: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, block: "np.ma.MaskedArray[Any, Any]") -> None:
        """Add the valid, finite values of a block. Raises Invalid ``unsupported_raster`` for one beyond any measure."""
        self.pixels += block.size
        values = block.compressed()
        if values.dtype.kind == "f":
            self.has_nan |= bool(np.isnan(values).any())
            values = values[np.isfinite(values)]
            self.classes = None
        if not len(values):
            return
        if self.classes is not None:
            self._count_classes(values)
        numbers = values.astype(np.float64)
        self.sample.append(numbers[:: self.every])
        self.least = min(self.least, float(numbers.min()))
        self.greatest = max(self.greatest, float(numbers.max()))
        if max(-self.least, self.greatest) > _LARGEST:
            raise Invalid("unsupported_raster", "A pixel has a value beyond 1e150: mark such values as no data.")
        mean = float(numbers.mean())
        together, apart = self.count + len(numbers), mean - self.mean
        self.squares += float(((numbers - mean) ** 2).sum()) + apart**2 * self.count * len(numbers) / together
        self.mean += apart * len(numbers) / together
        self.count = together

    def _count_classes(self, values: NDArray[Any]) -> None:
        known = self.classes or {}
        for value, count in zip(*np.unique(values, return_counts=True), strict=True):
            known[int(value)] = known.get(int(value), 0) + int(count)
            if len(known) > MAX_CLASSES:
                self.classes = None
                return
        self.classes = known

    def as_json(self) -> dict[str, Any]:
        """Return the statistics; all but the share of valid pixels are None where no pixel is valid."""
        found: dict[str, Any] = {"valid_share": self.count / self.pixels if self.pixels else 0.0}
        if not self.count:
            return found | dict.fromkeys(("min", "max", "mean", "std", "classes"))
        at = np.percentile(np.concatenate(self.sample), _PERCENTILES)
        found |= {"min": self.least, "max": self.greatest, "mean": self.mean, "std": (self.squares / self.count) ** 0.5}
        found |= {f"percentile_{share}": float(value) for share, value in zip(_PERCENTILES, at, strict=True)}
        classes = None if self.classes is None else {str(key): self.classes[key] for key in sorted(self.classes)}
        return found | {"classes": classes}


def sample_step(width: int, height: int) -> int:
    """Return which share of the pixels of a band is enough for its percentiles: every n-th."""
    return max(1, width * height // _SAMPLE)


def check_nodata(text: str, dtype: str) -> None:
    """Raise Invalid ``bad_nodata`` for a mark that no pixel of this type can have: what it marks would be data."""
    try:
        fits = not text or _fits(float(text), np.dtype(dtype))
    except ValueError:
        fits = False
    if not fits:
        raise Invalid(
            "bad_nodata",
            Sentence(
                "The pixels are of type {dtype} and can't be {nodata}: the mark for no data marks nothing.",
                dtype=dtype,
                nodata=text[:40],
            ),
        )


def _fits(nodata: float, kind: "np.dtype[Any]") -> bool:
    if kind.kind == "f":
        # Texts have a digit less than the type, so its own extreme may read a little beyond it.
        return not np.isfinite(nodata) or abs(nodata) <= float(np.finfo(kind).max) * (1 + 1e-6)
    limits = np.iinfo(kind)
    return bool(np.isfinite(nodata)) and float(nodata).is_integer() and limits.min <= nodata <= limits.max
