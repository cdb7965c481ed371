"""Numbered elements by their word: what 12号, 3栋, 2单元, 五楼 and 3-2-501 are; bare numbers are for `settling`."""

import re
from typing import Final

from buildings.geocoding.elements import Element, Kind

_SIDE: Final = "[甲乙丙丁戊东西南北]"
_DIGITS: Final = "[0-9]+"
_CHAIN: Final = r"[0-9]+(?:-[0-9]+)*"  # 12, 12-1
_LETTERS: Final = "[a-z]{0,2}-?"  # A12, A-12
_NO_WORD: Final = "(?![a-z])"  # a letter behind a number is its own only if no Latin word begins with it (853OPPO)
_ID: Final = rf"{_LETTERS}{_CHAIN}(?:[a-z]{_NO_WORD})?|[a-z]{{1,2}}[0-9]*|{_SIDE}(?=[栋幢座])"
_HOUSE: Final = r"号楼|号栋|号幢|号座|号房子|#楼|#栋|栋楼|塔楼?|高楼|栋|幢|座|大栋|#(?=[0-9])"
_FLAT: Final = r"号?室(?!内|外)|号?房间?(?![管产屋地])|号?商?铺位?|号?商位|号?档口?|号?店[铺面]?|号?门面|号?办公室|号?间(?!房)|号?柜"

