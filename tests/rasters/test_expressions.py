"""Band arithmetic means what it says, and nothing else can be said."""

import numpy as np
import pytest

from gisserver.common.errors import Invalid
from rasters.expressions import MAX_LENGTH, parse

B1, B2 = np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, 0.0])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("b1", [1, 2, 4]),
        ("b1 + b2 * 2", [7, 6, 4]),
        ("(b1 + b2) * 2", [8, 8, 8]),
        ("b1 - b2 - 1", [-3, -1, 3]),
        ("8 / b1 / 2", [4, 2, 1]),
        ("-b1^2", [-1, -4, -16]),
        ("b1^-1", [1, 0.5, 0.25]),
        ("2^b1^0", [2, 2, 2]),
        ("b1 >= 2", [0, 1, 1]),
        ("where(b1 > b2, b1, -1)", [-1, -1, 4]),
        ("max(b1, b2) + min(b1, 1e0)", [4, 3, 5]),
        ("sqrt(b1)", [1, 2**0.5, 2]),
        (".5*b1", [0.5, 1, 2]),
        ("(b1 > 1) + (b2 > 1)", [1, 2, 1]),
        ("(b1 > 1) - (b2 > 1)", [-1, 0, 1]),
        ("-(b1 > 1)", [0, -1, -1]),
        ("exp(b1 > 1)", [1, 2.718281828459045, 2.718281828459045]),
    ],
)
def test_an_expression_is_computed_as_it_is_written(text: str, values: list[float]) -> None:
    expression = parse(text, band_count=2)
    assert expression.of({1: B1, 2: B2}) == pytest.approx(values)


def test_what_can_not_be_computed_is_not_a_number() -> None:
    ratio = parse("(b1 - b1) / b2", band_count=2).of({1: B1, 2: B2})
    assert np.isnan(ratio).tolist() == [False, False, True]


def test_it_names_the_bands_it_reads() -> None:
    assert parse("b3 - b1", band_count=3).bands == (1, 3)


@pytest.mark.parametrize(
    "text",
    [
        "", "1 + 2", "b0", "b3", "b1 +", "b1 b2", "(b1", "b1)", "b1 ** 2", "__import__('os')", "b1; b2", "b1.real",
        "sqrt(b1, b2)", "where(b1)", "b1 < b2 < 1", "9**9", "b1 & b2", "x", "b1[0]", "'b1'",
        "(" * 30 + "b1" + ")" * 30, "-" * 30 + "b1", "2^" * 30 + "b1", "abs(" * 30 + "b1" + ")" * 30,
        "b1" + "+b1" * MAX_LENGTH,
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text, band_count=2)
    assert refused.value.code == "bad_expression"
