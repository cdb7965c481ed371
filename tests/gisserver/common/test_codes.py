"""What a code may look like: the deployment's own pattern, else any text that shows."""

import pytest

from gisserver.common.codes import CodeKind, why_not_code


@pytest.mark.parametrize("code", ["440310001001001", "Muide - Meulestede", "甲-1", "1E1"])
def test_without_a_pattern_any_text_that_shows_is_a_code(code: str) -> None:
    assert why_not_code(code, CodeKind.GRID, {}) is None


@pytest.mark.parametrize("code", ["", "a/b", " a", "a\tb", "x" * 41])
def test_what_does_not_show_or_cannot_stand_in_an_address_is_none(code: str) -> None:
    assert why_not_code(code, CodeKind.GRID, {}) is not None


def test_a_pattern_is_matched_in_full() -> None:
    patterns = {"grid": "[0-9]{15}"}
    assert why_not_code("440310001001001", CodeKind.GRID, patterns) is None
    assert "[0-9]{15}" in str(why_not_code("440310001001001x", CodeKind.GRID, patterns))
    assert why_not_code("x", CodeKind.DIVISION, patterns) is None


def test_a_reference_is_whatever_its_source_says() -> None:
    assert why_not_code("way/123 " * 20, CodeKind.REFERENCE, {}) is None


def test_a_scheme_of_its_own_says_more_than_its_kind() -> None:
    patterns = {"building": ".{1,60}", "sz19": "[0-9]{19}"}
    assert why_not_code("B-2", CodeKind.BUILDING, patterns, "house numbers") is None
    assert "[0-9]{19}" in str(why_not_code("B-2", CodeKind.BUILDING, patterns, "SZ19"))
