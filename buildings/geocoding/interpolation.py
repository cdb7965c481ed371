"""Where a door plate would be that is not registered: between the plates of its road that are. An estimate, never sure.

Odd numbers are on one side of a road and even ones on the other, so only plates of the number's own side count. Where
it is not between two of them nothing is offered: a number beyond the last one may be anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from django.conf import settings

from buildings.addresses.keys import key_of, named
from buildings.addresses.parsing.elements import EMPTY, Element, Gazetteer, Kind, Reading
from buildings.addresses.parsing.parse import parse
from buildings.geocoding.answers import ACCURACY_M, Answer, Estimate, elements_of
from buildings.geocoding.coarse import identity_of, shared
from buildings.geocoding.matching.assurance import COARSE
from buildings.geocoding.matching.explanation import Known, Reason, Verdict, explain
from buildings.geocoding.matching.query import Question
from buildings.geocoding.matching.rank import Candidate, Level, said
from buildings.geocoding.register import candidates as store
from gisserver.common.access.models import Viewer
from gisserver.common.geo.crs import WGS84, from_survey

_STEPS: Final = 20  # so many numbers of one side are looked at in each direction
_FAR_M: Final = 500.0  # plates farther apart than this are of two roads of one name, or tell too little
_DIGITS: Final = 5


class Wanted(NamedTuple):
    """A plate asked for: how the question is read, the road, and the number."""

    reading: Reading
    road: str
    number: int


class Plate(NamedTuple):
    """A registered plate: its number, where it is (survey CRS), and the address that says so."""

    number: int
    east: float
    north: float
    candidate: Candidate


def interpolated(
    *, user: Viewer, asked: Iterable[Question], names: Gazetteer, at: datetime | None = None
) -> dict[str, Answer]:
    """Return by text the estimate of each question that names a road and a number which no visible address bears."""
    wanted = {one.text: found for one in asked if (found := _wanted(one))}
    if not wanted:
        return {}
    held = _plates(user, wanted.values(), at)
    answers = {text: _answer(one, held.get(one.road, ()), names) for text, one in wanted.items()}
    return {text: answer for text, answer in answers.items() if answer}


def plate_in(reading: Reading) -> tuple[str, int] | None:
    """Return the road and the number of the door plate that a reading names, None where it names none (3巷12号)."""
    if reading.of(Kind.LANE):
        return None
    roads = {e.value for e in reading.of(Kind.ROAD)}
    plates = {e.value for e in reading.of(Kind.NUMBER)}
    for name, numbers in named(reading):
        number = numbers[0] if name in roads and numbers else ""
        if number in plates and number.isdecimal() and len(number) <= _DIGITS:
            return name, int(number)
    return None


def neighbours(number: int, plates: Sequence[Plate]) -> tuple[Plate, Plate] | None:
    """Return the nearest plates below and above a number on its side of the road; None where there aren't both.

    None too where the number is registered, or they are farther apart than houses of one stretch are.
    """
    side = [one for one in plates if (one.number - number) % 2 == 0]
    below = max((one for one in side if one.number < number), key=lambda one: one.number, default=None)
    above = min((one for one in side if one.number > number), key=lambda one: one.number, default=None)
    if below is None or above is None or any(one.number == number for one in plates):
        return None
    return (below, above) if _distance(below, above) <= _FAR_M else None


def between(number: int, below: Plate, above: Plate) -> tuple[float, float]:
    """Return the place (survey CRS) that divides the way between two plates as the number divides theirs."""
    share = (number - below.number) / (above.number - below.number)
    return below.east + share * (above.east - below.east), below.north + share * (above.north - below.north)


def _distance(one: Plate, other: Plate) -> float:
    return float(np.hypot(one.east - other.east, one.north - other.north))


def _wanted(question: Question) -> Wanted | None:
    told = ((reading, plate_in(reading)) for reading in question.readings)
    return next((Wanted(reading, *plate) for reading, plate in told if plate), None)


def _plates(user: Viewer, wanted: Iterable[Wanted], at: datetime | None) -> Mapping[str, list[Plate]]:
    """Return the visible plates around those asked for, by road, from one look-up of all their keys."""
    keys = {key_of(one.road, (str(number),)): None for one in wanted for number in _around(one.number)}
    under = store.keyed(user=user, keys=list(keys), at=at)
    houses = [one for found in under.values() for one in found if one.target == "building"]
    plates: dict[str, list[Plate]] = {}
    if not houses:
        return plates
    ids = [one.building for one in houses]
    placed = store.described_many(["building"] * len(ids), ids, ids, [True] * len(ids), at)
    for candidate, (east, north, *_) in zip(houses, placed, strict=True):
        told = plate_in(parse(candidate.normalized, EMPTY)[0])
        if told:
            plates.setdefault(told[0], []).append(Plate(told[1], east, north, candidate))
    return plates


def _around(number: int) -> range:
    first = number - 2 * _STEPS
    return range(first if first > 0 else 2 - number % 2, number + 2 * _STEPS + 1, 2)


def _answer(wanted: Wanted, plates: Sequence[Plate], names: Gazetteer) -> Answer | None:
    """Return the estimate between the plates that nothing said contradicts, None where there is none."""
    agreeing = [one for one in plates if _reasons(wanted, one, names)]
    found = neighbours(wanted.number, agreeing)
    if found is None:
        return None
    below, above = found
    around = shared([names.around(one.candidate.community) for one in found])
    number = next(e for e in wanted.reading.of(Kind.NUMBER) if e.value.isdecimal() and int(e.value) == wanted.number)
    label = "".join(place.name for place in around) + _written(wanted.road, number)
    place = between(wanted.number, below, above)
    corners = np.array([place, below[1:3], above[1:3]])
    (lon, lat), *ends = from_survey(corners, WGS84, settings.SURVEY_SRID).tolist()
    (west, south), (east, north) = np.min(ends, axis=0).tolist(), np.max(ends, axis=0).tolist()
    communities = {one.candidate.community for one in found}
    return Answer(
        target=Level.INTERPOLATED.value,
        id=identity_of(Level.INTERPOLATED, "".join(place.name for place in around), f"{wanted.road} {wanted.number}"),
        label=label,
        level=Level.INTERPOLATED,
        confidence=COARSE,
        ambiguous=True,
        reasons=_reasons(wanted, below, names),
        lon=lon,
        lat=lat,
        bbox=(west, south, east, north),
        accuracy_m=max(ACCURACY_M[Level.INTERPOLATED], round(_distance(below, above) / 2, 1)),
        elements=elements_of(label, names),
        community=communities.pop() if len(communities) == 1 else None,
        point=Level.INTERPOLATED.value,
        estimate=Estimate("even" if wanted.number % 2 == 0 else "odd", (below.candidate.text, above.candidate.text)),
    )


def _written(road: str, number: Element) -> str:
    return f"{number.text} {road}" if road.isascii() else f"{road}{number.text}"


def _reasons(wanted: Wanted, plate: Plate, names: Gazetteer) -> tuple[Reason, ...]:
    """Return what becomes of all that is said by the road there; () where something contradicts or is left over."""
    road = Element(Kind.ROAD, wanted.road, wanted.road, 0)
    there = Reading((*said(names.around(plate.candidate.community)), road))
    reasons = explain(wanted.reading, there, Known(names.called, names.kinds))
    refused = (Verdict.CONFLICT, Verdict.LEFT_OVER)
    told = tuple(r for r in reasons if r.verdict is not Verdict.UNSAID)
    return () if any(r.verdict in refused for r in told) else told
