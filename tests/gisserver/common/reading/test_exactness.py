"""A column is a number only if writing it back gives the same characters; what has lost digits is known as such."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisserver.common.reading.exactness import (
    NumericKind,
    clean_code,
    inexact,
    is_shortened,
    lost_text,
    numeric_kind,
    without_debris,
    written,
)


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "-20", None, "0"], NumericKind.INTEGER),
        (["1.5", "2", "-0.25"], NumericKind.NUMBER),
        (["0.00001", "114.35"], NumericKind.NUMBER),
        (["1E1", "1E2", "2E1"], None),
        (["1.1", "1.10"], None),
        (["007", "8"], None),
        (["-0"], None),
        (["+5"], None),
        (["5."], None),
        ([".5"], None),
        (["１２"], None),
        ([" 1"], None),
        (["1,234"], None),
        (["0.12345678901234567"], None),
        (["440310001001001001"], None),
        (["440310001001001", "1.5"], None),
        (["9007199254740993"], None),
        (["nan", "1.5"], None),
        ([None], None),
        ([], None),
    ],
)
def test_the_kind_of_a_column(texts: list[str | None], kind: NumericKind | None) -> None:
    assert numeric_kind(texts) is kind


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789.eE+-", min_size=1, max_size=20), min_size=1, max_size=3))
def test_a_number_written_back_is_the_same_text(texts: list[str]) -> None:
    kind = numeric_kind(texts)
    back = [str(int(text)) if kind is NumericKind.INTEGER else written(float(text)) for text in texts if kind]
    assert back in ([], texts)


@settings(deadline=None)
@given(st.lists(st.integers(-999_999_999, 999_999_999), min_size=1))
def test_whole_numbers_of_nine_digits_are_integers(numbers: list[int]) -> None:
    assert numeric_kind(map(str, numbers)) is NumericKind.INTEGER


@pytest.mark.parametrize("text", ["4.4031E+18", "4.4031E+14", "4,4031E+18", "1E+15", " 4.40E+11 ", "4.4031e+18"])
def test_a_spreadsheet_has_lost_the_digits(text: str) -> None:
    assert is_shortened(text)


@pytest.mark.parametrize("text", ["1E1", "2E10", "1E+10", "4.4E-18", "4.40310001001001E+12", "E+18", "440310001001001"])
def test_nothing_is_lost(text: str) -> None:
    assert not is_shortened(text)


def test_the_first_shortened_code_is_named() -> None:
    assert lost_text([None, "440310001001001", "4.4031E+18", "4.4031E+18"]) == 2


def test_measurements_are_no_shortened_codes() -> None:
    measured = ["1.2E+14", "3.1E-05", "0.5"]
    assert lost_text(measured) is None
    assert lost_text(measured, is_code=True) == 0


def test_long_codes_that_all_end_in_zeros_have_been_through_a_spreadsheet() -> None:
    assert lost_text(["440310001001001", "4403100010010010000", "4403100010010020000"]) == 1


def test_one_long_code_may_end_in_zeros() -> None:
    assert lost_text(["4403100010010010000", "4403100010010010012"]) is None
    assert lost_text(["4403100010010010000"]) is None
    assert lost_text(["4403100010010010000"], is_code=True) == 0


def test_a_float_beyond_two_to_the_fifty_third_has_lost_digits() -> None:
    values = np.array([1.5, 2.0**53 - 1, 4.40310001001001e18, np.nan, -1.7976931348623157e308, 2.0**53])
    assert inexact(values).tolist() == [2, 5]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("'4403100010010010015", "4403100010010010015"),
        ('="4403100010010010016"', "4403100010010010016"),
        ("００２", "002"),
        (" 001 ", "001"),
        ("Ａ－１", "A-1"),
        ("１E1", "1E1"),
        ("", ""),
    ],
)
def test_a_code_is_cleaned(text: str, code: str) -> None:
    assert clean_code(text) == code


@pytest.mark.parametrize("text", ["'t Hooft", '1 = "2"', "００２", "O'Neill"])
def test_a_text_that_is_no_debris_stays(text: str) -> None:
    assert without_debris(text) == text
