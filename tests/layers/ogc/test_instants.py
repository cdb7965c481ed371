"""The parameter datetime, as clients write it; a date is its day in the deployment's time zone, here Asia/Shanghai."""

from datetime import UTC, datetime, timedelta

import pytest

from gisserver.common.errors import Invalid
from layers.ogc.instants import Interval, parse_interval

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
# The first of March in Shanghai, from its first moment to its last.
FIRST = datetime(2026, 2, 28, 16, tzinfo=UTC)
LAST = datetime(2026, 3, 1, 15, 59, 59, 999999, tzinfo=UTC)


def test_an_instant() -> None:
    assert parse_interval("2026-03-01T00:00:00Z") == Interval(MARCH, MARCH)


def test_an_instant_without_an_offset_is_local() -> None:
    assert parse_interval("2026-03-01T08:00:00") == Interval(MARCH, MARCH)


def test_a_date_is_its_whole_day() -> None:
    assert parse_interval("2026-03-01") == Interval(FIRST, LAST)


def test_dates_include_the_last_day() -> None:
    assert parse_interval("2026-02-01/2026-03-01").end == LAST


@pytest.mark.parametrize("text", ["2026-03-01T00:00:00Z/..", "2026-03-01T00:00:00Z/", "2026-03-01T08:00:00/.."])
def test_an_open_end(text: str) -> None:
    assert parse_interval(text) == Interval(MARCH, None)


def test_an_open_beginning() -> None:
    assert parse_interval("../2026-03-01T00:00:00Z") == Interval(None, MARCH)


def test_qgis_writes_an_open_beginning_as_year_zero() -> None:
    assert parse_interval("0000-01-01T00:00:00Z/2026-03-01T00:00:00Z") == Interval(None, MARCH)


def test_a_far_end_is_that_end() -> None:
    assert parse_interval("../9999-12-31").end == datetime(9999, 12, 31, 15, 59, 59, 999999, tzinfo=UTC)


def test_a_day_at_the_edge_of_the_calendar_is_cut_there() -> None:
    assert parse_interval("0001-01-01/..").start == datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-01T00:00:00Z/P2D", MARCH, datetime(2026, 3, 3, tzinfo=UTC)),
        ("2026-03-01T00:00:00Z/PT90M", MARCH, datetime(2026, 3, 1, 1, 30, tzinfo=UTC)),
        ("P1M/2026-03-31T00:00:00Z", datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-01/P1M", FIRST, datetime(2026, 3, 31, 16, tzinfo=UTC)),
        ("P1D/2026-03-01", LAST - timedelta(days=1), LAST),
    ],
)
def test_a_duration(text: str, start: datetime, end: datetime) -> None:
    assert parse_interval(text) == Interval(start, end)


def test_a_plus_that_became_a_space() -> None:
    assert parse_interval("2026-03-01T08:00:00 08:00") == Interval(MARCH, MARCH)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "../..", "/", "2026-13-01", "2026-03-02/2026-03-01", "2026-03-01/P", "2026-03-01/P9999999999D",
     "2026-03-01/2026-03-02/2026-03-03", "P1D/P1D", "20260101", "2026-W01-1", "2026-001", "2026-1-1", "2026-01",
     "20260101T080000Z", "2026-01-01T08Z", "2026-01-01T08:00:00+0800", "2026-03-01/PT", "2026-03-01/P1DT",
     "9999-12-31/P1D", "P1D/9999-12-31/", "２０２６-01-01"],
)  # fmt: skip
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_interval(text)
    assert refusal.value.code == "bad_datetime"
