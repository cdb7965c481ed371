"""From values to colours: a ramp, classes, or a picture of three bands; what has no value is transparent. Pure."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

Colour = tuple[int, int, int, int]
Values = NDArray[np.float64]
Pixels = NDArray[np.uint8]
Valid = NDArray[np.bool_]

DEFAULT_RAMP = "viridis"
CLEAR: Colour = (0, 0, 0, 0)
_MAX_CLASSES = 255
# Classes whose file brings no colours: Tableau's ten, easy to tell apart, again and again.
_TEN = ("4e79a7", "f28e2b", "e15759", "76b7b2", "59a14f", "edc948", "b07aa1", "ff9da7", "9c755f", "bab0ac")


@dataclass(frozen=True, slots=True)
class Indexed:
    """A picture of at most 256 colours: an index for each pixel, and the colour of each index; 0 is transparent."""

    indices: Pixels
    palette: tuple[Colour, ...]


@dataclass(frozen=True, slots=True)
class Ramp:
    """Colours from ``low`` to ``high``, in 255 even steps; what lies beyond has the colour of the end."""

    name: str
    low: float
    high: float

    def paint(self, values: Values, valid: Valid) -> Indexed:
        """Return the picture of values, (rows, columns)."""
        span = self.high - self.low or 1.0
        steps = np.clip(np.nan_to_num((values - self.low) / span, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
        return Indexed(np.where(valid, 1 + np.rint(steps * 254), 0).astype(np.uint8), self.palette)

    @property
    def palette(self) -> tuple[Colour, ...]:
        """The colours by index."""
        return (CLEAR, *ramp_colours(self.name))

    def steps(self, count: int) -> list[tuple[float, Colour]]:
        """Return ``count`` values from low to high, each with its colour."""
        colours = ramp_colours(self.name)
        shares = [number / (count - 1) for number in range(count)]
        return [(self.low + share * (self.high - self.low), colours[round(share * 254)]) for share in shares]


@dataclass(frozen=True, slots=True)
class Classes:
    """A colour for each of some values; others are transparent."""

    colours: tuple[tuple[float, Colour], ...]

    def paint(self, values: Values, valid: Valid) -> Indexed:
        """Return the picture of values, (rows, columns)."""
        known = np.array([value for value, _ in self.colours])
        order = np.argsort(known)
        places = np.minimum(np.searchsorted(known[order], values), len(known) - 1)
        met = valid & (known[order][places] == values)
        indices = np.where(met, order[places] + 1, 0).astype(np.uint8)
        return Indexed(indices, (CLEAR, *(colour for _, colour in self.colours)))


@dataclass(frozen=True, slots=True)
class Picture:
    """Red, green and blue of three bands, each from its own low to its own high."""

    ranges: tuple[tuple[float, float], ...]

    def paint(self, values: Values, valid: Valid) -> Pixels:
        """Return (rows, columns, 4) of values (3, rows, columns)."""
        painted = np.zeros((*valid.shape, 4), np.uint8)
        for channel, (low, high) in enumerate(self.ranges):
            share = np.clip(np.nan_to_num((values[channel] - low) / (high - low or 1.0)), 0.0, 1.0)
            painted[..., channel] = np.rint(share * 255)
        painted[..., 3] = np.where(valid, 255, 0)
        painted[~valid] = 0
        return painted


Paint = Ramp | Classes | Picture


@cache
def ramp_names() -> tuple[str, ...]:
    """Return the names of the ramps that rio-tiler brings: matplotlib's and cmocean's."""
    from rio_tiler.colormap import DEFAULT_CMAPS_FILES

    return tuple(sorted(name for name, file in DEFAULT_CMAPS_FILES.items() if file.suffix == ".npy"))


@cache
def ramp_colours(name: str) -> tuple[Colour, ...]:
    """Return the 255 colours of a ramp. Raises Invalid ``bad_colormap``."""
    from rio_tiler.colormap import cmap

    if name not in ramp_names():
        raise Invalid(
            "bad_colormap", Sentence("There is no colour ramp {name!r}.", name=name[:40]), parameter="colormap"
        )
    table: Any = cmap.get(name)
    return tuple(_colour(table[round(step / 254 * 255)]) for step in range(255))


def _colour(found: Any) -> Colour:
    red, green, blue, alpha = (int(part) for part in found)
    return red, green, blue, alpha


def parse_classes(text: str) -> Classes:
    """Return the classes of a JSON object such as ``{"1": "#00a000", "2": "#0000ffcc"}``. Raises Invalid."""
    try:
        given = json.loads(text)
        pairs = [(float(value), parse_colour(colour)) for value, colour in given.items()]
    except (ValueError, AttributeError, TypeError, RecursionError):
        pairs = []
    if not 1 <= len(pairs) <= _MAX_CLASSES or not all(math.isfinite(value) for value, _ in pairs):
        raise Invalid(
            "bad_colormap",
            "A colormap is the name of a ramp, or an object of 1 to 255 values with their colours as #rrggbb[aa].",
            parameter="colormap",
        )
    return Classes(tuple(pairs))


def parse_colour(text: str) -> Colour:
    """Return the colour ``#rrggbb`` or ``#rrggbbaa``; ValueError for anything else."""
    if not isinstance(text, str) or text[:1] != "#" or len(text) not in (7, 9):
        raise ValueError(text)
    red, green, blue, alpha = bytes.fromhex(text[1:].ljust(8, "f"))
    return red, green, blue, alpha


def classes_of(band: Mapping[str, Any]) -> Classes:
    """Return the classes that occur in a band in the colours of its file, else in ten that are easy to tell apart."""
    own = band.get("colours") or {}
    values = list(band["classes"])[:_MAX_CLASSES]
    return Classes(
        tuple(
            (float(value), _colour(own[value]) if value in own else parse_colour(f"#{_TEN[number % len(_TEN)]}"))
            for number, value in enumerate(values)
        )
    )


def css(colour: Colour) -> str:
    """Return the colour as CSS writes it."""
    return "#" + bytes(colour if colour[3] != 255 else colour[:3]).hex()
