"""JSON whose numbers keep every digit."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.web import exact_json


def test_whole_numbers_of_any_size_are_exact() -> None:
    assert exact_json.loads("[4403100010010010012000001, 1]") == [4403100010010010012000001, 1]


@pytest.mark.parametrize("written", ["1.10", "440310001001001001.5", "1e2", "0.12345678901234567"])
def test_a_decimal_that_no_float_writes_back_stays_a_text(written: str) -> None:
    assert exact_json.loads(written) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_as_programs_write_it_is_a_float(value: float) -> None:
    assert exact_json.loads(repr(value)) == value


@pytest.mark.parametrize("text", ["NaN", '"\\ud800"', "[" * 2000, "{", "01"])
def test_what_is_no_strict_json_is_refused(text: str) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        exact_json.loads(text)
