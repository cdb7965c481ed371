"""What the bands of a raster are together: a colour picture, classes, or measurements. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Bands = Sequence[Mapping[str, Any]]
# Without a colour table, more whole numbers than these are measurements in whole units.
_FEW = 24


def is_picture(bands: Bands) -> bool:
    """Say whether the first three bands are the red, green and blue of a picture."""
    return [band["stands_for"] for band in bands[:3]] == ["red", "green", "blue"]


def is_classes(bands: Bands) -> bool:
    """Say whether the values are classes, of which no mean can be taken: few whole numbers, or with a colour table."""
    return not is_picture(bands) and all(
        band["classes"] is not None and (band["colours"] is not None or len(band["classes"]) <= _FEW) for band in bands
    )
