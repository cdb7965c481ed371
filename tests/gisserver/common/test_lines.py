"""A line is one line, whatever is in it; its format is chosen."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.lines import format_for, json_line, moment

MOMENTS = st.floats(0, 4e9)
WORDS = st.text(st.sampled_from('ab"\\\n\r\x85\u2028\x00坪😀'), max_size=10)


@given(st.dictionaries(WORDS, st.none() | st.integers() | WORDS, max_size=4), MOMENTS)
def test_a_line_is_one_line_of_json(members: dict[str, object], seconds: float) -> None:
    line = json_line(seconds, members)
    assert len(line.split("\n")) == 1
    assert json.loads(line) == {"time": moment(seconds), **members}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1.9996, "1970-01-01T00:00:02.000Z"),
        (1796e6 + 0.25, "2026-11-30T00:53:20.250Z"),
    ],
)
def test_a_moment_is_utc_with_milliseconds(seconds: float, text: str) -> None:
    assert moment(seconds) == text


def test_a_file_gets_json_unless_it_is_asked_otherwise() -> None:
    assert format_for("", io.StringIO()) == "json"
    assert format_for("short", io.StringIO()) == "short"


def test_another_format_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="json, short"):
        format_for("xml")
