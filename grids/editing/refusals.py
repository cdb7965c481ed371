"""Why an edit is refused: codes that programs rely on, and the place where it happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.geometry.plane import Point


class Code(StrEnum):
    """The stable names of all refusals and warnings."""

    AMBIGUOUS = "AMBIGUOUS"
    BORDER_UNKNOWN = "BORDER_UNKNOWN"
    COLLAPSES = "COLLAPSES"
    CROSSES_BORDER = "CROSSES_BORDER"
    CROSSES_FRAME = "CROSSES_FRAME"
    CUTS_BUILDING = "CUTS_BUILDING"
    EMPTIES_GRID = "EMPTIES_GRID"
    HAIRLINE = "HAIRLINE"
    KEY_TAKEN = "KEY_TAKEN"
    LINE_CLOSED = "LINE_CLOSED"
    LINE_ENDS_INSIDE = "LINE_ENDS_INSIDE"
    LINE_MISSES_GRID = "LINE_MISSES_GRID"
    LOCKED = "LOCKED"
    MALFORMED = "MALFORMED"
    MORE_THAN_TWO_PARTS = "MORE_THAN_TWO_PARTS"
    NODE_HOLDS_BORDERS = "NODE_HOLDS_BORDERS"
    NODE_ON_FRAME = "NODE_ON_FRAME"
    NODE_UNKNOWN = "NODE_UNKNOWN"
    NOTHING_CHANGES = "NOTHING_CHANGES"
    NOT_ADJACENT = "NOT_ADJACENT"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_REPEATABLE = "NOT_REPEATABLE"
    OTHER_COMMUNITY = "OTHER_COMMUNITY"
    OUTSIDE_FRAME = "OUTSIDE_FRAME"
    PIECE_NOT_ADJACENT = "PIECE_NOT_ADJACENT"
    RUNS_ALONG_BORDER = "RUNS_ALONG_BORDER"
    SELF_CROSSING = "SELF_CROSSING"
    SLIVER = "SLIVER"
    TOO_FINE = "TOO_FINE"
    TOO_MANY_VERTICES = "TOO_MANY_VERTICES"
    TOUCHES_ITSELF = "TOUCHES_ITSELF"
    TOUCHES_ONLY = "TOUCHES_ONLY"
    UNKNOWN_GRID = "UNKNOWN_GRID"
    WOULD_SPLIT_IN_TWO = "WOULD_SPLIT_IN_TWO"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code, the place (survey CRS, metres) where there is one, and the values concerned.

    `grids.editing.sentences` says it to people.
    """

    code: Code
    geometry: BaseGeometry | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class EditRefused(Exception):
    """Raised by a verb that does not act; nothing has changed."""

    def __init__(self, code: Code, geometry: BaseGeometry | None = None, **data: Any) -> None:
        super().__init__(code.value)
        self.refusal = Refusal(code, geometry, data)


def point_at(place: Point) -> BaseGeometry:
    """Return a place in millimetres as a point in metres."""
    return shapely.Point(place[0] / 1000, place[1] / 1000)
