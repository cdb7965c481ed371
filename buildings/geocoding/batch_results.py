"""What a batch finds, as plain tuples: the match of each text, then its answer with place and names, many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.conf import settings

from buildings.addresses.text.message import Relation
from buildings.addresses.text.several import Role
from buildings.geocoding.answers import label_of
from buildings.geocoding.matching.assurance import assured
from buildings.geocoding.matching.calibration import Evidence
from buildings.geocoding.matching.rank import Candidate, Level, Part, Scored, best_of, word_for_word
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register.candidates import RegisteredRow
from gisserver.common.geo.crs import WGS84, from_survey


class Match(NamedTuple):
    """What a text means, and how sure: the target, the registered address that led there, and the part inside it.

    ``whose`` is the target of the address; ``settled`` says that the address is the standard one of what is found.
    """

    target: str
    id: int
    building: int
    settled: bool
    text: str
    whose: str
    part: Part | None
    level: Level
    confidence: float
    ambiguous: bool
    evidence: Evidence | None


class Found(NamedTuple):
    """A row's answer: its target, what it is called, how sure, and where it is (degrees, WGS84).

    ``point`` says whose point that is: of the unit, the entrance, the building or the division.
    """

    target: str
    id: int
    building: int | None
    label: str
    level: Level
    confidence: float
    ambiguous: bool
    evidence: Evidence | None
    code: str | None
    grid: str | None
    lon: float
    lat: float
    point: str
    role: Role = Role.ONLY
    relation: Relation | None = None
    until: datetime | None = None  # when it was the address of the target for the last time


def match_of(one: Scored) -> Match:
    """Return the match that a candidate is, ranked and `assured`."""
    target, identity = one.key
    candidate = one.candidate
    return Match(
        target,
        identity,
        candidate.building,
        candidate.standard and one.part is None,
        candidate.text,
        candidate.target,
        one.part,
        one.level,
        one.confidence,
        one.ambiguous,
        one.evidence,
    )


def only_match(row: RegisteredRow) -> Match:
    """Return the match that an address is which alone is registered as asked."""
    _, text, _, standard, target, identity, building, _ = row
    return Match(target, identity, building, standard, text, target, None, *_alone(target, standard))


@lru_cache(maxsize=16)
def _alone(target: str, standard: bool) -> tuple[Level, float, bool, Evidence | None]:
    """Return the confidence in an address without competing candidates, the same for all of its kind."""
    [one] = assured([word_for_word(Candidate(target, 0, 0, "", "", standard=standard))])
    return one.level, one.confidence, one.ambiguous, one.evidence


def best_match(rows: Sequence[RegisteredRow]) -> Match:
    """Return the best match among addresses that are all registered as asked."""
    return match_of(assured(best_of(word_for_word(store.registered_candidate(row)) for row in rows), 1)[0])


def describe_many(matches: Mapping[str, Match], at: datetime | None) -> dict[str, Found]:
    """Return the answers by text, in the order of the matches."""
    if not matches:
        return {}
    targets, ids, buildings, settled, *_ = zip(*matches.values(), strict=True)
    about = store.described_many(targets, ids, buildings, settled, at)
    east, north, *_ = zip(*about, strict=True)
    lonlat = from_survey(np.column_stack((east, north)), WGS84, settings.SURVEY_SRID).tolist()
    return {
        text: Found(
            m.target,
            m.id,
            m.building,
            m.text if m.settled else label_of(m.text, m.whose, m.part, standard, standard_of_unit),
            m.level,
            m.confidence,
            m.ambiguous,
            m.evidence,
            code,
            grid,
            lon,
            lat,
            point,
        )
        for (text, m), (_, _, code, standard, standard_of_unit, grid, point), (lon, lat) in zip(
            matches.items(), about, lonlat, strict=True
        )
    }
