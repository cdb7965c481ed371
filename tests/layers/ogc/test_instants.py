"""The parameter datetime, as clients write it."""

from datetime import UTC, datetime

import pytest

from gisserver.common.errors import Invalid
from layers.ogc.instants import Interval, parse_interval

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def test_an_instant() -> None:
    assert parse_interval("2026-03-01T00:00:00Z") == Interval(MARCH, MARCH)


def test_a_date_is_its_whole_day() -> None:
    assert parse_interval("2026-03-01") == Interval(MARCH, datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC))


@pytest.mark.parametrize("text", ["2026-03-01T00:00:00Z/..", "2026-03-01T00:00:00Z/", "2026-03-01/.."])
def test_an_open_end(text: str) -> None:
    assert parse_interval(text) == Interval(MARCH, None)


def test_an_open_beginning() -> None:
    assert parse_interval("../2026-03-01T00:00:00Z") == Interval(None, MARCH)


def test_qgis_writes_open_ends_as_far_years() -> None:
    assert parse_interval("0000-01-01T00:00:00Z/2026-03-01T00:00:00Z") == Interval(None, MARCH)
    assert parse_interval("2026-03-01T00:00:00Z/9999-12-31T00:00:00Z") == Interval(MARCH, None)


def test_a_duration() -> None:
    assert parse_interval("2026-03-01T00:00:00Z/P2D") == Interval(MARCH, datetime(2026, 3, 3, tzinfo=UTC))
    assert parse_interval("P1M/2026-03-31T00:00:00Z").start == datetime(2026, 2, 28, tzinfo=UTC)


def test_a_plus_that_became_a_space() -> None:
    assert parse_interval("2026-03-01T08:00:00 08:00") == Interval(MARCH, MARCH)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "../..", "/", "2026-13-01", "2026-03-02/2026-03-01", "2026-03-01/P", "2026-03-01/P9999999999D",
     "2026-03-01/2026-03-02/2026-03-03", "P1D/P1D"],
)  # fmt: skip
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_interval(text)
