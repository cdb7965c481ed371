"""Numbered elements: what 12号, 3栋, 2单元, 五楼 and 3-2-501 are, by their word or by what stands before them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from buildings.geocoding.elements import Element, Kind

_ID: Final = r"[a-z]{0,2}-?[0-9]+(?:-[0-9]+)*[a-z]?|[a-z]{1,2}[0-9]*|[甲乙丙丁戊东西南北](?=[栋幢座])"
# Tried in this order where a digit, a letter or a sign of order stands.
_WORDED: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        Kind.BUILDING,
        re.compile(rf"({_ID}) ?(?:号楼|号栋|号幢|号座|号房子|#楼|#栋|栋楼|栋|幢|座|大栋|#(?=[0-9]))(?![桥山])"),
    ),
    (Kind.BUILDING, re.compile(r"([0-9]{1,3}(?!f)[a-z])(?=[ -]?[0-9]{3,4}(?![0-9]))")),  # 8b-1017, 3a1234
    (Kind.ENTRANCE, re.compile(r"([0-9]+|[a-z]|[东西南北中左右甲乙](?=单元)) ?(?:号?单元|号?梯)")),
    (Kind.FLOOR, re.compile(r"(?:负|地下|b)([0-9]{1,2})(?:楼|层|f|(?![0-9a-z-]))(?!栋|幢|座|室|号)")),
    (Kind.FLOOR, re.compile(r"([0-9]+) ?(?:楼|层|f(?![a-z]|[0-9]{1,2}(?![0-9])))(?!盘)")),
    (
        Kind.ROOM,
        re.compile(
            r"([a-z]{0,2}-?[0-9]+[a-z]?(?:-[0-9]+)?) ?"
            r"(?:号?室|号?房间?|号?商?铺位?|号?档口?|号?店铺?(?!面))"
        ),
    ),
    (Kind.LANE, re.compile(r"([0-9]+)(?:巷|弄|胡同|横巷|横|条|村民小组|组|队)")),
    (Kind.NUMBER, re.compile(r"([a-z]{0,2}-?[0-9]+(?:-[0-9]+)*[a-z]?)(?:号院|号门牌|号(?!门(?![牌面])))")),
)
_BARE: Final = re.compile(
    r"[a-z]{0,2}-?[0-9]+[a-z]?(?:-[a-z]{0,2}[0-9]+[a-z]?)*(?![0-9楼层室号]|多?米)|[a-z](?![a-z0-9])"
)
# Parts of an estate that are counted: 龙湖花园2期, 商贸城3区.
_PHASE: Final = re.compile(r"(?:[0-9]{1,2}|[a-z])(?:区|期|排|坊)(?!别)")
_TOWARDS: Final = re.compile(r"(?:[0-9]{1,2}|[a-z]|[东西南北中])(?:区|期|厅|馆)$")
_NUMBERED_ROAD: Final = re.compile(r"[0-9]{1,2}(?:号?大街|号路)|[0-9]{1,3}街(?=[0-9])")
# Where a 号 of three digits is a stall and no house.
_STALLS: Final = (
    "市场",
    "商城",
    "贸城",
    "配城",
    "大厦",
    "广场",
    "商厦",
    "百货",
    "衫城",
    "装城",
    "饰城",
    "码城",
    "鞋城",
    "具城",
    "料城",
    "纺城",
    "商铺",
)
# Where a number begins, seen from inside a name.
NUMBER_AHEAD: Final = re.compile(
    rf"(?<![a-z0-9])(?:(?:{_ID}) ?(?:号楼|号栋|#楼|栋|幢|座)|[a-z]{{0,2}}[0-9]+ ?(?:号|单元|楼|层|室|房|巷|弄|组|队)"
    r"|[a-z]?[0-9]+(?:-[0-9]+)*[a-z]?$|[a-z]?[0-9]+[a-z]?-[0-9]+|[0-9]{1,3}街(?=[0-9])"
    r"|[0-9]{1,3}[a-z][0-9]{3}|[0-9]{3,}|[a-z](?= [0-9]|-[0-9]|$))"
)
_BEGINNINGS: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyz-#甲乙丙丁戊东西南北中左右负地")
_NEIGHBOURS: Final = 10  # rooms that one household or shop may have thrown together
_SHORT: Final = 2  # digits of a building's or entrance's number; a room's has more


def number_at(text: str, at: int) -> Element | None:
    """Return the numbered element at ``at``: by its word, else bare (as a room, until `settle`)."""
    if text[at] not in _BEGINNINGS:
        return None
    for kind, pattern in _WORDED:
        match = pattern.match(text, at)
        if match and not _NUMBERED_ROAD.match(text, at):
            return Element(kind, match[0], _value(kind, match), at)
    for kind, pattern in ((Kind.ESTATE, _PHASE), (Kind.ROAD, _NUMBERED_ROAD)):
        match = pattern.match(text, at)
        if match:
            return Element(kind, match[0], match[0], at)
    match = _BARE.match(text, at)
    return Element(Kind.ROOM, match[0], match[0], at) if match else None


def _value(kind: Kind, match: re.Match[str]) -> str:
    if kind is Kind.FLOOR and match[0][0] in "负地b":
        return f"-{int(match[1])}"
    value = match[1].replace(" ", "")
    return value if kind is Kind.ROOM else value.lstrip("0") or "0"


def settle(found: list[Element]) -> list[Element]:
    """Return the elements with bare numbers, chains and 号 understood by what stands before them."""
    settled: list[Element] = []
    for element, behind in zip(found, [*found[1:], None], strict=True):
        if element.kind is Kind.ROOM and (_BARE.fullmatch(element.text) or "-" in element.value):
            settled.extend(_unchained(element, settled[-1:], {e.kind for e in settled}, behind))
        elif element.kind is Kind.ROAD and _is_alley(element, settled[-1:]):
            settled.append(replace(element, kind=Kind.ENTRANCE, value=element.value.rstrip("街")))
        elif element.kind is Kind.NUMBER and (kinds := _inside_kinds(element, settled[-1:])):
            settled.extend(replace(part, kind=kind) for part, kind in zip(_halves(element), kinds, strict=True))
        elif element.kind is Kind.NUMBER:
            settled.append(replace(element, kind=_of_number(element, settled, behind)))
        else:
            settled.append(element)
    return settled


def _is_alley(element: Element, before: list[Element]) -> bool:
    """Whether a 6街 is one inside a market: behind a storey or a quarter of it."""
    if not element.text[0].isdigit() or not element.text.endswith("街"):
        return False
    return any(e.kind is Kind.FLOOR or e.text.endswith((*_STALLS, "区")) for e in before)


def _inside_kinds(element: Element, before: list[Element]) -> list[Kind]:
    """Return what the halves of 9-1148号 are where it is no door plate: in a building, behind an estate; else []."""
    halves = element.value.split("-")
    if len(halves) != 2 or not before or before[0].end != element.start or not halves[0].isalnum():
        return []
    if before[0].kind is Kind.BUILDING:
        return [Kind.ENTRANCE, Kind.ROOM]
    telling = len(halves[0]) <= _SHORT < len(halves[1])
    if before[0].kind is Kind.ESTATE and telling and not _numbers_houses(before[0]):
        return [Kind.BUILDING, Kind.ROOM]
    return []


def _halves(element: Element) -> tuple[Element, Element]:
    first, _, last = element.text.partition("-")
    value, _, rest = element.value.partition("-")
    return (
        replace(element, text=first, value=value),
        replace(element, text=last, value=rest, start=element.start + len(first) + 1),
    )


def _of_number(element: Element, settled: list[Element], behind: Element | None) -> Kind:
    """Return what a 号 is: a door plate, behind one a building, inside a building a stairwell or a room."""
    held = {e.kind for e in settled}
    if settled and settled[-1].kind is Kind.BUILDING and behind and behind.kind in (Kind.FLOOR, Kind.ROOM):
        return Kind.ENTRANCE
    if held & {Kind.BUILDING, Kind.ENTRANCE, Kind.FLOOR}:
        return Kind.ROOM
    if (
        settled
        and _TOWARDS.sub("", settled[-1].text).endswith(_STALLS)
        and len(element.value.rpartition("-")[2]) > _SHORT
    ):
        return Kind.ROOM
    if Kind.NUMBER in held and settled[-1].kind is not Kind.LANE:
        return Kind.BUILDING
    return Kind.NUMBER


def _unchained(element: Element, before: list[Element], held: set[Kind], behind: Element | None) -> Iterator[Element]:
    """Yield the parts of a number without a word: 花园3-2-501 is a building, an entrance and a room."""
    parts = _parts(element)
    if len(parts) == 1 and behind and behind.kind is Kind.ROOM and any(e.kind is Kind.ESTATE for e in before):
        yield replace(element, kind=Kind.BUILDING)  # 花园124 342室
        return
    kinds = _kinds(parts, held, by_the_road=any(_numbers_houses(e) for e in before) and Kind.NUMBER not in held)
    if len(kinds) == 1:
        yield replace(element, kind=kinds[0])
        return
    for part, kind in zip(parts, kinds, strict=True):
        yield replace(part, kind=kind)


def _parts(element: Element) -> list[Element]:
    values = element.value.split("-")
    spans = list(re.finditer("[^-]+", element.text))
    if len(spans) != len(values):
        return [element]
    return [Element(Kind.ROOM, m[0], v, element.start + m.start()) for m, v in zip(spans, values, strict=True)]


def _numbers_houses(element: Element) -> bool:
    """Whether a number behind this element is a door plate: behind a road, a lane, a village."""
    if element.kind is Kind.ESTATE:
        return element.text.endswith("村") and not element.text.endswith("新村")
    return element.kind in (Kind.ROAD, Kind.LANE, Kind.SUBDISTRICT, Kind.COMMUNITY)


def _kinds(parts: list[Element], held: set[Kind], *, by_the_road: bool) -> list[Kind]:
    """Return the kinds of a chain's parts; one kind for several parts means that they are one number (12-1)."""
    last_is_room = len(re.sub("[^0-9]", "", parts[-1].text)) > _SHORT or parts[-1].text != parts[-1].value
    if len(parts) == 2 and not by_the_road and (_is_range(*parts) or Kind.FLOOR in held):
        return [Kind.ROOM]
    if by_the_road:
        return _behind_a_road(len(parts), last_is_room=last_is_room)
    if held & {Kind.BUILDING, Kind.ENTRANCE, Kind.FLOOR}:
        inside = [Kind.ENTRANCE] if Kind.ENTRANCE not in held and len(parts) > 1 else []
        return [*inside, Kind.ROOM] if len(inside) + 1 == len(parts) else [Kind.ROOM]
    if len(parts) == 1:
        return [Kind.ROOM if last_is_room else Kind.BUILDING]
    if len(parts) == 2:
        return [Kind.BUILDING, Kind.ROOM if last_is_room else Kind.ENTRANCE]
    return [Kind.BUILDING, Kind.ENTRANCE, Kind.ROOM] if len(parts) == 3 else [Kind.ROOM]


def _is_range(first: Element, last: Element) -> bool:
    """Whether two parts are rooms thrown together: 1220-1221, 40258-40261店; not 12-1220."""
    both_rooms = all(e.value.isdigit() and len(e.value) > _SHORT for e in (first, last))
    return both_rooms and 0 < int(last.value) - int(first.value) <= _NEIGHBOURS


def _behind_a_road(count: int, *, last_is_room: bool) -> list[Kind]:
    if count == 2 and last_is_room:
        return [Kind.NUMBER, Kind.ROOM]
    if count == 3:
        return [Kind.NUMBER, Kind.BUILDING, Kind.ROOM]
    if count == 4:
        return [Kind.NUMBER, Kind.BUILDING, Kind.ENTRANCE, Kind.ROOM]
    return [Kind.NUMBER]
