"""Reports as incidents ready to be recorded: their times, their types, and their places in the survey CRS."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.conf import settings

from gisserver.common.access.models import Viewer
from gisserver.common.errors import DomainError, Invalid
from gisserver.common.geo.crs import XY, DeclaredCRS, misplaced, parse_crs, to_survey
from gisserver.common.sentences import Sentence
from incidents.models import EARLIEST
from incidents.placed_by import Member, deciding
from incidents.placing.named import House, Named, all_named
from incidents.selectors import TypeInUse, types_by_code
from incidents.services import NewIncident

# A phone's clock may run ahead a little.
CLOCK_TOLERANCE = timedelta(minutes=10)


FindType = Callable[[str], TypeInUse]
_KEPT = ("source", "external_id", "title", "text", "address", "accuracy_m")


class _Place(NamedTuple):
    crs: str
    ewkb: str


def as_reported(
    *, user: Viewer | None = None, now: datetime | None = None, find_type: FindType | None = None, **members: Any
) -> NewIncident:
    """Return an incident as a field app reports it, ready to be recorded: one of `all_as_reported`.

    Raises Invalid for an unknown type, code or CRS, for coordinates that it does not allow, and for a time that lies
    ahead. Without a ``user`` no code is known.
    """
    if now is None or find_type is None:
        read, find = types_by_code([members["type"]])
        now, find_type = now or read, find_type or find
    [report] = all_as_reported([members], users=[user], now=now, find_type=find_type)
    if isinstance(report, DomainError):
        raise report
    return report


def all_as_reported(
    reports: Sequence[Mapping[str, Any]], *, users: Sequence[Viewer | None], now: datetime, find_type: FindType
) -> list[NewIncident | DomainError]:
    """Return each report as an incident ready to be recorded, or why it can't be: the Invalid of `as_reported`.

    A report has the members of `ReportSerializer`, valid. It is received ``now``. ``lon``, ``lat`` are in the declared
    ``crs`` (law 6) and kept as they came. Where the incident is, the first member says that has a place, in the order
    that is set for its type; what its reporter (``users``) names by code or address is looked up together.
    """
    places = _places([(report.get("lon"), report.get("lat"), report.get("crs", "")) for report in reports])
    types = [_type_of(report["type"], find_type) for report in reports]
    asked = [
        (user, report, isinstance(kind, TypeInUse) and Member.ADDRESS in kind.order)
        for user, report, kind in zip(users, reports, types, strict=True)
    ]
    return [_incident(now, *one) for one in zip(reports, places, types, all_named(asked), strict=True)]


def _type_of(code: str, find_type: FindType) -> TypeInUse | DomainError:
    try:
        return find_type(code)
    except DomainError as refusal:
        return refusal


def _incident(
    now: datetime,
    report: Mapping[str, Any],
    place: _Place | DomainError | None,
    kind: TypeInUse | DomainError,
    named: Named | DomainError,
) -> NewIncident | DomainError:
    if refusal := _refusal_of_time(report["occurred_at"], now):
        return refusal
    if isinstance(place, DomainError):
        return place
    if isinstance(kind, DomainError):
        return kind
    if isinstance(named, DomainError):
        return named
    return NewIncident(
        occurred_at=report["occurred_at"],
        received_at=now,
        type_id=kind.id,
        reported_x=report.get("lon"),
        reported_y=report.get("lat"),
        placing_order_id=kind.placing_order_id,
        declared_community_id=named.community_id,
        **_placed(kind.order, place, named.houses),
        **{name: report[name] for name in _KEPT if name in report},
    )


def _placed(order: Sequence[Member], place: _Place | None, houses: Mapping[Member, House]) -> dict[str, Any]:
    """Return what is to be recorded of where an incident is: the place of the first of ``order`` that has one."""
    found = {member: house.ewkb for member, house in houses.items()}
    if place is not None:
        found[Member.POINT] = place.ewkb
    by, ewkb = deciding(order, found) or (Member.POINT, None)
    house = houses.get(by) or next(iter(houses.values()), None)
    units = [one.unit_id for one in houses.values() if house and one.building_id == house.building_id and one.unit_id]
    return {
        "location_ewkb": ewkb,
        "declared_crs": place.crs if place else f"EPSG:{settings.SURVEY_SRID}" if ewkb else "",
        "building_id": house.building_id if house else None,
        "unit_id": units[0] if units else None,
        "placed_by": "" if by is Member.POINT else by.value,
    }


def _refusal_of_time(occurred_at: datetime, now: datetime) -> DomainError | None:
    if occurred_at > now + CLOCK_TOLERANCE:
        return Invalid("occurs_in_future", "occurred_at lies in the future; check the device's clock.")
    if occurred_at < EARLIEST:
        return Invalid(
            "occurred_too_early",
            Sentence("occurred_at lies before {earliest:%Y}; check the device's clock.", earliest=EARLIEST),
        )
    return None


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
