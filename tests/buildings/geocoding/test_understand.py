"""Questions with the numbers of their rooms as they are meant."""

import pytest

from buildings.addresses.parsing.elements import EMPTY, Kind
from buildings.geocoding.understand import plain, understand


@pytest.mark.parametrize(
    ("written", "room"),
    [
        ("坪山大道829号10 1", "101"),
        ("坪山大道829号1 0 1", "101"),
        ("坪山大道829号3O2", "302"),
        ("坪山大道829号4o1室", "401"),
        ("坪山大道829号l01", "101"),
        ("坪山大道829#101", "101"),
        ("龙湖花园5#1-101", "101"),
        ("龙湖花园5#1#101", "101"),
        ("龙湖花园5栋1 101", "101"),
        ("坪山大道829号101号", "101"),
    ],
)
def test_a_room_is_read_however_its_number_is_typed(written: str, room: str) -> None:
    assert understand(plain(written), EMPTY).readings[0].value(Kind.ROOM) == room
