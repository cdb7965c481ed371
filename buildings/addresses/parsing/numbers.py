"""Numbered elements by their word: what 12号, 3栋, 2单元, 五楼 and 3-2-501 are; bare numbers are for `number_roles`."""

import re
from typing import Final

from buildings.addresses.parsing.elements import Element, Kind

_SIDE: Final = "[甲乙丙丁戊东西南北]"
_CHAIN: Final = r"[0-9]+(?:-[0-9]+)*"  # 12, 12-1
_LETTERS: Final = "[a-z]{0,2}-?"  # A12, A-12
_NO_WORD: Final = "(?![a-z])"  # a letter behind a number is its own only if no Latin word begins with it (853OPPO)
_ID: Final = rf"{_LETTERS}{_CHAIN}(?:[a-z]{_NO_WORD})?|[a-z]{{1,2}}[0-9]*|{_SIDE}(?=[栋幢座])"
_HOUSE: Final = r"号楼|号栋|号幢|号座|号房子|#楼|#栋|栋楼|塔楼?|高楼|栋|幢|座|大栋|#(?=[0-9]|$)"
_FLAT: Final = (
    r"号?室(?!内|外)|号?房间?(?![管产屋地])|号?商?铺位?|号?商位|号?档口?|号?店[铺面]?|号?门面"
    r"|号?办公室|号?间(?!房)|号?柜(?!丰巢)"
)
# 12号 is a door plate, but 12号地块, 2号电梯 and 7号公寓 are names.
_PLATE: Final = (
    r"号院|号门牌"
    r"|号(?!门(?!牌|面|卫|店|诊)|地(?![下面])|病|床|苑|[电货]梯|桥|路|库|馆|台|岗|别墅|公寓|学生|加油站|酒店|公馆|会所)"
)

