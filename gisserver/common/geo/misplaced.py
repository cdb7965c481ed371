"""The reasons for which a position is refused (`gisserver.common.geo.crs.misplaced` finds them). Pure."""

from enum import StrEnum

from gisserver.common.sentences import Sentence


class Misplaced(StrEnum):
    """Why a position can't be taken."""

    NOT_FINITE = "coordinate_not_finite"
    OUTSIDE = "coordinate_outside_area"
    SWAPPED = "coordinate_axes_swapped"

    @property
    def sentence(self) -> Sentence:
        """One sentence for a report."""
        return _MISPLACED[self]


_MISPLACED = {
    Misplaced.NOT_FINITE: Sentence("A coordinate is not a finite number."),
    Misplaced.OUTSIDE: Sentence("The position lies outside the area of use of the declared or of the survey CRS."),
    Misplaced.SWAPPED: Sentence(
        "The position lies outside the area of use of the CRS, but inside it with the two axes swapped: "
        "give longitude (east) first, latitude (north) second."
    ),
}
