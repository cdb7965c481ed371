"""``cql-text``, as GDAL writes it, becomes the tree that CQL2 text of the same meaning becomes."""

import pytest

from gisserver.common.errors import Invalid
from layers.cql2.draft_text import parse_draft_text
from layers.cql2.text import parse_text
from layers.kinds import FieldType

TYPES = {
    "name": FieldType.STRING,
    "floors": FieldType.INTEGER,
    "open": FieldType.BOOLEAN,
    "built": FieldType.DATE,
    "seen": FieldType.DATETIME,
    "占地 面积": FieldType.NUMBER,
    "占地": FieldType.NUMBER,
    "5": FieldType.INTEGER,
    "like": FieldType.STRING,
    "true": FieldType.INTEGER,
    "a(b)": FieldType.INTEGER,
}


@pytest.mark.parametrize(
    ("draft", "cql2"),
    [
        ("(floors > 5) AND (name LIKE 'b7%')", "floors > 5 AND name LIKE 'b7%'"),
        ("name ILIKE 'B7%'", "CASEI(name) LIKE CASEI('B7%')"),
        (r"name LIKE 'a\b'", r"name LIKE 'a\\b'"),
        ("NOT ((floors IS NULL))", "NOT floors IS NULL"),
        ("open = 1", "open = TRUE"),
        ("floors = 1", "floors = 1"),
        ("built >= '2026-03-01T'", "built >= DATE('2026-03-01')"),
        ("seen < '2026-03-01T08:00:00Z'", "seen < TIMESTAMP('2026-03-01T08:00:00Z')"),
        ("占地 面积 > 5", '"占地 面积" > 5'),
        ("占地 > 5", "占地 > 5"),
        ("5 = 5", '"5" = 5'),
        ("like LIKE 'x'", "\"like\" LIKE 'x'"),
        ("true = 1", '"true" = 1'),
        ("(a(b) IS NULL)", '"a(b)" IS NULL'),
        ("name = 'floors > 5'", "name = 'floors > 5'"),
    ],
)
def test_a_draft_says_what_cql2_says(draft: str, cql2: str) -> None:
    assert parse_draft_text(draft, TYPES) == parse_text(cql2)


@pytest.mark.parametrize("text", ["", "floors >", "nobody knows = 1", "name LIKE 'x' ILIKE 'y'"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_draft_text(text, TYPES)
