"""How a door's number is written, and the storey that it tells."""

import pytest

from buildings.addresses.parsing import rooms
from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("101", "101"),
        ("101室", "101"),
        ("0101", "101"),
        ("1楼01室", "101"),
        ("1楼1室", "101"),
        ("12层01", "1201"),
        ("5-01", "501"),
        ("负一层101", "b101"),
        ("负101", "b101"),
        ("地下室101", "b101"),
        ("501之三", "501-3"),
        ("501-3", "501-3"),
    ],
)
def test_a_door_is_found_however_it_is_written(written: str, number: str) -> None:
    assert number in rooms.numbers(parse(normalize(f"坪山大道829号{written}"), EMPTY)[0])


@pytest.mark.parametrize(
    ("room", "storey"),
    [
        ("101", 1),
        ("1203A", 12),
        ("B101", -1),
        ("负101", -1),
        ("-202", -2),
        ("01", None),
        ("商铺", None),
        ("40258", None),
    ],
)
def test_the_storey_that_a_number_tells(room: str, storey: int | None) -> None:
    assert rooms.storey_of(room) == storey
