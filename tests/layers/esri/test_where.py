"""SQL-92 becomes the tree of a filter, or is refused."""

from typing import Any

import pytest

from gisserver.common.errors import Invalid
from layers.esri.where import parse_where
from layers.kinds import FieldType

TYPES = {"Name": FieldType.STRING, "floors": FieldType.INTEGER, "built": FieldType.DATE, "seen": FieldType.DATETIME,
         "open": FieldType.BOOLEAN, "面积(m2)": FieldType.NUMBER}  # fmt: skip
NAME, FLOORS, BUILT, SEEN = ({"property": name} for name in ("Name", "floors", "built", "seen"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1=1", {"op": "=", "args": [1, 1]}),
        ("floors > 5", {"op": ">", "args": [FLOORS, 5]}),
        ("FLOORS != 5", {"op": "<>", "args": [FLOORS, 5]}),
        ("name = 'it''s != it'", {"op": "=", "args": [NAME, "it's != it"]}),
        ("\"Name\" LIKE 'a\\%'", {"op": "like", "args": [NAME, "a\\\\%"]}),
        ("UPPER(name) = 'A'", {"op": "=", "args": [{"op": "casei", "args": [NAME]}, {"op": "casei", "args": ["A"]}]}),
        ("built >= DATE '2020-01-31'", {"op": ">=", "args": [BUILT, {"date": "2020-01-31"}]}),
        ("seen < timestamp '2020-01-31 08:00:00'", {"op": "<", "args": [SEEN, {"timestamp": "2020-01-31T08:00:00Z"}]}),
        ("built = '2020-01-31'", {"op": "=", "args": [BUILT, {"date": "2020-01-31"}]}),
        ("open = 1", {"op": "=", "args": [{"property": "open"}, True]}),
        ("NOT floors IN (1, 2)", {"op": "not", "args": [{"op": "in", "args": [FLOORS, [1, 2]]}]}),
        ('"面积(m2)" IS NOT NULL', {"op": "not", "args": [{"op": "isNull", "args": [{"property": "面积(m2)"}]}]}),
    ],
)
def test_what_is_understood(text: str, tree: Any) -> None:
    assert parse_where(text, TYPES) == tree


@pytest.mark.parametrize(
    "text",
    [
        "floors >",
        "floors = 1; DROP TABLE x",
        "(SELECT 1) = 1",
        "built = DATE 'soon'",
        "UPPER(name) = 'a'",
        "name = 'a",
        "(" * 5000,
        "floors = 1 OR " * 3000 + "1=1",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_where(text, TYPES)
    assert caught.value.code == "bad_filter"
