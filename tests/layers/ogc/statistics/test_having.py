"""``having`` as SQL: which conditions there are, about which columns."""

import pytest

from gisserver.common.errors import Invalid
from layers.ogc.statistics.having import parse_having

LABELS = ["grid", "count", "sum(floors)", "month(seen)"]


@pytest.mark.parametrize(
    ("text", "sql", "values"),
    [
        ("count > 5", "(t.c1 > %s)", (5,)),
        ("grid IS NULL", "(t.c0 IS NULL)", ()),
        ("grid IS NOT NULL AND count >= 2", "((NOT (t.c0 IS NULL)) AND (t.c1 >= %s))", (2,)),
        ("grid IN ('a', 'b')", "(t.c0 IN (%s, %s))", ("a", "b")),
        ("sum(floors) NOT BETWEEN 1 AND 9", "(NOT (t.c2 BETWEEN %s AND %s))", (1, 9)),
    ],
)
def test_conditions(text: str, sql: str, values: tuple[object, ...]) -> None:
    condition = parse_having(text, LABELS)
    assert (condition.sql, condition.values) == (sql, values)


def test_a_date_is_compared_as_a_date() -> None:
    assert str(parse_having("month(seen) >= DATE('2026-03-01')", LABELS).values[0]) == "2026-03-01"


@pytest.mark.parametrize(
    "text",
    [
        "floors > 1",
        "isnull()",
        "isnull(grid, count)",
        "grid IN ()",
        "count",
        "count LIKE 'a%'",
        "true",
        "grid = DATE('x')",
    ],
)
def test_refusals_name_having(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_having(text, LABELS)
    assert caught.value.data["parameter"] == "having"
