"""From a normalized address to readings: typed elements, found by rules and the names of the divisions."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from buildings.addresses.parsing import western
from buildings.addresses.parsing.divisions import divisions, shortened
from buildings.addresses.parsing.elements import DIVISIONS, NAMES, WITHIN_BUILDING, Element, Gazetteer, Kind, Reading
from buildings.addresses.parsing.number_roles import assign_roles
from buildings.addresses.parsing.numbers import number_at
from buildings.addresses.parsing.streets import name_at

_HAN: Final = re.compile(r"[\u2e80-\u9fff]")
_NAME: Final = r"[\u2e80-\u9fff]"
# What stands between elements and says nothing; and between two roads that cross.
_FILLERS: Final = re.compile("[ #/.-]+|大?门口|楼下|门牌号?码?(?=[0-9])|院?内(?=[0-9]|$)")
_JOINTS: Final = re.compile(rf"口|[与和及跟](?={_NAME}{{1,6}}[路街道0-9])")
SHORT_NAME_PENALTY: Final = 0.05
ESTATE_NUMBER_PENALTY: Final = 0.1
_OF_OTHERS: Final = (Kind.ROAD, Kind.LANE, Kind.BUILDING)  # where one stands, an estate's number may be its own
_NUMBERED: Final = (Kind.NUMBER, Kind.BUILDING, *WITHIN_BUILDING)


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
    head, start = divisions(text, gazetteer, short=False)
    readings = [_reading(text, head, start)]
    if shortened(text, head, start, gazetteer):
        short_head, short_start = divisions(text, gazetteer, short=True)
        if short_start > start:
            readings.append(_reading(text, short_head, short_start, SHORT_NAME_PENALTY))
    readings.extend([*_estate_numbers(readings), *_lettered_rooms(readings)])
    return tuple(readings)


_REMARK: Final = re.compile(
    rf"(?:(?!(?:大道|[路街巷村])[0-9]){_NAME}|[a-z0-9](?=号?出?口)){{2,12}}?"
    r"(?:斜对面|正对面|对面|附近|旁边|隔壁|后面|前面|旁侧|旁)的?(?=[\u2e80-\u9fff]+[0-9a-z])"
)


def _behind_remark(text: str, start: int) -> int:
    """Return where the address goes on behind a remark on how to get there: 地铁站B出口附近, 人民医院对面."""
    remark = _REMARK.match(text, start)
    return remark.end() if remark else start


def _reading(text: str, head: list[Element], start: int, penalty: float = 0.0) -> Reading:
    body = _numbers_last(assign_roles([*head, *_body(text, _behind_remark(text, start))]))
    return Reading(tuple(body), penalty)


def _numbers_last(found: list[Element]) -> list[Element]:
    """Return the elements with numbers that are written before what they are of behind it: 101室，829号，坪山大道."""
    head = [e for e in found if e.kind in DIVISIONS]
    body = found[len(head) :]
    if not body or body[0].kind not in _NUMBERED:
        return found
    count = next((n for n, e in enumerate(body) if e.kind not in _NUMBERED), len(body))
    numbers, rest = body[:count], body[count:]
    repeated = {e.kind for e in numbers} & {e.kind for e in rest}
    if found[: len(head)] != head or repeated or not any(e.kind in NAMES for e in rest):
        return found
    return [*head, *rest, *sorted(numbers, key=lambda e: _NUMBERED.index(e.kind))]


def _estate_numbers(readings: list[Reading]) -> list[Reading]:
    """Return the readings in which an estate's 3号 is its 3栋."""
    more = []
    for reading in readings:
        kinds = reading.by_kind.keys()
        if Kind.ESTATE in kinds and Kind.NUMBER in kinds and kinds.isdisjoint(_OF_OTHERS):
            changed = tuple(e._replace(kind=Kind.BUILDING) if e.kind is Kind.NUMBER else e for e in reading.elements)
            more.append(Reading(changed, reading.penalty + ESTATE_NUMBER_PENALTY))
    return more


