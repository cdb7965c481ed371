"""From a normalized address to readings: typed elements, found by rules and the names of the divisions."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from buildings.geocoding import western
from buildings.geocoding.elements import DIVISIONS, Element, Gazetteer, Kind, Place, Reading

_HAN: Final = re.compile(r"[\u2e80-\u9fff]")
_NAME: Final = r"[\u2e80-\u9fff]"
_SEPARATORS: Final = " #/"

# Numbered elements, tried in this order where a digit or a letter stands.
_ID: Final = r"[a-z]{0,2}-?[0-9]+(?:-[0-9]+)*[a-z]?|[a-z]{1,2}[0-9]*|[甲乙丙丁戊东西南北](?=[栋幢座])"
_NUMBERED: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (Kind.BUILDING, re.compile(rf"({_ID}) ?(?:号楼|号栋|号幢|号座|#楼|#栋|栋楼|栋|幢|座|大栋)")),
    (Kind.ENTRANCE, re.compile(r"([0-9]+|[a-z]) ?(?:号?单元|号?门|号?梯)(?!诊|卫|面|市|口)")),
    (Kind.FLOOR, re.compile(r"(?:负|地下|b)([0-9]+)(?:楼|层|f)?(?![0-9a-z])")),
    (Kind.FLOOR, re.compile(r"([0-9]+)(?:楼|层|f(?![a-z0-9]))")),
    (Kind.ROOM, re.compile(r"([a-z]{0,2}-?[0-9]+[a-z]?(?:-[0-9]+)?) ?(?:号?室|号?房间?|号?商?铺位?|号?档口?|号店铺?)")),
    (Kind.LANE, re.compile(r"([0-9]+)(?:巷|弄|胡同|横巷|横|条)")),
    (Kind.NUMBER, re.compile(r"([0-9]+(?:-[0-9]+)*[a-z]?)(?:号院|号)")),
)
_CHAIN: Final = re.compile(r"([a-z]?[0-9]+[a-z]?)-(?:([0-9]{1,2})-)?([a-z]?[0-9]{2,5}[a-z]?)(?![0-9a-z-])")
_BARE: Final = re.compile(r"(?:[a-z]-?)?[0-9]+(?:-[0-9]+)*[a-z]?")
_LETTERS: Final = re.compile(r"[a-z0-9 -]+")

_ROAD_END: Final = r"(?:大道|大街|公路|国道|省道|环路|路|街|道)(?!道|口|办|心|边|旁|号|区)"
_ROAD: Final = re.compile(rf"({_NAME}+?[0-9]{{0,3}}{_ROAD_END}(?:[东南西北中][段路街](?={_NAME}*))?)")
_LANE: Final = re.compile(rf"({_NAME}+?(?:巷|弄|胡同|里弄))(?={_NAME}|[0-9]|$)")
_DIVISION_ENDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (Kind.PROVINCE, re.compile(rf"{_NAME}{{2,6}}?(?:省|自治区)")),
    (Kind.CITY, re.compile(rf"{_NAME}{{2,5}}?市(?!场)")),
    (Kind.DISTRICT, re.compile(rf"{_NAME}{{1,5}}?(?:新区|(?<![业小园校社景厂片库])区|县)(?!域)")),
    (Kind.SUBDISTRICT, re.compile(rf"{_NAME}{{2,6}}?(?:街道办事处|街道办|办事处|街道|镇|乡)")),
    (Kind.COMMUNITY, re.compile(rf"{_NAME}{{2,6}}?(?:社区居委会|居委会|村委会|社区)")),
)
_CITIES: Final = ("深圳", "广东")
SHORT_NAME_PENALTY: Final = 0.05
ESTATE_NUMBER_PENALTY: Final = 0.1


def parse(text: str, gazetteer: Gazetteer) -> tuple[Reading, ...]:
    """Return the readings of a normalized address (`normalize`), the most natural first; never empty.

    ``gazetteer`` holds the divisions of the deployment. A text without Han characters is read as "street number"
    or "number street".
    """
    if not _HAN.search(text):
        return western.parse(text)
    return _chinese(text, gazetteer)


@lru_cache(maxsize=20_000)
def _chinese(text: str, gazetteer: Gazetteer) -> tuple[Reading, ...]:
    head, start = _divisions(text, gazetteer, short=False)
    readings = [_reading(text, head, start)]
    short_head, short_start = _divisions(text, gazetteer, short=True)
    if short_start > start:
        readings.append(_reading(text, short_head, short_start, SHORT_NAME_PENALTY))
    readings.extend(_estate_numbers(readings))
    return tuple(readings)


def _estate_numbers(readings: list[Reading]) -> list[Reading]:
    """Return the readings in which an estate's 3号 is its 3栋."""
    more = []
    for reading in readings:
        kinds = {e.kind for e in reading.elements}
        if kinds >= {Kind.ESTATE, Kind.NUMBER} and kinds.isdisjoint({Kind.ROAD, Kind.LANE, Kind.BUILDING}):
            changed = tuple(
                replace(e, kind=Kind.BUILDING) if e.kind is Kind.NUMBER else e for e in reading.elements
            )
            more.append(Reading(changed, reading.penalty + ESTATE_NUMBER_PENALTY))
    return more


def _reading(text: str, head: list[Element], start: int, penalty: float = 0.0) -> Reading:
    body = _settle(_body(text, start))
    return Reading(tuple(head) + tuple(body), penalty)


