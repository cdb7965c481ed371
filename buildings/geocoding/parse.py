"""From a normalized address to readings: typed elements, found by rules and the names of the divisions."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from buildings.geocoding import western
from buildings.geocoding.divisions import divisions, shortened
from buildings.geocoding.elements import Element, Gazetteer, Kind, Reading
from buildings.geocoding.numbers import NUMBER_AHEAD, number_at, settle

_HAN: Final = re.compile(r"[\u2e80-\u9fff]")
_NAME: Final = r"[\u2e80-\u9fff]"
_SEPARATORS: Final = " #/-."

_ROAD: Final = re.compile(
    rf"({_NAME}{{1,14}}?[0-9]{{0,3}}"
    r"(?:大道|大街|公路|国道|省道|环路|大路|(?<=[一-龥0-9])线(?=[0-9])|路|街|(?<!街)道|堤(?=[0-9]))"
    r"(?!道|办|心|边|旁|号|区|社|村|站|小|桥|店|公交)(?:[东南西北中0-9][段路街](?![0-9]))?)"
)
# Words that end an area's name inside a run of signs, and what a road's own name must be to stand behind one.
_AREA: Final = re.compile(
    r"开发区|工业区|工业园|科技园|产业园|度假区|园区|新区|小区|社区|区|新村|村|街道|办事处|镇|市场|花园|广场|市|县|省"
)
_OWN_NAME: Final = re.compile(rf"(?![东南西北中][路街]|大道|[路街道0-9]|[东西南北中]?[大新]?[路街]){_NAME}{{2,}}")
# A road's own name is two signs, perhaps with a side and a word for what it is: what stands before is where it is.
_LONG_ROAD: Final = re.compile(
    rf"({_NAME}{{2,}}?)((?!工业|公园|中心|快速|环城|滨河|滨海|产业|科技|园区|大桥|机场|车站|学院|大学|[一二三四五六七八九十]里|山脚)"
    rf"{_NAME}{{2}}[东西南北中]?(?:大道|大街|公路|路|街|道))"
)
_LANE: Final = re.compile(rf"({_NAME}{{1,5}}?(?:巷|弄|胡同))(?={_NAME}|[0-9]|$)")
_VILLAGE: Final = re.compile(
    rf"({_NAME}{{1,4}}?(?<![新小])村)(?=[{_NAME[1:-1]}0-9])(?![小公花家大新宿商民委镇路街道庄口头])"
)
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
    head, start = divisions(text, gazetteer, short=False)
    readings = [_reading(text, head, start)]
    if shortened(text, head, start, gazetteer):
        short_head, short_start = divisions(text, gazetteer, short=True)
        if short_start > start:
            readings.append(_reading(text, short_head, short_start, SHORT_NAME_PENALTY))
    readings.extend(_estate_numbers(readings))
    return tuple(readings)


_REMARK: Final = re.compile(
    rf"(?:(?!(?:大道|[路街巷村])[0-9]){_NAME}|[a-z0-9](?=号?出?口)){{2,12}}?"
    r"(?:斜对面|正对面|对面|附近|旁边|隔壁|后面|前面|旁侧|旁)的?(?=[\u2e80-\u9fff]+[0-9])"
)


def _behind_remark(text: str, start: int) -> int:
    """Return where the address goes on behind a remark on how to get there: 地铁站B出口附近, 人民医院对面."""
    remark = _REMARK.match(text, start)
    return remark.end() if remark else start


def _reading(text: str, head: list[Element], start: int, penalty: float = 0.0) -> Reading:
    body = settle([*head, *_body(text, _behind_remark(text, start))])
    return Reading(tuple(body), penalty)


def _estate_numbers(readings: list[Reading]) -> list[Reading]:
    """Return the readings in which an estate's 3号 is its 3栋."""
    more = []
    for reading in readings:
        kinds = {e.kind for e in reading.elements}
        if kinds >= {Kind.ESTATE, Kind.NUMBER} and kinds.isdisjoint({Kind.ROAD, Kind.LANE, Kind.BUILDING}):
            changed = tuple(replace(e, kind=Kind.BUILDING) if e.kind is Kind.NUMBER else e for e in reading.elements)
            more.append(Reading(changed, reading.penalty + ESTATE_NUMBER_PENALTY))
    return more


def _body(text: str, start: int) -> list[Element]:
    """Return what stands behind the divisions: roads, numbers, estates, buildings, rooms."""
    found: list[Element] = []
    at = start
    while at < len(text):
        if text[at] in _SEPARATORS or (text[at] == "口" and found and found[-1].kind is Kind.ROAD):
            at += 1
            continue
        element = number_at(text, at) or _name(text, at)
        at = element.end
        if element.kind is Kind.ESTATE and found and (_one_name(found[-1], element) or _left_over(found[-1], element)):
            element = _joined(found.pop(), element)
        found.append(element)
    return found


def _one_name(before: Element, element: Element) -> bool:
    """Whether a phase or a quarter (2期, 3区) goes on the estate's name."""
    return before.kind is Kind.ESTATE and before.end == element.start and element.text[0].isascii()


def _left_over(before: Element, element: Element) -> bool:
    """Whether a single sign is left behind a name: 沙村湖 is another name miswritten, not 沙村."""
    return before.text.endswith("村") and before.end == element.start and len(element.text) == 1


def _joined(before: Element, element: Element) -> Element:
    written = before.text + element.text
    return Element(Kind.ESTATE, written, written, before.start)


def _name(text: str, at: int) -> Element:
    """Return the name that begins here: a road, a lane, a village, or else an estate or company."""
    ahead = NUMBER_AHEAD.search(text, at + 1)
    stop = ahead.start() if ahead else len(text)
    road = _ROAD.match(text, at)
    if road and road.start(1) < stop:
        cut = _cut(road[1])
        if not cut and (long := _LONG_ROAD.fullmatch(road[1])):
            cut = long.end(1)
        if not cut:
            return Element(Kind.ROAD, road[1], road[1], at)
        return Element(Kind.ESTATE, road[1][:cut], road[1][:cut], at)
    for kind, pattern in ((Kind.LANE, _LANE), (Kind.ESTATE, _VILLAGE)):
        match = pattern.match(text, at)
        if match and match.start(1) < stop:
            return Element(kind, match[1], match[1], at)
    written = text[at:stop].rstrip(" -#/.") or text[at]
    return Element(Kind.ESTATE, written, written, at)


def _cut(road: str) -> int:
    """Return where the road's own name begins behind an area that is written before it (钱江工业园区粤保路), or 0."""
    cut = 0
    for match in _AREA.finditer(road):
        rest = road[match.end() :]
        if match.end() >= 3 and _OWN_NAME.match(rest):
            cut = match.end()
    return cut
