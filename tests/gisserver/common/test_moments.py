"""Moments, as people, programs and attackers write them, are read in one way everywhere."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as patience
from hypothesis import strategies as st

from gisserver.common import dates, moments
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import moment_argument
from gisserver.common.web.bodies import MomentField
from gisserver.common.web.params import moment
from layers.ogc.instants import bounds

EIGHT = datetime(2026, 3, 1, tzinfo=UTC)  # in Shanghai


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T08:00:00+08:00",
        "2026-03-01T08:00:00.000+08:00",
        "2026-03-01T00:00:00Z",
        "2026-03-01t00:00:00z",
        "2026-03-01 00:00:00Z",
        "2026-03-01T08:00:00 08:00",  # an unencoded plus
        "2026-03-01T08:00:00",
        "2026-03-01T08:00",
        "2026-02-28T19:00:00-05:00",
    ],
)
def test_one_moment_in_the_forms_of_rfc_3339(text: str) -> None:
    assert moments.parse_moment(text) == EIGHT


def test_a_date_is_its_first_moment_here() -> None:
    assert moments.parse_moment("2026-03-01") == EIGHT - timedelta(hours=8)


OTHER_FORMS = [
    "", "yesterday", "20260101", "2026-W01-1", "2026-001", "2026-1-1", "2026-01", "2026", "20260101T080000Z",
    "2026-01-01T08", "2026-01-01T08Z", "2026-01-01T080000", "2026-01-01T08:00:00+0800", "2026-01-01T08:00:00+08",
    "2026-01-01T08:00.5Z", "2026-01-01T24:00:00Z", "2026-13-01", "2026-02-30", "2026-01-01T08:00:00,5Z",
    "２０２６-01-01", "2026-01-01\n", " 2026-01-01", "2026-01-01T08:00:00Z/..", "0000-01-01", "10000-01-01",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHER_FORMS)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        moments.parse_moment(text)
    assert refusal.value.code == "bad_time"


# No clock decides: a busy machine is slow.
unhurried = patience(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(st.text("0123456789-:TtZz+. /٣", max_size=30) | st.datetimes().map(str))
def test_whatever_the_text_it_is_read_or_refused(text: str) -> None:
    try:
        found: datetime | None = moments.parse_moment(text)
    except Invalid:
        found = None
    assert found is None or found.utcoffset() == timedelta(0)


@unhurried
@given(st.datetimes(timezones=st.just(UTC)))
def test_what_isoformat_writes_is_read_again(moment: datetime) -> None:
    assert moments.parse_moment(moment.isoformat()) == moment


def test_an_offset_that_postgresql_would_refuse_is_worked_out_first() -> None:
    found = moments.parse_moment("2026-01-01T00:00:00+23:59")
    assert (found, found.tzinfo) == (datetime(2025, 12, 31, 0, 1, tzinfo=UTC), UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T24:00:00"])
def test_a_parameter_outside_the_calendar_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        moment({"at": text})
    assert refusal.value.code == "bad_at"


@pytest.mark.parametrize("text", ["2026-03-01T08:00:00", "2026-03-01T08:00:00+08:00", "2026-03-01"])
def test_every_door_reads_the_same_moment(text: str) -> None:
    found = {moment({"at": text}), MomentField().run_validation(text), moment_argument(text), bounds(text)[0]}
    assert found == {moments.parse_moment(text)}


def test_a_day_has_its_own_length(settings: Any) -> None:
    """In New York the clock went from 01:59 to 03:00 on 8 March 2026."""
    settings.TIME_ZONE = "America/New_York"
    first, last = moments.day_bounds(date(2026, 3, 8))
    assert last - first == timedelta(hours=23, microseconds=-1)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-03-08T02:30:00", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # left out by the clock
        ("2026-11-01T01:30:00", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # comes twice
    ],
)
def test_where_the_clock_jumps_the_former_offset_counts(settings: Any, text: str, wanted: datetime) -> None:
    settings.TIME_ZONE = "America/New_York"
    assert moments.parse_moment(text) == wanted


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2200-01-02", "9999-12-31"])
def test_no_record_holds_what_lies_outside_its_calendar(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        dates.recordable(moments.parse_moment(text))
    assert refusal.value.code == "bad_time"
