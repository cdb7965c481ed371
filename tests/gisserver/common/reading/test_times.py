"""Moments in the forms of files: unmistakable ones without being told, others as declared, never guessed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.errors import Invalid
from gisserver.common.reading.times import Moments

SHENZHEN = "Asia/Shanghai"


@pytest.mark.parametrize(
    "text",
    [
        "2012-03-01 14:05",
        "2012/03/01 14:05:00",
        "2012/3/1 14:05",
        "2012年3月1日 14:05",
        "2012年3月1日14时05分",
        "2012-03-01T14:05:00.0000000",
        "2012-03-01T14:05:00+08:00",
        "2012-03-01T06:05:00.000Z",
        "2012-03-01 06:05:00 UTC",
        "2012/03/01 06:05:00+00",
        "2012-03-01 14:05:00+0800",
    ],
)
def test_a_time_that_begins_with_its_year_says_its_form(text: str) -> None:
    assert Moments(zone=SHENZHEN).read(text) == datetime(2012, 3, 1, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%m/%d/%Y %I:%M:%S %p", "03/01/2012 02:05:00 PM"),
        ("%m/%d/%y %H:%M", "3/1/12 14:05"),
        ("%d.%m.%Y %H:%M", "01.03.2012 14:05"),
        ("%Y%m%d%H%M%S", "20120301140500"),
        ("%b %d, %Y %I:%M %p", "Mar 1, 2012 2:05 PM"),
        ("epoch-ms", "1330581900000"),
        ("epoch", "1330581900"),
        ("excel", "40969.586805555555"),
    ],
)
def test_other_forms_are_read_as_declared_and_only_then(form: str, text: str) -> None:
    read = Moments([form], zone=SHENZHEN).read(text)
    assert abs((read - datetime(2012, 3, 1, 6, 5, tzinfo=UTC)).total_seconds()) < 1
    with pytest.raises(Invalid, match="--time-format"):
        Moments(zone=SHENZHEN).read(text)


@pytest.mark.parametrize(
    "text", ["", "2025-13-01", "2025-02-30", "10:00", "31.12.2025", "9" * 5000, "2012-03-01 14:05:00 EST", "1800-01-01"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Moments(zone=SHENZHEN).read(text)
    assert refusal.value.code == "bad_time"


def test_what_two_declared_forms_read_differently_is_refused() -> None:
    moments = Moments(["%m/%d/%y", "%d/%m/%y"], zone=SHENZHEN)
    assert moments.read("3/3/12") == datetime(2012, 3, 2, 16, tzinfo=UTC)
    with pytest.raises(Invalid, match="different times"):
        moments.read("3/1/12")


@pytest.mark.parametrize("form", ["", "MM/DD/YYYY", "%H:%M", "%d %Y", "%Y-%m-%d %Z", "%"])
def test_a_form_that_says_no_whole_date_is_refused(form: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Moments([form], zone=SHENZHEN)
    assert refusal.value.code == "bad_time_format"


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Moments(zone=zone)
    assert refusal.value.code == "bad_time_zone"


@pytest.mark.parametrize("text", ["2012-11-04 01:30", "2012-03-11 02:30"])
def test_local_times_that_came_twice_or_never_are_counted(text: str) -> None:
    moments = Moments(zone="America/New_York")
    moments.read("2012-06-01 01:30")
    assert moments.doubtful == 0
    moments.read(text)
    assert moments.doubtful == 1


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2199, 1, 1)))  # noqa: DTZ001 -- UTC by its letter
def test_a_moment_in_utc_is_that_moment(moment: datetime) -> None:
    assert Moments(zone=SHENZHEN).read(f"{moment.isoformat()}Z") == moment.replace(tzinfo=UTC)
