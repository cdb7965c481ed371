"""Rooms: how one door's number is written, and the storey that it tells. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from buildings.addresses.parsing.elements import Kind, Reading

# 101, 1203A: the storey and the door on it. B101, -101, 负101: the same below the ground.
_STOREY_AND_DOOR: Final = re.compile(r"(b|-|负)?([1-9][0-9]?)[0-9]{2}[a-z]?")
_BELOW: Final = re.compile(r"(?:b|-|负)([0-9]{3,4})")
_PADDED: Final = re.compile(r"0+(?=[1-9][0-9]{2})")  # 0101 is 101
_DOOR: Final = re.compile(r"0?[0-9]|[0-9]{2}")
_WORDS: Final = re.compile("[室房号]")


@lru_cache(maxsize=5_000)
def bare(room: str) -> str:
    """Return a room's number as compared: in small letters, without the word for it."""
    return _WORDS.sub("", room.lower())


def storey_of(room: str) -> int | None:
    """Return the storey that a room's number tells: 2 of 203, 12 of 1203, -1 of B101; None where it tells none."""
    match = _STOREY_AND_DOOR.fullmatch(bare(room))
    return None if match is None else int(match[2]) * (-1 if match[1] else 1)


def numbers(reading: Reading) -> tuple[str, ...]:
    """Return the numbers that the room asked for may have, the likeliest first; () when none is asked for."""
    room = bare(reading.value(Kind.ROOM))
    return tuple(dict.fromkeys(_numbers(room, reading))) if room else ()


def _numbers(room: str, reading: Reading) -> Iterator[str]:
    floor = reading.value(Kind.FLOOR)
    yield room
    yield _PADDED.sub("", room)
    if floor.isdigit() and _DOOR.fullmatch(room):  # 5楼01室
        yield f"{floor}{room:0>2}"
    door = _below(room, floor)
    if door:
        yield from (f"b{door}", f"-{door}", f"负{door}")


def _below(room: str, floor: str) -> str:
    """Return the digits of a room below the ground (负1层101, 负1层01, B101, 负101), '' for any other."""
    if floor.startswith("-") and room.isdigit():
        return room if len(room) > 2 else f"{floor[1:]}{room:0>2}"
    match = _BELOW.fullmatch(room)
    return match[1] if match else ""


def spellings(reading: Reading) -> set[str]:
    """Return the numbers that the room asked for may have, as units are numbered in registers."""
    rooms = numbers(reading)
    return {written for room in rooms for written in (room, room.upper(), f"{room}室")}
