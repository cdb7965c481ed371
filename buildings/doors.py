"""One key for the many spellings of a door inside a building: 102室, １０２, 1-102, 一单元102. Pure.

The geocoder's own reading decides, so that a register and an address mean the same door by the same words.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from buildings.addresses.parsing.elements import EMPTY, WITHIN_BUILDING, Element, Kind, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize

# A bare number is read by what stands before it: a building, and it is a room.
_BUILDING: Final = "新和园1栋"


@dataclass(frozen=True, slots=True)
class Door:
    """The keys of an entrance and of a room in it; either may be empty, where it is not given."""

    entrance: str
    room: str

    def __bool__(self) -> bool:
        return bool(self.room)

    def may_be(self, other: "Door") -> bool:
        """Say whether the door is this ``other`` one of the register, as far as it says."""
        return self.room == other.room and self.entrance in ("", other.entrance)


@lru_cache(maxsize=50_000)
def door_of(entrance: str, room: str) -> Door:
    """Return the door that a register names in one or two columns; a text that is no number is its own key."""
    entrance_key, room_key = _entrance(normalize(entrance)), normalize(room)
    inside = _inside(room_key)
    own, flat = _keys(inside) if inside else ("", room_key)
    if own and entrance_key not in ("", own):
        return Door(entrance_key, room_key)  # 2单元 and 1-102: no reading makes one door of the two
    return Door(entrance_key or own, flat)


def door_in(address: str) -> Door:
    """Return the door that an address names behind its building; an empty one when it names none."""
    reading = parse(normalize(address), EMPTY)[0]
    return Door(*_keys([e for e in reading.elements if e.kind in WITHIN_BUILDING]))


def entrance_name(entrance: str, key: str) -> str:
    """Return how an entrance that is new is called: 一单元, and the 1 of 1-102, are 1单元."""
    return f"{key}单元" if key.isdigit() else entrance.strip() or key.upper()


def room_number(room: str, key: str) -> str:
    """Return how a unit that is new is numbered: 102室, １０２ and 1-102 are 102, if that reads as ``key``."""
    return key.upper() if door_of("", key) == Door("", key) else room.strip()


def _inside(text: str) -> list[Element]:
    """Return the elements of a text that stands behind a building; none if it says more, or anything twice."""
    reading: Reading = parse(_BUILDING + text, EMPTY)[0]
    found = [e for e in reading.elements if e.start >= len(_BUILDING)]
    kinds = [e.kind for e in found]
    is_door = bool(found) and set(kinds) <= set(WITHIN_BUILDING) and len(set(kinds)) == len(kinds)
    return found if is_door else []


def _keys(inside: list[Element]) -> tuple[str, str]:
    values = {e.kind: e.value for e in inside}
    room, floor = values.get(Kind.ROOM, ""), values.get(Kind.FLOOR, "")
    # 3楼301 says its floor twice; 3楼2室 is another room than 5楼2室.
    return values.get(Kind.ENTRANCE, ""), room if not room or room.startswith(floor) else f"{floor}-{room}"


def _entrance(text: str) -> str:
    inside = _inside(text)
    if len(inside) != 1 or inside[0].kind is Kind.FLOOR:
        return text
    return inside[0].value.lstrip("0") or text
