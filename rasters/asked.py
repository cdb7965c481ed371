"""What picture of a raster is asked for: the parameters of a request, or what its bands suggest."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web import params
from layers.models import RasterLayer
from layers.reading.picture_bands import is_classes, is_picture
from rasters import expressions, painting
from rasters.expressions import Expression
from rasters.painting import Classes, Paint, Picture, Ramp

# The names of all that chooses a picture, as doors take them.
NAMES: Final = ("bidx", "expression", "rescale", "colormap", "resampling", "hillshade", "crs")
RESAMPLINGS: Final = ("nearest", "bilinear", "cubic", "average")


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a raster is drawn: the bands that are read, what is made of them, and how that is painted."""

    bands: tuple[int, ...]
    expression: Expression | None
    paint: Paint
    resampling: str
    hillshade: bool
    is_gcj02: bool

    @property
    def key(self) -> str:
        """A short hash: two renderings of one key paint the same picture."""
        computed = self.expression.text if self.expression else ""
        parts = (self.bands, computed, self.paint, self.resampling, self.hillshade, self.is_gcj02)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def rendering(raster: RasterLayer, query: Mapping[str, str]) -> Rendering:
    """Return the picture that a query asks for.

    Raises Invalid with ``bad_bidx``, ``bad_expression``, ``bad_rescale``, ``bad_colormap``, ``bad_resampling``,
    ``bad_hillshade`` or ``bad_crs``.
    """
    bands = raster.bands
    expression = _expression(query, len(bands))
    shaded = _one_of(query, "hillshade", ("0", "1"), "0") == "1"
    chosen = expression.bands if expression else _chosen(query, bands, shaded=shaded)
    as_classes = expression is None and not shaded and len(chosen) == 1 and is_classes(bands)
    resampling = _one_of(query, "resampling", RESAMPLINGS, "nearest" if as_classes else "bilinear")
    if shaded and (expression is not None or len(chosen) != 1):
        raise Invalid("bad_hillshade", "A hillshade is made of one band.", parameter="hillshade")
    paint = _paint(query, bands, chosen, computed=expression is not None, shaded=shaded, as_classes=as_classes)
    crs = _one_of(query, "crs", ("wgs84", "gcj02"), "wgs84")
    return Rendering(chosen, expression, paint, resampling, shaded, crs == "gcj02")


def _expression(query: Mapping[str, str], count: int) -> Expression | None:
    if "expression" not in query:
        return None
    if "bidx" in query:
        raise Invalid("bad_bidx", "An expression names its bands itself: leave bidx out.", parameter="bidx")
    return expressions.parse(query["expression"], band_count=count)


def _chosen(query: Mapping[str, str], bands: Sequence[Any], *, shaded: bool) -> tuple[int, ...]:
    """Return the numbers of the bands, from 1: those asked for, else those of a colour picture, else the first."""
    if "bidx" not in query:
        return (1, 2, 3) if is_picture(bands) and not shaded else (1,)
    numbers = tuple(params.whole(part.strip(), "bidx", least=1, most=len(bands)) for part in query["bidx"].split(","))
    if len(numbers) not in (1, 3):
        raise Invalid("bad_bidx", "Name one band, or three for red, green and blue.", parameter="bidx")
    return numbers


def _paint(
    query: Mapping[str, str],
    bands: Sequence[Any],
    chosen: tuple[int, ...],
    *,
    computed: bool,
    shaded: bool,
    as_classes: bool,
) -> Paint:
    ranges = _ranges(query)
    colormap = query.get("colormap", "")
    if len(chosen) == 3 and not computed:
        if colormap:
            raise Invalid("bad_colormap", "Three bands are a picture of their own colours.", parameter="colormap")
        return Picture(_as_many(ranges, 3) or tuple(_range_of(bands[number - 1]) for number in chosen))
    if colormap.lstrip().startswith("{"):
        return painting.parse_classes(colormap)
    if as_classes and not colormap and not ranges:
        return painting.classes_of(bands[chosen[0] - 1])
    low, high = (_as_many(ranges, 1) or (_suggested(bands, chosen, computed=computed, shaded=shaded),))[0]
    name = colormap or ("gray" if shaded else painting.DEFAULT_RAMP)
    painting.ramp_colours(name)
    return Ramp(name, low, high)


def _suggested(bands: Sequence[Any], chosen: tuple[int, ...], *, computed: bool, shaded: bool) -> tuple[float, float]:
    if computed:
        raise Invalid(
            "bad_rescale", "An expression needs rescale=low,high: nobody knows its range.", parameter="rescale"
        )
    return (0.0, 255.0) if shaded else _range_of(bands[chosen[0] - 1])


def _range_of(band: Mapping[str, Any]) -> tuple[float, float]:
    """Return from where to where a band is painted unless asked otherwise: 96 % of its values, a picture's all."""
    if band["min"] is None:
        return (0.0, 1.0)
    if band["dtype"] == "uint8" and band["stands_for"] in ("red", "green", "blue"):
        return (0.0, 255.0)
    low, high = band["percentile_2"], band["percentile_98"]
    return (low, high) if low < high else (band["min"], band["max"])


def _ranges(query: Mapping[str, str]) -> tuple[tuple[float, float], ...]:
    """Return the pairs of ``rescale=low,high[,low,high,…]``; none when it is absent."""
    if "rescale" not in query:
        return ()
    try:
        numbers = [float(part) for part in query["rescale"].split(",")]
    except ValueError:
        numbers = []
    pairs = tuple(zip(numbers[::2], numbers[1::2], strict=False))
    sound = numbers and len(numbers) % 2 == 0 and len(pairs) <= 3 and all(map(math.isfinite, numbers))
    if not sound or not all(0 < high - low < math.inf for low, high in pairs):
        raise Invalid(
            "bad_rescale", "rescale is low,high with low < high, of each band or of all.", parameter="rescale"
        )
    return pairs


def _as_many(ranges: tuple[tuple[float, float], ...], count: int) -> tuple[tuple[float, float], ...]:
    if len(ranges) not in (0, 1, count):
        raise Invalid(
            "bad_rescale", "rescale is low,high with low < high, of each band or of all.", parameter="rescale"
        )
    return ranges * count if len(ranges) == 1 else ranges


def _one_of(query: Mapping[str, str], name: str, known: tuple[str, ...], default: str) -> str:
    value = query.get(name, default)
    if value not in known:
        listed = ", ".join(known)
        raise Invalid(f"bad_{name}", Sentence("{name} is one of: {known}.", name=name, known=listed), parameter=name)
    return value


__all__ = ["NAMES", "Classes", "Picture", "Ramp", "Rendering", "rendering"]
