"""Where two roads meet: between their houses, for there is no register of roads (`coarse`)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Final

import numpy as np
import shapely
from django.conf import settings

from buildings.addresses.text.normalize import normalize
from buildings.geocoding.answers import Answer
from buildings.geocoding.coarse import Named, coarse_answers
from buildings.geocoding.matching.rank import Level
from buildings.geocoding.register import known_names
from gisserver.common.access.models import Viewer
from gisserver.common.geo.crs import WGS84, XY, from_survey, to_survey

_ROAD: Final = r"[^与和跟及、/&×+，,]{1,20}?(?:路|街|大道|道|巷|线)"
_CROSSING: Final = re.compile(
    rf"(?P<first>{_ROAD})\s*(?:与|和|跟|及|、|/|&|×|x|\+|,)\s*(?P<second>{_ROAD})(?:的)?"
    r"(?:交叉路口|交叉口|交汇处|交汇口|交界处|交界|路口|十字路口|丁字路口|口|交叉处)?"
)
# Houses stand back from their roads, and not at the very corner.
_REACH_M: Final = 250.0
_SURE: Final = 0.8


def roads_in(text: str) -> tuple[str, str] | None:
    """Return the two roads that a text says cross: 东街与坪山大道交叉口; None for another text."""
    match = _CROSSING.fullmatch(text.strip())
    first, second = (normalize(match["first"]), normalize(match["second"])) if match else ("", "")
    return (first, second) if first != second else None


def crossing(*, user: Viewer, text: str, at: datetime | None = None) -> list[Answer]:
    """Return where the two roads of a text come nearest to each other, if they do within 250 m."""
    roads = roads_in(text)
    if roads is None:
        return []
    wanted = [Named(Level.ROAD, road, (), _SURE) for road in roads]
    found = coarse_answers(user=user, wanted=wanted, names=known_names.gazetteer(), at=at)
    first, second = ([*found[Level.ROAD, road], None][0] for road in roads)
    if first is None or second is None:
        return []
    between = shapely.shortest_line(_course(first), _course(second))
    if between.length > _REACH_M:
        return []
    return [_answer(first, second, between)]


def _answer(first: Answer, second: Answer, between: shapely.LineString) -> Answer:
    middle = np.array(between.interpolate(0.5, normalized=True).coords)
    lon, lat = from_survey(middle, WGS84, settings.SURVEY_SRID)[0].tolist()
    label = f"{first.label}与{second.label}交叉口"
    identity = int.from_bytes(blake2b(label.encode(), digest_size=6).digest(), "big")
    return replace(
        first,
        target="junction",
        id=identity,
        label=label,
        level=Level.JUNCTION,
        lon=lon,
        lat=lat,
        bbox=(lon, lat, lon, lat),
        accuracy_m=max(50.0, between.length),
        point="junction",
        line=(),
        ambiguous=False,
    )


def _course(road: Answer) -> shapely.LineString | shapely.Point:
    points: Sequence[tuple[float, float]] = road.line or [(road.lon, road.lat)]
    survey: XY = to_survey(np.array(points), WGS84, settings.SURVEY_SRID)
    return shapely.LineString(survey) if len(survey) > 1 else shapely.Point(survey[0])
