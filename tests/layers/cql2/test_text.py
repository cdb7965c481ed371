"""CQL2 text becomes the tree of CQL2 JSON, in one pass, whatever is thrown at it."""

import cql2
import pytest

from gisserver.common.errors import Invalid
from layers.cql2.text import parse_text
from layers.cql2.tree import parse_filter

A = {"property": "a"}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = 1", {"op": "=", "args": [A, 1]}),
        ("a=-1.5e2", {"op": "=", "args": [A, -150.0]}),
        ("a = 'it''s'", {"op": "=", "args": [A, "it's"]}),
        ('"名 称" = 1', {"op": "=", "args": [{"property": "名 称"}, 1]}),
        ("a IS NOT NULL", {"op": "not", "args": [{"op": "isNull", "args": [A]}]}),
        ("a not in (1,2)", {"op": "not", "args": [{"op": "in", "args": [A, [1, 2]]}]}),
        ("a BETWEEN 1 AND 2", {"op": "between", "args": [A, 1, 2]}),
        ("NOT NOT a", A),
        ("a = 1 + 2 * 3 ^ 2", {"op": "=", "args": [A, {"op": "+", "args": [
            1, {"op": "*", "args": [2, {"op": "^", "args": [3, 2]}]}]}]}),
        ("a > DATE('2020-01-01')", {"op": ">", "args": [A, {"date": "2020-01-01"}]}),
    ],
)  # fmt: skip
def test_readings(text: str, tree: object) -> None:
    assert parse_text(text) == tree


def test_or_binds_weaker_than_and() -> None:
    tree = parse_text("a OR a AND NOT a")
    assert tree == {"op": "or", "args": [A, {"op": "and", "args": [A, {"op": "not", "args": [A]}]}]}


def test_well_known_text_is_geojson() -> None:
    tree = parse_text("S_INTERSECTS(a, POINT(1 2))")
    assert tree == {"op": "s_intersects", "args": [A, {"type": "Point", "coordinates": (1.0, 2.0)}]}


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 AND b <> 'x'",
        "casei(a) LIKE casei('B%')",
        "a IN ('x','y') OR NOT (b < 3)",
        "T_AFTER(a, DATE('2020-01-01'))",
    ],
)
def test_another_parser_reads_the_same(text: str) -> None:
    assert parse_text(text) == cql2.parse_text(text).to_json()


@pytest.mark.parametrize(
    "text",
    ["", "a =", "= 1", "a = 'x", "(a", "a)", "a NOT 1", "a IN 1", "a IN (1", "a BETWEEN 1", "a IS 1",
     "a = 1 b", "a = ;", "\0",
     "POINT(1 2", "POINT(x y)", "a = " + "9" * 50, "(" * 3000, "f(" * 3000, "a=" + "-" * 9990],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_once(text: str) -> None:
    with pytest.raises(Invalid):
        parse_text(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [("a=" + "+".join(["1"] * 3000), "cql2-text"), ("[" * 4000 + "]" * 4000, "cql2-json"), ("{", "cql2-json")],
)
def test_trees_are_bounded(text: str, language: str) -> None:
    with pytest.raises(Invalid):
        parse_filter(text, language)
