"""A door inside a building has many spellings and one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.doors import Door, door_in, door_of, entrance_name, room_number

_ROOMS = ["102", "102室", "１０２", "一零二", "102房", "102号", "#102", "102\u200b"]


@pytest.mark.parametrize("room", _ROOMS)
def test_a_room_is_one_by_any_spelling(room: str) -> None:
    assert door_of("", room) == Door("", "102")


@pytest.mark.parametrize(
    ("entrance", "room"),
    [
        ("1单元", "102"),
        ("一单元", "102室"),
        ("1", "102"),
        ("01单元", "102"),
        ("", "1-102"),
        ("", "一单元102"),
        ("1单元", "1-102"),
    ],
)
def test_an_entrance_may_be_said_with_the_room(entrance: str, room: str) -> None:
    assert door_of(entrance, room) == Door("1", "102")


@pytest.mark.parametrize(
    "others", [("102", "103"), ("102", "1020"), ("301-2", "3012"), ("商铺3", "3"), ("3楼2室", "5楼2室")]
)
def test_other_doors_stay_others(others: tuple[str, str]) -> None:
    assert door_of("", others[0]) != door_of("", others[1])


def test_two_entrances_are_no_one_door() -> None:
    assert door_of("2单元", "1-102") not in (Door("1", "102"), Door("2", "102"))


def test_an_entrance_alone_is_no_home() -> None:
    assert not door_of("", "一单元")


def test_a_room_without_its_entrance_may_be_in_any() -> None:
    assert door_of("", "102").may_be(Door("2", "102"))
    assert not door_of("1单元", "102").may_be(Door("2", "102"))


def test_an_address_names_a_door_behind_its_building() -> None:
    assert door_in("人民路1号幸福花园1栋1单元301室") == Door("1", "301")
    assert not door_in("老王头家")


@given(st.integers(1, 20), st.integers(1, 60), st.integers(1, 12))
def test_what_a_new_unit_is_called_reads_as_its_door(entrance: int, floor: int, number: int) -> None:
    door = door_of(f"{entrance}单元", f"{floor}{number:02d}室")
    named = entrance_name("", door.entrance), room_number("", door.room)
    assert door_of(*named) == door
