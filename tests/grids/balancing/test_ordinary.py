"""Which grids a mean is taken over."""

import pytest

from grids.balancing.ordinary import counted

HECTARE = 10_000.0


@pytest.mark.parametrize(
    ("loads", "hectares", "expected"),
    [
        pytest.param({"a": 100, "b": 80}, {"a": 10, "b": 20}, "ab", id="all that carry"),
        pytest.param({"a": 100, "block": 0}, {"a": 10, "block": 20}, ["a", "block"], id="an empty block of the town"),
        pytest.param({"a": 100, "hill": 0}, {"a": 10, "hill": 40}, "a", id="a hill wider than three ordinary grids"),
        pytest.param({"a": 100, "hill": 2}, {"a": 90, "hill": 120}, "a", id="a hill of more than a square kilometre"),
        pytest.param({"a": 100, "wide": 30}, {"a": 10, "wide": 300}, ["a", "wide"], id="a wide one that carries"),
        pytest.param(
            {"a": 900, "h": 1, "i": 2, "j": 2},
            {"a": 20, "h": 130, "i": 150, "j": 44},
            "aj",
            id="huts don't say what is usual",
        ),
        pytest.param({"a": 0, "b": 0}, {"a": 1, "b": 1}, "", id="where nobody lives none counts"),
        pytest.param({}, {}, "", id="no grids"),
    ],
)
def test_wide_grids_that_carry_nearly_nothing_do_not_count(loads, hectares, expected):
    assert counted(loads, {key: size * HECTARE for key, size in hectares.items()}) == set(expected)
