"""Bounding boxes as values: parsed, checked, and cut at the antimeridian. Pure."""

import math
from dataclasses import dataclass

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence


@dataclass(frozen=True, slots=True)
class BBox:
    """A box in some CRS, east before north; ``min_x > max_x`` says that it crosses the antimeridian."""

    min_x: float
    min_y: float
    max_x: float
    max_y: float

    @property
    def crosses_antimeridian(self) -> bool:
        """Whether the box goes from its west edge over 180° to its east edge."""
        return self.min_x > self.max_x

    def parts(self) -> "tuple[BBox, ...]":
        """Return the box, or its two halves on either side of the antimeridian (degrees)."""
        if not self.crosses_antimeridian:
            return (self,)
        return (
            BBox(self.min_x, self.min_y, 180.0, self.max_y),
            BBox(-180.0, self.min_y, self.max_x, self.max_y),
        )

    def as_tuple(self) -> tuple[float, float, float, float]:
        """Return (min_x, min_y, max_x, max_y)."""
        return (self.min_x, self.min_y, self.max_x, self.max_y)


def parse_bbox(text: str, *, north_first: bool = False, geographic: bool = True) -> BBox:
    """Read ``min,min,max,max`` (4 numbers, or 6 with heights, which are ignored).

    ``north_first`` tells that the CRS of the numbers has northing or latitude first. Only a ``geographic``
    box may cross the antimeridian. Raises Invalid for anything but finite numbers in order.
    """
    numbers = _numbers(text)
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4:
        raise Invalid(
            "bad_bbox", Sentence("bbox needs 4 or 6 numbers separated by commas, not {count}.", count=len(numbers))
        )
    first_min, second_min, first_max, second_max = numbers
    box = (
        BBox(second_min, first_min, second_max, first_max)
        if north_first
        else BBox(first_min, second_min, first_max, second_max)
    )
    if box.min_y > box.max_y or (box.crosses_antimeridian and not geographic):
        raise Invalid("bad_bbox", "The lower corner of bbox lies beyond its upper corner.")
    if box.crosses_antimeridian and not -180.0 <= box.max_x <= box.min_x <= 180.0:
        raise Invalid("bad_bbox", "A bbox over the antimeridian has its edges between -180 and 180.")
    return box


def outward(degrees: tuple[float, ...]) -> tuple[float, float, float, float]:
    """Return bounds in degrees with nine decimals, each moved outwards by a tenth of a millimetre or two.

    For bounds that come out of a transformation: another one answers otherwise in the last digits, and a box with
    these bounds still meets all that they were taken of.
    """
    west, south, east, north = (degree * 1e9 for degree in degrees)
    return (
        (math.floor(west) - 1) / 1e9,
        (math.floor(south) - 1) / 1e9,
        (math.ceil(east) + 1) / 1e9,
        (math.ceil(north) + 1) / 1e9,
    )


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise Invalid("bad_bbox", "bbox holds something that is not a number.") from None
    if not all(math.isfinite(number) for number in numbers):
        raise Invalid("bad_bbox", "bbox may hold only finite numbers.")
    return numbers