def _divisions(text: str, gazetteer: Gazetteer, *, short: bool) -> tuple[list[Element], int]:
    """Return the divisions that the text begins with, and where they end."""
    found: list[Element] = []
    at = 0
    while at < len(text):
        element = _division_at(text, at, gazetteer, found, short=short)
        if element is None:
            break
        found.append(element)
        at = element.end
        while at < len(text) and text[at] in " -":
            at += 1
    return found, at


def _division_at(
    text: str, at: int, gazetteer: Gazetteer, found: list[Element], *, short: bool
) -> Element | None:
    rank = max((DIVISIONS.index(e.kind) for e in found), default=-1)
    name = gazetteer.longest_at(text, at)
    if name:
        return _named(gazetteer.full[name], name, at, rank)
    if short:
        name = gazetteer.longest_at(text, at, short=True)
        if name and not re.match(rf"{_NAME}{{0,1}}(?:大道|路|街|巷|[0-9])", text[at + len(name) :]):
            return _named(gazetteer.short[name], name, at, rank)
        for city in _CITIES:
            if text.startswith(city, at) and rank < 1:
                return Element(Kind.CITY if city == "深圳" else Kind.PROVINCE, city, city, at)
    for kind, pattern in _DIVISION_ENDS[rank + 1 :]:
        match = pattern.match(text, at)
        if match:
            return Element(kind, match[0], match[0], at)
    return None


def _named(places: tuple[Place, ...], name: str, at: int, rank: int) -> Element | None:
    """Return the widest place of this name that lies below what was named before."""
    for place in sorted(places, key=lambda p: DIVISIONS.index(p.kind)):
        if DIVISIONS.index(place.kind) > rank:
            return Element(place.kind, name, place.name, at)
    return None


def _body(text: str, start: int) -> list[Element]:
    """Return what stands behind the divisions: roads, numbers, estates, buildings, rooms."""
    found: list[Element] = []
    at = start
    while at < len(text):
        if text[at] in _SEPARATORS or text[at] == "-":
            at += 1
            continue
        element = _numbered(text, at) or _name(text, at)
        found.append(element)
        at = element.end
    return found


def _numbered(text: str, at: int) -> Element | None:
    for kind, pattern in _NUMBERED:
        match = pattern.match(text, at)
        if match:
            return Element(kind, match[0], _value(kind, match), at)
    match = _BARE.match(text, at)
    if match:
        return Element(Kind.ROOM, match[0], match[0], at)
    return None


def _value(kind: Kind, match: re.Match[str]) -> str:
    if kind is Kind.FLOOR and match[0][0] in "负地b":
        return f"-{int(match[1])}"
    value = match[1].replace(" ", "")
    return value.lstrip("0") or "0" if kind is not Kind.ROOM else value


def _name(text: str, at: int) -> Element:
    """Return the name that begins here: a road, a lane, or else an estate, village or company."""
    stop = _next_number(text, at)
    for kind, pattern in ((Kind.ROAD, _ROAD), (Kind.LANE, _LANE)):
        match = pattern.match(text, at)
        if match and match.end() - at > 1:
            return Element(kind, match[1], match[1], at)
    written = text[at:stop].rstrip(" -#/") or text[at]
    return Element(Kind.ESTATE, written, written, at)


_ANY_NUMBERED: Final = re.compile(
    rf"(?<![a-z0-9])(?:(?:{_ID}) ?(?:号楼|号栋|#楼|栋|幢|座)|[0-9]+ ?(?:号|单元|门|楼|层|室|房|巷|弄)|[a-z]?[0-9]+(?:-[0-9]+)*[a-z]?$"
    r"|[a-z]?[0-9]+-[0-9]+)"
)


def _next_number(text: str, at: int) -> int:
    match = _ANY_NUMBERED.search(text, at + 1)
    return match.start() if match else len(text)


def _settle(found: list[Element]) -> list[Element]:
    """Give bare numbers their meaning by what stands before them: 花园3-2-501, 12号3栋501."""
    settled: list[Element] = []
    for element in found:
        chain = _CHAIN.fullmatch(element.text) if element.kind is Kind.ROOM else None
        held = {e.kind for e in settled}
        if chain and Kind.BUILDING not in held and Kind.ESTATE in held:
            settled.extend(_unchain(chain, element.start))
        elif chain and Kind.ENTRANCE not in held and Kind.BUILDING in held and not chain[2]:
            settled.append(Element(Kind.ENTRANCE, chain[1], chain[1], element.start))
            settled.append(Element(Kind.ROOM, chain[3], chain[3], element.start + chain.start(3)))
        elif element.kind is Kind.ROOM and _BARE.fullmatch(element.text) and settled:
            settled.append(_bare(element, settled[-1].kind, held))
        else:
            settled.append(element)
    return settled


def _bare(element: Element, before: Kind, held: set[Kind]) -> Element:
    """Return what a number without a word means behind an element: 坪山大道2007 is a door plate."""
    kind = element.kind
    if before in (Kind.ROAD, Kind.LANE) and Kind.NUMBER not in held:
        kind = Kind.NUMBER
    elif before is Kind.ESTATE and Kind.BUILDING not in held and len(element.value.rpartition("-")[2]) <= 2:
        kind = Kind.NUMBER if "-" in element.value else Kind.BUILDING
    return Element(kind, element.text, element.value, element.start)


def _unchain(chain: re.Match[str], at: int) -> list[Element]:
    parts = [Element(Kind.BUILDING, chain[1], chain[1], at)]
    if chain[2]:
        parts.append(Element(Kind.ENTRANCE, chain[2], chain[2], at + chain.start(2)))
    parts.append(Element(Kind.ROOM, chain[3], chain[3], at + chain.start(3)))
    return parts
