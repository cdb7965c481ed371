"""Query parameters, honest and hostile, become values or refusals."""

from datetime import UTC, datetime

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.params import parse_moment


def test_an_offset_that_postgresql_would_refuse_is_worked_out_first() -> None:
    moment = parse_moment("2026-01-01T00:00:00+23:59")
    assert moment == datetime(2025, 12, 31, 0, 1, tzinfo=UTC)
    assert moment.utcoffset() == datetime.now(UTC).utcoffset()


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T24:00:00"])
def test_a_moment_outside_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_moment(text)
    assert refusal.value.code == "bad_at"
