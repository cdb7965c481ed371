"""Why a geometry is not valid, in words that a catalogue translates. Pure: no Django."""

import shapely
from shapely.geometry.base import BaseGeometry

from gisserver.common.sentences import Sentence

# What GEOS says (TopologyValidationError), in lower case, by what is said here.
REASONS = {
    "self-intersection": Sentence("self-intersection"),
    "ring self-intersection": Sentence("ring self-intersection"),
    "hole lies outside shell": Sentence("hole outside its shell"),
    "holes are nested": Sentence("nested holes"),
    "nested shells": Sentence("nested parts"),
    "interior is disconnected": Sentence("disconnected interior"),
    "duplicate rings": Sentence("ring given twice"),
    "too few points in geometry component": Sentence("ring with too few points"),
    "invalid coordinate": Sentence("coordinate that is no number"),
}


def invalid_reason(geometry: BaseGeometry) -> Sentence:
    """Return in a few words, without a full stop, why ``geometry``, which is empty or not valid, is not valid.

    A reason of GEOS that is not known here is said as GEOS says it.
    """
    if geometry.is_empty:
        return Sentence("empty geometry")
    said = shapely.is_valid_reason(geometry).partition("[")[0].strip().lower()
    return REASONS.get(said, Sentence(said))
