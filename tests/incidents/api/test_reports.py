"""Many bodies read at once say the same as `ReportSerializer` says of each: the same members, the same refusals."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as patience
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError, Invalid
from incidents import reported, selectors, services
from incidents.api import reports
from incidents.api.serializers import ReportSerializer
from tests import factories
from tests.factories import at, hours_ago, lonlat

TEXTS = st.sampled_from(
    ["", " ", "A", " 路灯不亮 ", "a\0b", "\ud800", "x" * 61, "x" * 301, "4.4031E+18", "1.10", "wgs84", "bd09", "mars"]
)
NUMBERS = st.sampled_from(
    [114.35, 22.69, -1.0, 0, 15, 1e308, float("nan"), "114.35", " 1 ", "1e400", "x", "9" * 1001, True]
)
MOMENTS = st.sampled_from(
    ["2026-03-01T08:00:00+08:00", "2026-03-01", "2026-03-01 08:00", "0001-01-01T00:00:00", "2026-13-01", "soon", ""]
)
ODD = st.sampled_from([None, 7, 1.5, True, [], {}, "x"])
MEMBERS = {
    "type": TEXTS,
    "occurred_at": MOMENTS,
    "lon": NUMBERS,
    "lat": NUMBERS,
    "crs": TEXTS,
    "accuracy_m": NUMBERS,
    **dict.fromkeys(["address", "title", "text", "source", "external_id"], TEXTS),
}
GOOD = {"type": "A", "occurred_at": "2026-03-01T08:00:00+08:00", "lon": 114.35, "lat": 22.69, "crs": "wgs84"}
BODIES = st.one_of(
    st.fixed_dictionaries({}, optional={name: values | ODD for name, values in MEMBERS.items()} | {"colour": ODD}),
    st.fixed_dictionaries({}, optional=MEMBERS).map(lambda change: GOOD | change),
    ODD,
)


def by_serializer(body: Any) -> Any:
    serializer = ReportSerializer(data=body)
    try:
        serializer.is_valid(raise_exception=True)
    except ValidationError as refusal:
        return refusal
    return dict(serializer.validated_data)


def plain(read: Any) -> Any:
    """What is compared: nothing equals a NaN, and no error another."""
    if isinstance(read, dict):
        return {name: repr(value) for name, value in read.items()}
    return (read.code, read.detail, read.data) if isinstance(read, DomainError) else repr(read.detail)


@patience(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(BODIES, max_size=3))
def test_each_body_is_read_as_by_the_serializer(bodies: list[Any]) -> None:
    assert list(map(plain, reports.read(bodies))) == [plain(by_serializer(body)) for body in bodies]


def test_a_plain_body_needs_no_serializer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReportSerializer, "run_validation", None)
    [read] = reports.read([{**GOOD, "accuracy_m": 15, "text": "路灯不亮", "source": "12345", "external_id": "7"}])
    assert (read["lon"], read["accuracy_m"], read["text"]) == (114.35, 15.0, "路灯不亮")


def test_a_row_of_a_table_needs_none_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReportSerializer, "run_validation", None)
    [read] = reports.read([{**GOOD, "lon": "114.35", "lat": "22.69"}])
    assert (read["lon"], read["lat"]) == (114.35, 22.69)


PLACES = [(at(0.5, 0.5), "wgs84"), (at(0.5, 0.5), "gcj02"), (at(1.5, 0.5), "wgs84")]


@pytest.mark.django_db
def test_each_report_of_many_becomes_what_it_becomes_alone() -> None:
    factories.incident_type("A")
    good = [dict(zip(("lon", "lat"), lonlat(place), strict=True), crs=crs) for place, crs in PLACES]
    bad = [
        {"lon": 22.7, "lat": 114.3, "crs": "wgs84"},
        {"lon": float("nan"), "lat": 1.0, "crs": "wgs84"},
        {"lon": 114.3, "lat": 22.7, "crs": "mars"},
        {"type": "nope"},
        {"occurred_at": hours_ago(-5)},
        {"type": "nope", "lon": 22.7, "lat": 114.3, "crs": "wgs84"},
        {},
    ]
    bodies = [{"type": "A", "occurred_at": hours_ago(1), **change} for change in good + bad]
    now = database_now()
    find_type, users = selectors.types_by_code(["A", "nope"])[1], [None] * len(bodies)
    together = reported.all_as_reported(bodies, users=users, now=now, find_type=find_type)
    assert [_outcome(each) for each in together] == [_outcome(_alone(each, now)) for each in bodies]
    assert [each.code for each in together if isinstance(each, Invalid)] == [
        *("coordinate_axes_swapped", "coordinate_not_finite", "unknown_crs", "unknown_type", "occurs_in_future"),
        "coordinate_axes_swapped",
    ]


def _alone(members: dict[str, Any], now: Any) -> Any:
    try:
        return reported.as_reported(now=now, **members)
    except Invalid as refusal:
        return refusal


def _outcome(report: Any) -> Any:
    return report if isinstance(report, services.NewIncident) else plain(report)


def test_a_place_is_kept_in_whole_millimetres() -> None:
    lon, lat = lonlat(at(0.12345678, 0.5))
    [place] = reported._places([(lon, lat, "wgs84")])
    assert place.ewkb == at(0.12346, 0.5).hexewkb.decode()
