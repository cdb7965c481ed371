"""Roads, villages and estates as answers of their own: name, id, line and point, never those of one of their houses.

There is no register of them: they are what the addresses of their houses say, and lie where those stand. Pure but for
`candidates`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

import numpy as np
from django.conf import settings

from buildings.addresses.parsing.elements import DIVISIONS, NAMES, Gazetteer, Kind, Place
from buildings.geocoding.answers import Answer, elements_of
from buildings.geocoding.matching.assurance import SURE
from buildings.geocoding.matching.explanation import GOOD, Reason, Verdict, ceiling
from buildings.geocoding.matching.query import Question
from buildings.geocoding.matching.rank import Level, Scored
from buildings.geocoding.register import candidates as store
from gisserver.common.access.models import Viewer
from gisserver.common.geo.crs import WGS84, XY, from_survey

LEVELS: Final = (Level.ROAD, Level.ESTATE)
_NAMED: Final = 0.95  # how sure a place is that is all that was asked for
_STRETCH_M: Final = 150.0
_LEAST_REACH_M: Final = 50.0


@dataclass(frozen=True, slots=True)
class Named:
    """A road's or an estate's name, the level it answers at, why, and how sure a house of it would be."""

    level: Level
    name: str
    reasons: tuple[Reason, ...]
    confidence: float


def named_by(asked: Question, ranked: Iterable[Scored]) -> list[Named]:
    """Return the names that the coarse ones among the matches stand for, each once, best first."""
    only_names = all(e.kind in (*DIVISIONS, *NAMES) for e in asked.readings[0].elements)
    found: dict[tuple[Level, str], Named] = {}
    for one in ranked:
        held = [r for r in one.reasons if r.kind in NAMES and r.verdict in GOOD] if one.level in LEVELS else []
        if held:
            reasons = tuple(r for r in one.reasons if r.verdict is not Verdict.UNSAID)
            sure = min(_NAMED, ceiling(reasons), *(r.alike for r in held)) if only_names else one.confidence
            found.setdefault((one.level, held[-1].found), Named(one.level, held[-1].found, reasons, round(sure, 4)))
    return list(found.values())


def coarse_answers(
    *, user: Viewer, wanted: Sequence[Named], names: Gazetteer, at: datetime | None = None
) -> dict[tuple[Level, str], list[Answer]]:
    """Return the answers that each name is: a road is one, an estate or village one in each community."""
    rows = store.houses_named(user=user, names=list(dict.fromkeys(one.name for one in wanted)), at=at) if wanted else []
    return {(one.level, one.name): _answers(one, [row for row in rows if row[0] == one.name], names) for one in wanted}


def _answers(one: Named, rows: Sequence[tuple[str, int | None, float, float]], names: Gazetteer) -> list[Answer]:
    where: dict[int | None, list[tuple[int | None, float, float]]] = {}
    for _, community, east, north in rows:
        where.setdefault(community if one.level is Level.ESTATE else None, []).append((community, east, north))
    share = one.confidence / max(1, len(where))
    return [_answer(one, houses, names, round(share, 4)) for houses in where.values()]


def _answer(one: Named, houses: Sequence[tuple[int | None, float, float]], names: Gazetteer, sure: float) -> Answer:
    communities = dict.fromkeys(community for community, _, _ in houses)
    around = shared([names.around(community) for community in communities])
    points = np.array([(east, north) for _, east, north in houses])
    line = midline(points) if one.level is Level.ROAD else points.mean(axis=0, keepdims=True)
    middle = _middle(line)
    west, south = from_survey(points.min(axis=0, keepdims=True), WGS84, settings.SURVEY_SRID)[0].tolist()
    east, north = from_survey(points.max(axis=0, keepdims=True), WGS84, settings.SURVEY_SRID)[0].tolist()
    lon, lat = from_survey(middle[None], WGS84, settings.SURVEY_SRID)[0].tolist()
    label = "".join(place.name for place in around) + one.name
    return Answer(
        target=one.level.value,
        id=identity_of(
            one.level, "".join(place.name for place in around) if one.level is Level.ESTATE else "", one.name
        ),
        label=label,
        level=one.level,
        confidence=sure,
        ambiguous=sure < SURE,
        reasons=one.reasons,
        lon=lon,
        lat=lat,
        bbox=(west, south, east, north),
        accuracy_m=max(_LEAST_REACH_M, float(np.hypot(*(points - middle).T).max())),
        elements=elements_of(label, names),
        community=next(iter(communities)) if len(communities) == 1 else None,
        point=one.level.value,
        line=tuple((x, y) for x, y in from_survey(line, WGS84, settings.SURVEY_SRID).tolist()) if len(line) > 1 else (),
    )


def shared(chains: Sequence[Sequence[Place]]) -> list[Place]:
    """Return the divisions that all of these lie in, by their own names, the widest first."""
    by_kind: list[Mapping[Kind, Place]] = [{p.kind: p for p in reversed(chain)} for chain in chains]
    shared = [by_kind[0][kind] for kind in DIVISIONS if kind in by_kind[0]] if by_kind else []
    return [place for place in shared if all(held.get(place.kind) == place for held in by_kind)]


def identity_of(level: Level, within: str, name: str) -> int:
    """Return a number that is this place's for ever, though no table gives it one: of its level, place and name."""
    return int.from_bytes(blake2b(f"{level} {within} {name}".encode(), digest_size=6).digest(), "big")


def midline(points: XY) -> XY:
    """Return the line that runs between the houses of a road, by stretches of 150 m along the way they spread most."""
    middle = points.mean(axis=0)
    if len(points) < 2:
        return points
    _, _, axes = np.linalg.svd(points - middle, full_matrices=False)
    along = (points - middle) @ axes[0]
    stretch = ((along - along.min()) // _STRETCH_M).astype(int)
    line: XY = np.array([points[stretch == n].mean(axis=0) for n in np.unique(stretch)])
    return line


def _middle(line: XY) -> XY:
    """Return the point half way along a line."""
    if len(line) < 2:
        only: XY = line[0]
        return only
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    half = lengths[-1] / 2
    middle: XY = np.array([np.interp(half, lengths, line[:, axis]) for axis in (0, 1)])
    return middle
