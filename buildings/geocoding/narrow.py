"""Answers within what a request allows: a box, a division, a grid, kinds of targets; nearer ones before. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, radians
from typing import Final

from buildings.geocoding.answers import Answer
from buildings.geocoding.matching.assurance import SURE

# So many answers are looked at where some of them may be left out.
REACH: Final = 50
_CERTAIN: Final = 0.95  # what an answer is at most that stands alone only because others are left out
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What an answer may be: what it has ``within`` (a test for each wish), and where one is looked for first.

    ``bias`` is a box (west, south, east, north) or a place (lon, lat) in degrees, WGS84.
    """

    within: Sequence[Callable[[Answer], bool]] = ()
    bias: Box | tuple[float, float] | None = None

    def __call__(self, answers: Sequence[Answer], limit: int) -> list[Answer]:
        """Return the allowed ones of the answers, those of the bias before others that are as doubtful."""
        kept = [one for one in answers if all(test(one) for test in self.within)]
        kept = _reassured(kept, [one for one in answers if one not in kept])
        bias = self.bias
        if bias is not None and kept and kept[0].ambiguous:
            kept.sort(key=lambda one: _distance(one, bias))
        return kept[:limit]


def _reassured(kept: list[Answer], left_out: Sequence[Answer]) -> list[Answer]:
    """Return the answers as sure as they are when it is none of those left out: p / (1 - the others' p)."""
    others = sum(one.confidence for one in left_out if one.ambiguous)
    if not others or not kept or others >= 1:
        return kept
    sure = [round(max(one.confidence, min(_CERTAIN, one.confidence / (1 - others))), 4) for one in kept]
    alone = len(kept) == 1
    return [
        replace(one, confidence=now, ambiguous=one.ambiguous and not (alone and now >= SURE))
        for one, now in zip(kept, sure, strict=True)
    ]


def inside(box: Box) -> Callable[[Answer], bool]:
    """Return the test of lying in a box (west, south, east, north)."""
    west, south, east, north = box
    return lambda one: west <= one.lon <= east and south <= one.lat <= north


def one_of(targets: Collection[str]) -> Callable[[Answer], bool]:
    """Return the test of being one of these kinds of targets."""
    return lambda one: one.target in targets


def none_of(places: Collection[int]) -> Callable[[Answer], bool]:
    """Return the test of not being one of these places (`Answer.place_id`)."""
    return lambda one: one.place_id not in places


def _distance(one: Answer, bias: Box | tuple[float, float]) -> float:
    """Return how far an answer is from what is looked at first, in degrees of latitude; in a box it is at 0."""
    if len(bias) == 2:
        lon, lat = bias
    else:
        west, south, east, north = bias
        lon, lat = min(max(one.lon, west), east), min(max(one.lat, south), north)
    return hypot((one.lon - lon) * cos(radians(lat)), one.lat - lat)