# What the word behind a number says that it counts. Tried in this order where a digit, a letter or a side stands.
_WORDED: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (Kind.BUILDING, re.compile(rf"({_ID}) ?(?:{_HOUSE})(?![桥山])")),
    (Kind.BUILDING, re.compile(r"([0-9]{1,3}(?!f)[a-z])(?=[ -]?[0-9]{3,4}(?![0-9]))")),  # 8b-1017, 3a1234
    (Kind.BUILDING, re.compile(r"([0-9]+)(?:-(?=[0-9]{1,3}单元)|(?=[东西南北中左右]单元))")),  # 136-4单元, 11-东单元
    (Kind.ENTRANCE, re.compile(rf"({_LETTERS}[0-9]+|[a-z]|[东西南北中左右甲乙](?=单元)) ?(?:号?单元|号?梯)")),
    (Kind.ENTRANCE, re.compile(r"([0-9]{1,2})号?门(?:洞|$|(?=[0-9]{3}))")),  # 3号楼6门501, as the north says
    (Kind.FLOOR, re.compile(r"(?:负|地下)([0-9]{1,2})(?:楼|层|f|(?![0-9a-z-]))(?!栋|幢|座|室|号)")),
    (Kind.FLOOR, re.compile(r"b([1-5])(?:楼|层|f|(?![0-9a-z-]))(?!栋|幢|座|室|号)")),
    (Kind.FLOOR, re.compile(r"([0-9]{1,2})-[0-9]{1,2}层")),
    # Behind the storeys, for B1楼 is one.
    (Kind.BUILDING, re.compile(r"([a-z]{1,2}[0-9]?|[0-9]{1,2}[a-z])楼")),
    (Kind.BUILDING, re.compile(r"([a-z])(?=[0-9]{2,3}楼|[0-9]{1,3}层)")),  # A15楼 is on the fifteenth
    (Kind.FLOOR, re.compile(r"([0-9]+) ?(?:楼|底?层|f(?![a-z]|[0-9]{1,2}(?![0-9])))(?!盘)")),
    (Kind.ROOM, re.compile(rf"({_LETTERS}[0-9]+(?:[a-z]{_NO_WORD})?(?:-[0-9]+)?|[a-z](?=号?室)) ?(?:{_FLAT})")),
    (Kind.LANE, re.compile(r"([a-z]?[0-9]+)排")),
    (Kind.LANE, re.compile(r"([0-9]+)(?:巷|弄|胡同|横巷|横|条|村民小组|组(?!团)|队)")),
    (
        Kind.NUMBER,
        re.compile(
            rf"((?:[甲乙丙丁附](?=[0-9]))?{_LETTERS}{_CHAIN}(?:[a-z]{_NO_WORD})?)(?:号院|号门牌|号(?!门(?!牌|面|卫|店|诊)|[地病]|床|[电货]梯|桥|路|库|馆|台|岗|别墅|公寓|学生|加油站|酒店|公馆|会所))"
        ),
    ),
)
# What a number begins the name of: 413小区, 168酒店.
_NAMED: Final = "路口|街道|小区|社|医院|宾馆|酒店|千伏|病区|度|[国省县]道|商务|创意|电商|国际|年|班|级"
# A number without a word, up to where another one with a word begins.
BARE: Final = re.compile(
    rf"(?:[甲乙丙丁](?=[0-9]))?{_LETTERS}[0-9]+(?:[a-z]{_NO_WORD})?(?:-[a-z]{{0,2}}[0-9]+(?:[a-z]{_NO_WORD})?)*(?![0-9楼层室号]|多?米|{_NAMED})"
    r"|[a-z](?= |-[0-9]|$)"
)
# Parts of an estate that are counted: 龙湖花园2期, 商贸城3区.
_PHASE: Final = re.compile(r"(?:[a-z]?[0-9]{1,3}|[a-z])(?:区|期|坊|组团)(?!别)")
_NUMBERED_ROAD: Final = re.compile(
    r"[0-9]{1,2}(?:号?大街|号路(?!口))|[0-9]{1,3}街(?=[0-9])|[0-9]{1,3}(?:路|道)(?!口)|[a-z]?[0-9]{3}[国省县]道"
)
# Where a number begins, seen from inside a name.
NUMBER_AHEAD: Final = re.compile(
    rf"(?<![a-z0-9])(?:(?:{_ID}) ?(?:号楼|号栋|#楼|栋|幢|座)|[a-z]{{0,2}}[0-9]+ ?(?:号|单元|楼|层|室|房|巷|弄|排|组|队)"
    r"|[a-z]?[0-9]+(?:-[0-9]+)*[a-z]?$|[a-z]?[0-9]+[a-z]?-[0-9]+|[0-9]{1,3}街(?=[0-9])"
    r"|[0-9]{1,3}[a-z][0-9]{3}|[a-z]{0,2}[0-9]{3,}|[a-z]?[0-9]{1,3}[a-z]?(?=[ /-])|[0-9]+(?:高楼|塔|[东西南北]单元)|[a-z]塔|[a-z](?= [0-9]|-[0-9]|$)"
    rf"|附[0-9]+号|(?<=[路街道巷里条同])[甲乙丙丁][0-9]+号|[a-z]{{1,2}}[0-9]{{0,2}}楼)"
)
_BEGINNINGS: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyz-#甲乙丙丁戊东西南北中左右负地附")


def number_at(text: str, at: int) -> Element | None:
    """Return the numbered element at ``at``: by its word, else bare (as a room, until `settle`)."""
    if text[at] not in _BEGINNINGS:
        return None
    road = _NUMBERED_ROAD.match(text, at)
    if road:
        return Element(Kind.ROAD, road[0], road[0], at)
    for kind, pattern in _WORDED:
        match = pattern.match(text, at)
        if match:
            return Element(kind, match[0].rstrip("-"), _value(kind, match), at)
    phase = _PHASE.match(text, at)
    if phase:
        return Element(Kind.ESTATE, phase[0], phase[0], at)
    bare = BARE.match(text, at)
    return Element(Kind.ROOM, bare[0], bare[0], at) if bare else None


def _value(kind: Kind, match: re.Match[str]) -> str:
    if kind is Kind.FLOOR and match[0][0] in "负地b":
        return f"-{int(match[1])}"
    value = match[1].replace(" ", "")
    return value if kind is Kind.ROOM else value.lstrip("0") or "0"
