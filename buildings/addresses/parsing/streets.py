"""Names in the body of an address: where a road's, a lane's, a village's or an estate's ends. Pure."""

import re
from typing import Final

from buildings.addresses.parsing.elements import Element, Kind
from buildings.addresses.parsing.numbers import NUMBER_AHEAD

_NAME: Final = r"[\u2e80-\u9fff]"
_SIDE: Final = "[东南西北中]"
_TYPE: Final = "大道|大街|公路|路|街|道"

_ROAD: Final = re.compile(
    rf"({_NAME}{{1,14}}?[0-9]{{0,3}}"
    r"(?:大道|大街|公路|国道|省道|环路|大路|(?<=[一-龥0-9])线(?=[东南西北]?[0-9])|路|街|(?<!街)道|堤(?=[0-9]))"
    r"(?!道|路(?!口)|弄|巷|新村|办|心|边|旁|号|区|社|村|站|小|桥|店|公交)(?:[东南西北中]?[0-9一二三四五六七八九]?段|[东南西北中](?=[0-9])|[东南西北中0-9][路街](?![0-9]))?)"
)
# Words that end an area's name inside a run of signs, and what a road's own name must be to stand behind one.
_AREA: Final = re.compile(
    r"开发区|工业园?区|工业园|科技园区?|产业园区?|度假区|园区|新区|小区|社区|区|新村|村|街道|办事处|镇|市场|鞋城|花园|广场|市(?!心|场)|县|省"
)
_OWN_NAME: Final = re.compile(
    rf"(?!{_SIDE}[路街]|大道|[路街道0-9]|{_SIDE}?[大新]?[路街]){_NAME}{{2,}}|{_NAME}{{1,2}}[0-9]+(?:路|街|道)|[0-9]{{1,3}}(?:街|路|道)"
)
# A road's own name is two signs, perhaps with a side and a word for what it is: what stands before is where it is.
# 九龙湖西路 and 王家浜路 are whole: 湖西 and 家浜 are no names.
_LONG_ROAD: Final = re.compile(
    rf"({_NAME}{{2,}}?)((?!工业|公园|中心|快速|环城|滨河|滨海|产业|科技|园区|大桥|机场|车站|学院|大学|[一二三四五六七八九十]里|山脚|步行|一条|市场|商业|大道|大街)"
    rf"(?!{_NAME}(?:{_SIDE}|[大直横新老旧前后正内外]))"
    rf"{_NAME}{{2}}{_SIDE}?(?:{_TYPE}))"
)
# A name ends with these words, whatever follows: 袍江经济开发区镇海路, 龙湖花园2期云景阁.
_ZONE: Final = re.compile(
    rf"(?:{_NAME}{{2,16}}?(?:开发区|高新区|有限公司)|(?:(?![路街]){_NAME}){{2,16}}?[0-9a-z](?:期|区))(?={_NAME}{{2}})"
)
_WITHIN: Final = rf"(?={_NAME}{{2}})"
# Grounds in which other names are: 景福大厦景荣阁, 临江工业区商贸城; but 花园广场 and 创业园大厦 are one name.
_GROUND: Final = re.compile(
    rf"{_NAME}{{2,}}?(?:小区|花园|家园|花苑|公寓|大厦|广场|工业园?区|工业园|科技园区?|产业园区?|创业园|创意园|软件园|物流园|电商园|园区|市场|商城"
    rf"|新村|商务楼|商务中心|[华豪雅]庭|景园|[名嘉雅佳家]苑|人家|大学(?!生|{_NAME}{{1,4}}校区)|中学|学院)(?!有限公司|住宅|楼盘|大院|生活区|小区|花园|家园|公寓|大厦|广场|市场|商城|新村|社区|宿舍|[东西南北]?[区苑门]|[0-9一二三四五六七八九]){_WITHIN}"
)
_TOWNS: Final = ("街道", "镇")
# Words behind a name that say where beside it: they are none of it.
_ASIDE: Final = re.compile(
    r"(?:斜|正)?对面|附近|旁边?(?!村|街|路)|隔壁|[后前]面|大?门口|楼下|路口|交叉口|交[汇界]处|院?内(?=[0-9]|$)|[东南西北]侧"
)
_LANE: Final = re.compile(rf"({_NAME}{{1,5}}?(?:巷|弄|胡同))(?!村)(?={_NAME}|[0-9]|$)")
_VILLAGE_LANE: Final = re.compile(rf"({_NAME}{{1,4}}(?<![新小])村)(?={_NAME}{{1,3}}(?:巷|弄|胡同|组(?:[0-9]|$)))")
_GROUP: Final = re.compile(rf"(?<=村)({_NAME}{{1,3}}?组)(?=[0-9]|$)")
_VILLAGE: Final = re.compile(
    rf"({_NAME}{{1,4}}?(?<![新小])村)(?=[{_NAME[1:-1]}0-9])(?![小公花家大新宿商民委镇路街道庄口头])"
)


def name_at(text: str, at: int) -> Element:
    """Return the name that begins here: a road, a lane, a village, or else an estate or company."""
    ahead = NUMBER_AHEAD.search(text, at + 1)
    stop = ahead.start() if ahead else len(text)
    zone = _ZONE.match(text, at)
    if zone and zone.end() < stop:
        return Element(Kind.ESTATE, zone[0], zone[0], at)
    road = _ROAD.match(text, at)
    if road and road.start(1) < stop:
        cut = _cut(road[1])
        if not cut:
            return Element(Kind.ROAD, road[1], road[1], at)
        area = road[1][:cut]
        return Element(Kind.SUBDISTRICT if area.endswith(_TOWNS) else Kind.ESTATE, area, area, at)
    for kind, pattern in (
        (Kind.ESTATE, _VILLAGE_LANE),
        (Kind.LANE, _LANE),
        (Kind.LANE, _GROUP),
        (Kind.ESTATE, _VILLAGE),
    ):
        match = pattern.match(text, at)
        if match and match.start(1) < stop:
            return Element(kind, match[1], match[1], at)
    aside = _ASIDE.search(text, at + 1, stop)
    stop = aside.start() if aside else stop
    within = _GROUND.match(text, at, stop)
    written = text[at : within.end() if within else stop].rstrip(" -#/.") or text[at]
    return Element(Kind.ESTATE, written, written, at)


def _cut(road: str) -> int:
    """Return where the road's own name begins behind what is written before it (钱江工业园区粤保路), or 0."""
    cut = 0
    for match in _AREA.finditer(road):
        rest = road[match.end() :]
        if match.end() >= 3 and _OWN_NAME.match(rest):
            cut = match.end()
    if not cut and (long := _LONG_ROAD.fullmatch(road)):
        return long.end(1)
    return cut