def _lettered_rooms(readings: list[Reading]) -> list[Reading]:
    """Return the readings in which a block's letter and the number behind it are one room's: c503."""
    more = []
    for reading in readings:
        if Kind.BUILDING not in reading.by_kind or Kind.ROOM not in reading.by_kind:
            continue
        for n, (block, room) in enumerate(pairwise(reading.elements)):
            joined = block.kind is Kind.BUILDING and room.kind is Kind.ROOM and block.end == room.start
            if joined and len(block.text) == 1 and block.text.isascii():
                whole = room._replace(text=block.text + room.text, value=block.value + room.value, start=block.start)
                changed = (*reading.elements[:n], whole, *reading.elements[n + 2 :])
                more.append(Reading(changed, reading.penalty + ESTATE_NUMBER_PENALTY))
    return more


def _body(text: str, start: int) -> list[Element]:
    """Return what stands behind the divisions: roads, numbers, estates, buildings, rooms."""
    found: list[Element] = []
    at = start
    while at < len(text):
        filler = _FILLERS.match(text, at) or (found and found[-1].kind is Kind.ROAD and _JOINTS.match(text, at))
        if filler:
            at = filler.end()
            continue
        element = _postcode_at(text, at) or _qualifier_at(text, at, found) or number_at(text, at) or name_at(text, at)
        at = element.end
        if element.kind is Kind.ESTATE and found and (_one_name(found[-1], element) or _left_over(found[-1], element)):
            element = _joined(found.pop(), element)
        found.append(element)
    return found


# At the end, apart: 12栋430 410013.
_POSTCODE: Final = re.compile("(?<= )[0-9]{6}(?= |$)")


def _postcode_at(text: str, at: int) -> Element | None:
    match = _POSTCODE.match(text, at)
    return Element(Kind.POSTCODE, match[0], match[0], at) if match else None


# What is written behind a number and distinguishes siblings: 829号乙, 829 A号, 101之三, 3栋西侧.
_QUALIFIER: Final = re.compile(
    r"(?:[东南西北左右前后]?半[户间套边层]|[东西南北中左右前后]边?[户套手]|宿舍楼?|厂房|食堂|仓库|门卫室?|车[库棚]|杂物间|储藏室|地下室"
    r"|[裙附主副辅前后东南西北侧配偏][楼座房屋院栋幢门]|顶[楼层]|[夹阁][层楼]|架空层|天面|楼顶|平房|铁皮房"
    r"|[甲乙丙丁戊己庚辛东西南北中上下前后左右内外]|[a-z]|[之附](?:[0-9]+|[甲乙丙丁一二三四五六七八九十]+)|(?:[0-9]{1,2}|[a-z])(?=[期区]))"
    r"(?:号(?![0-9楼栋院])|区|期|[侧边面翼段](?!街|路))?"
    r"(?=[ #/-]*(?:$|[0-9]))"
)


def _qualifier_at(text: str, at: int, found: list[Element]) -> Element | None:
    """Return the qualifier of the number before that stands at ``at``, if one does; a letter only without a word."""
    if not found or found[-1].kind not in _NUMBERED:
        return None
    match = _QUALIFIER.match(text, at)
    if match is None or (match[0].isascii() and (match.end() < len(text) or found[-1].kind is Kind.FLOOR)):
        return None
    return Element(Kind.QUALIFIER, match[0], match[0].removesuffix("号"), at)


def _one_name(before: Element, element: Element) -> bool:
    """Whether a phase or a quarter (2期, 3区) goes on the estate's name."""
    return before.kind is Kind.ESTATE and before.end == element.start and element.text[0].isascii()


def _left_over(before: Element, element: Element) -> bool:
    """Whether a single sign is left behind a name: 沙村湖 is another name miswritten, not 沙村."""
    return before.text.endswith("村") and before.end == element.start and len(element.text) == 1


def _joined(before: Element, element: Element) -> Element:
    written = before.text + element.text
    return Element(Kind.ESTATE, written, written, before.start)
