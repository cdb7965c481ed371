"""Reports as incidents ready to be recorded: their times, their types, and their places in the survey CRS."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.conf import settings

from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError, Invalid
from gisserver.common.geo.crs import XY, DeclaredCRS, misplaced, parse_crs, to_survey
from gisserver.common.sentences import Sentence
from incidents.models import EARLIEST
from incidents.selectors import incident_type
from incidents.services import NewIncident

# A phone's clock may run ahead a little.
CLOCK_TOLERANCE = timedelta(minutes=10)


class _Place(NamedTuple):
    crs: str
    ewkb: str


def as_reported(
    *, now: datetime | None = None, find_type: Callable[[str], int] = incident_type, **members: Any
) -> NewIncident:
    """Return an incident as a field app reports it, ready to be recorded: one of `all_as_reported`.

    Raises Invalid for an unknown type or CRS, for coordinates that it does not allow, and for a time that lies ahead.
    """
    [report] = all_as_reported([members], now=now or database_now(), find_type=find_type)
    if isinstance(report, DomainError):
        raise report
    return report


def all_as_reported(
    reports: Sequence[Mapping[str, Any]], *, now: datetime, find_type: Callable[[str], int]
) -> list[NewIncident | DomainError]:
    """Return each report as an incident ready to be recorded, or why it can't be: the Invalid of `as_reported`.

    A report has the members of `ReportSerializer`, valid. It is received ``now``. ``lon``, ``lat`` are in the declared
    ``crs`` (law 6) and kept as they came beside the converted place.
    """
    places = _places([(report.get("lon"), report.get("lat"), report.get("crs", "")) for report in reports])
    return [_as_reported(now, find_type, place, **report) for report, place in zip(reports, places, strict=True)]


def _as_reported(
    now: datetime,
    find_type: Callable[[str], int],
    place: _Place | DomainError | None,
    *,
    type: str,
    occurred_at: datetime,
    lon: float | None = None,
    lat: float | None = None,
    crs: str = "",
    **members: Any,
) -> NewIncident | DomainError:
    try:
        _refuse_times(occurred_at, now)
        if isinstance(place, DomainError):
            return place
        type_id = find_type(type)
    except DomainError as refusal:
        return refusal
    return NewIncident(
        occurred_at=occurred_at,
        received_at=now,
        type_id=type_id,
        location_ewkb=place.ewkb if place else None,
        declared_crs=place.crs if place else "",
        reported_x=lon,
        reported_y=lat,
        **members,
    )


def _refuse_times(occurred_at: datetime, now: datetime) -> None:
    if occurred_at > now + CLOCK_TOLERANCE:
        raise Invalid("occurs_in_future", "occurred_at lies in the future; check the device's clock.")
    if occurred_at < EARLIEST:
        raise Invalid(
            "occurred_too_early",
            Sentence("occurred_at lies before {earliest:%Y}; check the device's clock.", earliest=EARLIEST),
        )


def _places(reported: Sequence[tuple[float | None, float | None, str]]) -> list[_Place | DomainError | None]:
    """Return for each (lon, lat, crs) its place, None without coordinates, or why it is none: a CRS at a time."""
    places: list[_Place | DomainError | None] = [None] * len(reported)
    declared = defaultdict(list)
    for index, (lon, lat, crs) in enumerate(reported):
        if lon is not None and lat is not None:
            declared[crs].append(index)
    for crs, indexes in declared.items():
        found = _places_in(crs, np.array([reported[index][:2] for index in indexes], dtype=np.float64))
        for index, place in zip(indexes, found, strict=True):
            places[index] = place
    return places


def _places_in(text: str, xy: XY) -> Iterable[_Place | DomainError]:
    try:
        crs = parse_crs(text)
    except Invalid as refusal:
        return [refusal] * len(xy)
    is_good = np.array([reason is None for reason in misplaced(xy, crs, settings.SURVEY_SRID)], dtype=bool)
    survey = np.round(to_survey(xy[is_good], crs, settings.SURVEY_SRID), 3)
    points = shapely.set_srid(shapely.points(survey), settings.SURVEY_SRID)
    texts = iter(shapely.to_wkb(points, hex=True, include_srid=True).tolist())
    return [
        _Place(crs.name, next(texts)) if good else _refusal_of(xy[index : index + 1], crs)
        for index, good in enumerate(is_good.tolist())
    ]


def _refusal_of(xy: XY, crs: DeclaredCRS) -> DomainError:
    try:
        to_survey(xy, crs, settings.SURVEY_SRID)
    except Invalid as refusal:
        return refusal
    raise AssertionError("a position that is misplaced among others is misplaced alone")
