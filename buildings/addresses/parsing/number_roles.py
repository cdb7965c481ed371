"""What numbers without a telling word are: bare ones, chains (3-2-501) and 号, by what stands before them. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from buildings.addresses.parsing.elements import Element, Kind
from buildings.addresses.parsing.markets import is_market, is_street_inside, is_tower
from buildings.addresses.parsing.numbers import BARE

_NEIGHBOURS: Final = 10  # rooms that one household or shop may have thrown together
_PLATES: Final = 30  # by how much the plates of one firm's houses may differ
# Villages, and areas of works, whose houses have plates.
_WITH_PLATES: Final = ("村", "庄", "浜", "屯", "寨", "岙", "畈", "埭", "工业区")
_SHORT: Final = 2  # digits of a building's or entrance's number; a room's has more
_STOREY: Final = re.compile("0?[1-9]|[1-9][0-9]")
_DOOR: Final = re.compile("0[1-9]")
# c503 behind an estate or an office tower: block and room.
_BLOCK_AND_ROOM: Final = re.compile("[a-z][0-9]{3,4}(?:室|号?房)?")
_HOUSE: Final = frozenset((Kind.NUMBER, Kind.BUILDING))
_INSIDE: Final = frozenset((Kind.BUILDING, Kind.ENTRANCE, Kind.FLOOR))


def assign_roles(found: Sequence[Element]) -> list[Element]:
    """Return the elements with bare numbers, chains and 号 understood by what stands before them."""
    assigned: list[Element] = []
    for element, behind in zip(found, [*found[1:], None], strict=True):
        if element.kind is Kind.ROOM and _is_plate(element, assigned):
            assigned.append(element._replace(kind=Kind.NUMBER, value=element.value.lstrip("0")))
        elif element.kind is Kind.ROOM and (
            _BLOCK_AND_ROOM.fullmatch(element.text) or BARE.fullmatch(element.text) or "-" in element.value
        ):
            assigned.extend(_unchained(element, assigned, behind))
        elif element.text.endswith("#"):
            assigned.append(element._replace(kind=_of_hash(assigned)))
        elif element.kind is Kind.ROAD and is_street_inside(element, assigned):
            assigned.append(element._replace(kind=Kind.ENTRANCE, value=element.value.rstrip("街")))
        elif element.kind is Kind.NUMBER and (kinds := _inside_kinds(element, assigned[-1:])):
            assigned.extend(part._replace(kind=kind) for part, kind in zip(_parts(element), kinds, strict=True))
        elif element.kind is Kind.NUMBER:
            assigned.append(element._replace(kind=_of_number(element, assigned, behind)))
        else:
            assigned.append(element)
    return assigned


def _is_plate(element: Element, assigned: Sequence[Element]) -> bool:
    """Whether a 12号商铺, 12号店面 is the shop at a door plate: behind a road."""
    return "号" in element.text and bool(assigned) and assigned[-1].kind in (Kind.ROAD, Kind.LANE)


def _of_hash(assigned: Sequence[Element]) -> Kind:
    """Return what a number with a hash is: a building (3#501), behind one an entrance, behind a road a plate."""
    if assigned and assigned[-1].kind in (Kind.ROAD, Kind.LANE):
        return Kind.NUMBER
    return Kind.ENTRANCE if Kind.BUILDING in {e.kind for e in assigned} else Kind.BUILDING


def _of_number(element: Element, assigned: Sequence[Element], behind: Element | None) -> Kind:
    """Return what a 号 is: a door plate, behind one a building, inside a building a stairwell or a room."""
    held = {e.kind for e in assigned}
    before = assigned[-1] if assigned else None
    if before and before.kind in (Kind.ROAD, Kind.LANE):
        return Kind.NUMBER
    if before and before.kind is Kind.BUILDING and behind and behind.kind in (Kind.FLOOR, Kind.ROOM):
        return Kind.ENTRANCE
    if held & _INSIDE:
        return Kind.ROOM
    if before and is_market(before) and (len(element.value.rpartition("-")[2]) > _SHORT or element.value[0].isalpha()):
        return Kind.ROOM
    if Kind.NUMBER not in held:
        return Kind.NUMBER
    return Kind.ROOM if len(element.value) > _SHORT and element.value.isdigit() else Kind.BUILDING


def _inside_kinds(element: Element, before: Sequence[Element]) -> list[Kind]:
    """Return what the halves of 9-1148号 are where it is no door plate: in a building, behind an estate; else []."""
    halves = element.value.split("-")
    if len(halves) != 2 or not before or before[0].end != element.start:
        return []
    if before[0].kind is Kind.BUILDING:
        return [] if _is_range(*halves) else [Kind.ENTRANCE, Kind.ROOM]
    if before[0].kind is not Kind.ESTATE or _numbers_houses(before[0]) or _is_range(*halves):
        return []
    return [Kind.BUILDING, Kind.ROOM]


def _unchained(element: Element, assigned: Sequence[Element], behind: Element | None) -> Iterator[Element]:
    """Yield the parts of a number without a word: 花园3-2-501 is a building, an entrance and a room."""
    parts, held, before = _parts(element), {e.kind for e in assigned}, assigned[-1:]
    if len(parts) == 1 and behind and behind.kind is Kind.ROOM:
        if any(e.kind is Kind.ESTATE for e in before):
            yield element._replace(kind=Kind.BUILDING)  # 花园124 342室
            return
        if any(e.kind is Kind.BUILDING for e in before) and len(element.value) <= _SHORT:
            yield element._replace(kind=Kind.ENTRANCE)  # 3栋2 501
            return
    if before and is_tower(before[0]) and _BLOCK_AND_ROOM.fullmatch(element.text):
        yield element._replace(kind=Kind.BUILDING, text=element.text[0], value=element.value[0])
        yield element._replace(text=element.text[1:], value=element.value[1:], start=element.start + 1)
        return
    by_the_road = Kind.NUMBER not in held and any(_numbers_houses(e, len(parts)) for e in before)
    kinds = _kinds(parts, held, by_the_road=by_the_road)
    if len(kinds) == 1:
        yield element._replace(kind=kinds[0])
        return
    for part, kind in zip(parts, kinds, strict=True):
        yield part._replace(kind=kind)


def _parts(element: Element) -> list[Element]:
    if "-" not in element.value:
        return [element]
    values = element.value.split("-")
    spans = list(re.finditer("[^-]+", element.text))
    if len(spans) != len(values):
        return [element]
    return [
        element._replace(text=m[0], value=v, start=element.start + m.start())
        for m, v in zip(spans, values, strict=True)
    ]


def _numbers_houses(element: Element, parts: int = 1) -> bool:
    """Whether a number of so many parts behind this element is a plate: behind a road, a lane, a village, a works area.

    A village's 3-2-501 is in one of its blocks of flats.
    """
    if element.kind is Kind.ESTATE:
        return parts < 3 and element.text.endswith(_WITH_PLATES) and not element.text.endswith("新村")
    return element.kind in (Kind.ROAD, Kind.LANE, Kind.SUBDISTRICT, Kind.COMMUNITY)


def _kinds(parts: Sequence[Element], held: set[Kind], *, by_the_road: bool) -> list[Kind]:
    """Return the kinds of a chain's parts; one kind for several parts means that they are one number (12-1)."""
    last_is_room = len(re.sub("[^0-9]", "", parts[-1].text)) > _SHORT or parts[-1].text != parts[-1].value
    if len(parts) == 2 and not by_the_road and (_is_range(*(p.value for p in parts)) or Kind.FLOOR in held):
        return [Kind.ROOM]
    if by_the_road:
        return _behind_a_road(parts, last_is_room=last_is_room)
    if len(parts) == 2 and held & _HOUSE and (kinds := _two_of_a_door(parts[0].value, parts[1].value)):
        return kinds
    if held & _INSIDE:
        return _inside_a_building(parts, held)
    return _outside(parts, last_is_room=last_is_room)


def _two_of_a_door(first: str, last: str) -> list[Kind]:
    """Return what two numbers behind a house are that tell one door: 5-01 storey and door, 502-2 a room; else []."""
    if _STOREY.fullmatch(first) and _DOOR.fullmatch(last):
        return [Kind.FLOOR, Kind.ROOM]
    return [Kind.ROOM] if len(first) > _SHORT >= len(last) else []


def _outside(parts: Sequence[Element], *, last_is_room: bool) -> list[Kind]:
    if len(parts) == 1:
        return [Kind.ROOM if last_is_room else Kind.BUILDING]
    if len(parts) == 2:
        return [Kind.BUILDING, Kind.ROOM if last_is_room else Kind.ENTRANCE]
    whole = [Kind.BUILDING, Kind.ENTRANCE, Kind.FLOOR, Kind.ROOM]
    return {3: [Kind.BUILDING, Kind.ENTRANCE, Kind.ROOM], 4: whole}.get(len(parts), [Kind.ROOM])


def _is_range(first: str, last: str) -> bool:
    """Whether two numbers are rooms thrown together: 1220-1221, 40258-40261店; not 12-1220, not 3-4."""
    first, last = (value.lstrip("abcdefghijklmnopqrstuvwxyz") for value in (first, last))
    both_rooms = all(value.isdigit() and len(value) > _SHORT for value in (first, last))
    return both_rooms and 0 < int(last) - int(first) <= _NEIGHBOURS


def _inside_a_building(parts: Sequence[Element], held: set[Kind]) -> list[Kind]:
    count = len(parts)
    if count == 1 or Kind.ENTRANCE in held:
        return [Kind.ROOM]
    if count == 2:
        return [Kind.ENTRANCE, Kind.ROOM]
    return [Kind.ENTRANCE, Kind.FLOOR, Kind.ROOM] if count == 3 else [Kind.ROOM]


def _behind_a_road(parts: Sequence[Element], *, last_is_room: bool) -> list[Kind]:
    count = len(parts)
    if count == 2 and last_is_room and not _are_plates(*(p.value for p in parts)):
        return [Kind.NUMBER, Kind.ROOM]
    if count == 3:
        return [Kind.NUMBER, Kind.BUILDING, Kind.ROOM]
    if count == 4:
        return [Kind.NUMBER, Kind.BUILDING, Kind.ENTRANCE, Kind.ROOM]
    return [Kind.NUMBER]


def _are_plates(first: str, last: str) -> bool:
    """Whether two numbers are the plates of a row of houses: 208-210, on one side of a road; not 12-501."""
    if not (first.isdigit() and last.isdigit() and len(first) > _SHORT):
        return False
    apart = int(last) - int(first)
    return 0 < apart <= _PLATES and apart % 2 == 0