# What the word behind a number says that it counts. Tried in this order where a digit, a letter or a side stands.
_WORDED: Final[tuple[tuple[Kind, str], ...]] = (
    (Kind.BUILDING, rf"({_ID}) ?(?:{_HOUSE})(?![桥山])"),
    (Kind.BUILDING, r"([0-9]{1,3}(?!f)[a-z])(?=[ -]?[0-9]{3,4}(?![0-9]))"),  # 8b-1017, 3a1234
    (Kind.BUILDING, r"([0-9]+)(?:-(?=[0-9]{1,3}单元)|(?=[东西南北中左右]单元))"),  # 136-4单元, 11-东单元
    (Kind.ENTRANCE, rf"({_LETTERS}[0-9]+|[a-z]|[东西南北中左右甲乙](?=单元)) ?(?:号?单元|单(?=[0-9])|号?梯)"),
    (Kind.ENTRANCE, r"([0-9]{1,2})号?门(?:洞|$|(?=[0-9]{3}))"),  # 3号楼6门501, as the north says
    (Kind.FLOOR, r"(?:负|地下)([0-9]{1,2})(?:楼|层|f|(?![0-9a-z-]))(?!栋|幢|座|室|号)"),
    (Kind.FLOOR, r"b([1-5])(?:楼|层|f|(?![0-9a-z-]))(?!栋|幢|座|室|号)"),
    (Kind.FLOOR, r"([0-9]{1,2})-[0-9]{1,2}层"),
    # Behind the storeys, for B1楼 is one.
    (Kind.BUILDING, r"([a-z]{1,2}[0-9]?|[0-9]{1,2}[a-z])楼"),
    (Kind.BUILDING, r"([a-z])(?=[0-9]{2,3}楼|[0-9]{1,3}层)"),  # A15楼 is on the fifteenth
    (Kind.FLOOR, r"([0-9]+) ?(?:楼|底?层|f(?![a-z]|[0-9]{1,2}(?![0-9])))(?!盘)"),
    (Kind.ROOM, r"((?:负|-)[0-9]{3,4})(?![0-9a-z-]|楼|层|栋|幢|座)(?:号?室|号?房)?"),
    (Kind.ROOM, rf"({_LETTERS}[0-9]+(?:[a-z]{_NO_WORD})?(?:-[0-9]+)?|[a-z](?=号?室)) ?(?:{_FLAT})"),
    (Kind.LANE, r"([a-z]?[0-9]+)排"),
    (Kind.LANE, r"([0-9]+)(?:巷|弄|胡同|横巷|横|条|村民小组|组(?!团)|队)"),
    (Kind.NUMBER, rf"((?:[甲乙丙丁附](?=[0-9]))?{_LETTERS}{_CHAIN}(?:[a-z]{_NO_WORD})?)(?:{_PLATE})"),
)
# All in one, for speed: a group for each, and in it the group of the number.
_ANY_WORD: Final = re.compile("|".join(f"(?P<w{n}>{pattern})" for n, (_, pattern) in enumerate(_WORDED)))
# Lanes that are counted apart from 3巷: 3横巷, and what is no lane but is counted like one.
_LANES: Final = {
    "横巷": "横", "横": "横", "弄": "弄", "胡同": "胡同", "条": "条",
    "排": "排", "村民小组": "组", "组": "组", "队": "队",
}  # fmt: skip
# What a number begins the name of: 413小区, 168酒店.
_NAMED: Final = "路口|街道|小区|社|医院|宾馆|酒店|千伏|病区|度|[国省县]道|商务|创意|电商|国际|年|班|级"
# A number without a word, up to where another one with a word begins.
BARE: Final = re.compile(
    rf"(?:[甲乙丙丁](?=[0-9]))?{_LETTERS}[0-9]+(?:[a-z]{_NO_WORD})?(?:-[a-z]{{0,2}}[0-9]+(?:[a-z]{_NO_WORD})?)*"
    rf"(?![0-9楼层室号]|多?米|{_NAMED})"
    r"|[a-z](?= |-[0-9]|$)"
)
# Parts of an estate that are counted: 龙湖花园2期, 商贸城3区.
_PHASE: Final = re.compile(r"(?:[a-z]?[0-9]{1,3}|[a-z])(?:区|期|坊|组团)(?!别)")
_NUMBERED_ROAD: Final = re.compile(
    r"[0-9]{1,2}(?:号?大街|号路(?!口))|[0-9]{1,3}街(?=[0-9])|[0-9]{1,3}(?:路|道)(?!口)|[a-z]?[0-9]{3}[国省县]道"
)
# Where a number begins, seen from inside a name.
NUMBER_AHEAD: Final = re.compile(
    r"(?=[0-9a-z甲乙丙丁戊东西南北附负地])(?<![a-z0-9])(?:"
    rf"(?:{_ID}) ?(?:号楼|号栋|#楼|#(?=[0-9]|$)|栋|幢|座)"
    r"|[a-z]{0,2}[0-9]+ ?(?:号|单元|单(?=[0-9])|[楼层室房巷弄排组队])"
    r"|[0-9]+(?:高楼|塔|[东西南北]单元)|[a-z]塔|[a-z]{1,2}[0-9]{0,2}楼|[0-9]{1,3}街(?=[0-9])"
    r"|附[0-9]+号|(?:负|地下)[0-9]{1,2}[楼层f]|(?<=[路街道巷里条同])[甲乙丙丁][0-9]+号"
    # Without a word: at the end, in a chain, of many digits, or before a space.
    r"|[a-z]?[0-9]+(?:-[0-9]+)*[a-z]?$|[a-z]?[0-9]+[a-z]?-[0-9]+|[0-9]{1,3}[a-z][0-9]{3}|[a-z]{0,2}[0-9]{3,}"
    r"|[a-z]?[0-9]{1,3}[a-z]?(?=[ /-])|[a-z](?= [0-9]|-[0-9]|$))"
)
_BEGINNINGS: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyz-#甲乙丙丁戊东西南北中左右负地附")


def number_at(text: str, at: int) -> Element | None:
    """Return the numbered element at ``at``: by its word, else bare (as a room, until `assign_roles`)."""
    if text[at] not in _BEGINNINGS:
        return None
    road = _NUMBERED_ROAD.match(text, at)
    if road:
        return Element(Kind.ROAD, road[0], road[0], at)
    worded = _ANY_WORD.match(text, at)
    if worded and worded.lastgroup:
        kind = _WORDED[int(worded.lastgroup[1:])][0]
        number = worded[_ANY_WORD.groupindex[worded.lastgroup] + 1]
        return Element(kind, worded[0].rstrip("-"), _value(kind, worded[0], number), at)
    phase = _PHASE.match(text, at)
    if phase:
        return Element(Kind.ESTATE, phase[0], phase[0], at)
    bare = BARE.match(text, at)
    return Element(Kind.ROOM, bare[0], bare[0], at) if bare else None


def _value(kind: Kind, written: str, number: str) -> str:
    if kind is Kind.FLOOR and written[0] in "负地b":
        return f"-{int(number)}"
    value = number.replace(" ", "")
    told = _LANES.get(written.removeprefix(number), "") if kind is Kind.LANE else ""
    return value if kind is Kind.ROOM else (value.lstrip("0") or "0") + told
