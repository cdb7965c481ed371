"""The divisions that an address begins with: known ones by name, others by the word that ends them."""

import re
from typing import Final

from buildings.addresses.parsing import gazetteer_cn
from buildings.addresses.parsing.elements import DIVISIONS, Element, Gazetteer, Kind, Place

_RANKS: Final = {kind: rank for rank, kind in enumerate(DIVISIONS)}
_NAME: Final = r"[\u2e80-\u9fff]"
_PLAIN: Final = r"(?:(?![路街道号巷])[\u2e80-\u9fff])"  # no division's name runs across a road's
_ENDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (Kind.PROVINCE, re.compile(rf"{_PLAIN}{{2,6}}?(?:省|自治区)")),
    (Kind.CITY, re.compile(rf"{_PLAIN}{{2,5}}?(?:市|自治州)(?!场|政|民|区|委|中|一|二|三|第|人|镇|街|乡|路|心)")),
    (
        Kind.DISTRICT,
        re.compile(
            rf"{_PLAIN}{{1,5}}?(?:新区|(?<![业小园校社景厂片库发东西南北])区|县|(?<=.)(?<!都)市)(?![域场口政镇街乡路心])"
        ),
    ),
    (
        Kind.SUBDISTRICT,
        re.compile(
            rf"{_NAME}(?:(?!路(?!街|镇|乡)|大道(?!街道|镇)){_NAME}){{0,5}}?(?:街道办事处|街道办|办事处|街道|"
            r"(?<!村)镇(?!路(?:[0-9]|$)|街|中路)|乡(?![镇路街村]))"
        ),
    ),
    (Kind.COMMUNITY, re.compile(rf"{_PLAIN}{{1,6}}?(?:社区居委会|居委会|村委会|社区)(?![路街])")),
)
# Without one of these words there is no such end, and none ends a name that reaches farther than the longest may.
_AN_END: Final = re.compile("[省市区州县镇乡]|街道|办事处|委会")
_FARTHEST: Final = 12
_ROAD_AHEAD: Final = re.compile(rf"{_NAME}?(?:大道|路|街|巷|[0-9])")
_WHOLE_ROAD: Final = re.compile(
    rf"(?![东南西北中][路街])(?:{_NAME}{{2,4}}|{_NAME}{{1,3}}[0-9]{{1,2}})[东西南北中]?(?:大道|路|街)[0-9]"
)
_BELOW: Final = re.compile(rf"{_PLAIN}{{1,3}}?(?:(?<![业小园校社景厂片库发])区|县|镇|街道|乡)")
# Behind its city, a district may be called by a side too: 宁波市江东区. Elsewhere that is a quarter (丹桂东区).
_SIDED: Final = re.compile(rf"{_NAME}[东西南北]区(?![0-9a-z])")
# Separators, and 市辖区: how the statistical tables fill a city's line.
_FILLERS: Final = re.compile("[ -]*(?:(?:市辖区|null|中国(?=[\u4e00-\u9fff]{2,3}省))[ -]*)*")
_FORMER_RANK: Final = re.compile("新区|[市县区](?![路街场])")
_LOWER_RANK: Final = re.compile("社区|街道|办事处|居委会|[镇乡村]")  # 坪山社区 does not say the district 坪山 again
_LONGEST_NAME: Final = 12
_LAST: Final = ("社区", "居委会", "村委会", "街道", "办事处", "镇", "区", "县", "市", "省")
_OTHER_NAME: Final = re.compile("[镇乡村街路道州湾港桥]")
# The city above the deployment's district is in no table of divisions, yet people name it.
_CITIES: Final = ((re.compile("广东(?!省)"), Kind.PROVINCE), (re.compile("深圳(?!市)"), Kind.CITY))


def divisions(text: str, gazetteer: Gazetteer, *, short: bool) -> tuple[list[Element], int]:
    """Return the divisions that ``text`` begins with, and where they end; ``short`` names (坪山坑梓) too if asked."""
    found: list[Element] = []
    above: list[Element] = []  # those that the next one must lie in
    at = 0
    while at < len(text):
        above = _above_what_is_said_again(text, at, above)
        element = _division_at(text, at, gazetteer, above, short=short)
        if element is None:
            break
        found.append(element)
        above.append(element)
        filler = _FILLERS.match(text, element.end)
        at = filler.end() if filler else element.end
    return found, at


def turned(text: str, gazetteer: Gazetteer) -> str:
    """Return a text that ends with its divisions (龙湖花园3栋坪山区六和社区) with them in front, else as it is.

    They may be written from the widest on or, as the house before them, from the narrowest on (六和社区坪山区).
    """
    if not text.endswith(_LAST):
        return text
    rest, upwards = _upwards(text, gazetteer)
    if len(upwards) > 1:
        return "".join(upwards) + rest
    if any(divisions(text, gazetteer, short=short)[0] for short in (False, True)):
        return text
    for at in range(1, len(text) - 2):
        if gazetteer.longest_at(text, at) or gazetteer_cn.full_at(text, at):
            _, end = divisions(text[at:], gazetteer, short=False)
            if at + end == len(text):
                return text[at:] + text[:at].rstrip()
    return text


def _upwards(text: str, gazetteer: Gazetteer) -> tuple[str, list[str]]:
    """Return a text without the divisions that it ends with, and those, the widest first."""
    found: list[str] = []
    rank = -1
    while named := _last_division(text, gazetteer, rank):
        name, rank = named
        found.append(name)
        text = text[: -len(name)].rstrip(" -")
    return text, found


def _last_division(text: str, gazetteer: Gazetteer, rank: int) -> tuple[str, int] | None:
    """Return the longest division's name that ends the text, below those found already, and its rank."""
    for length in range(min(len(text) - 1, _LONGEST_NAME), 1, -1):
        name = text[-length:]
        held = gazetteer.full.get(name) or gazetteer_cn.meanings(name)
        below = [_RANKS[one.kind] for one in held if _RANKS[one.kind] > rank]
        if below:
            return name, min(below)
    return None


def _above_what_is_said_again(text: str, at: int, above: list[Element]) -> list[Element]:
    """Return the divisions above the one that is repeated here: 广东省深圳市深圳市, or the whole head twice.

    None where a province begins anew: 坪山街道广东省深圳市坪山区, as forms put it that ask for the last one first.
    """
    if above and _province_anew(text, at):
        return []
    for number, element in enumerate(above):
        if text.startswith(element.text, at) and not _LOWER_RANK.match(text, at + len(element.text)):
            return above[:number]
    return above


def _province_anew(text: str, at: int) -> bool:
    """Whether a province stands here, in full, or short with a city of it behind: 浙江温州市."""
    if text[at : at + 2] not in gazetteer_cn.beginnings_of_provinces():
        return False
    full = gazetteer_cn.full_at(text, at)
    named = full or gazetteer_cn.short_at(text, at)
    if named is None or named[1].kind is not Kind.PROVINCE:
        return False
    return full is not None or gazetteer_cn.full_at(text, at + len(named[0]), named[1].code) is not None


def shortened(text: str, found: list[Element], end: int, gazetteer: Gazetteer) -> bool:
    """Whether a short name stands where the walk that found these divisions came by: only then is another one."""
    by_rule = [e.start for e in found if e.text not in gazetteer.full]
    for at in (*by_rule, *([end] if end < len(text) else [])):
        if gazetteer.longest_at(text, at, short=True) or any(city.match(text, at) for city, _ in _CITIES):
            return True
    return False


def _division_at(text: str, at: int, gazetteer: Gazetteer, found: list[Element], *, short: bool) -> Element | None:
    rank = max([_RANKS[e.kind] for e in found], default=-1)
    name = gazetteer.longest_at(text, at)
    if name:
        places = gazetteer.full[name]
        return _named(places, name, at, rank) or _office_behind(places, name, at, gazetteer, found)
    if short:
        element = _short(text, at, gazetteer, rank)
        if element:
            return element
    if rank < _RANKS[Kind.DISTRICT]:
        element = _of_the_nation(text, at, found, rank)
        if element:
            return element
    return _by_its_word(text, at, rank, of_a_city=bool(found) and found[-1].kind is Kind.CITY)


def _by_its_word(text: str, at: int, rank: int, *, of_a_city: bool) -> Element | None:
    """Return the division that a word ends here, of no name that is known."""
    if not _AN_END.search(text, at, at + _FARTHEST):
        return None
    ends = ((Kind.DISTRICT, _SIDED), *_ENDS[rank + 1 :]) if of_a_city else _ENDS[rank + 1 :]
    matches = ((kind, pattern.match(text, at)) for kind, pattern in ends)
    return next((Element(kind, match[0], match[0], at) for kind, match in matches if match), None)


def _office_behind(
    places: tuple[Place, ...], name: str, at: int, gazetteer: Gazetteer, found: list[Element]
) -> Element | None:
    """Return the subdistrict that is written behind its own community: 六和社区坪山街道."""
    inside = gazetteer.full.get(found[-1].text, ()) if found and found[-1].kind is Kind.COMMUNITY else ()
    above = {upper.division for place in inside for upper in gazetteer.around(place.parent)}
    office = next((p for p in places if p.kind is Kind.SUBDISTRICT and p.division in above), None)
    return Element(office.kind, name, office.name, at) if office else None


def _of_the_nation(text: str, at: int, found: list[Element], rank: int) -> Element | None:
    """Return a division of the country: by its full name, or by a short one where another of its own is beside it."""
    within = found[-1].code if found else ""
    named = gazetteer_cn.full_at(text, at, within)
    if named is None:
        named = _short_of_the_nation(text, at, within)
    if named is None or _RANKS[named[1].kind] <= rank:
        return None
    return Element(named[1].kind, named[0], named[1].name, at, named[1].code)


def _short_of_the_nation(text: str, at: int, within: str) -> tuple[str, gazetteer_cn.Known] | None:
    """Return a short name and what it means, where it can be nothing else: 温州瓯海, 宁波通途路; not 中山公园."""
    named = gazetteer_cn.short_at(text, at, within)
    if named is None:
        return None
    behind = at + len(named[0])
    if former := _FORMER_RANK.match(text, behind):
        return text[at : former.end()], named[1]  # 富阳市 before it became a district
    if _goes_on(text, behind, named[1].code):
        return named
    if _OTHER_NAME.match(text, behind) or _ROAD_AHEAD.match(text, behind):
        return None
    if within or _BELOW.match(text, behind):
        return named
    return named if named[1].kind is Kind.CITY and _WHOLE_ROAD.match(text, behind) else None


def _goes_on(text: str, behind: int, code: str) -> bool:
    """Whether a division inside that of this code is named next."""
    filler = _FILLERS.match(text, behind)
    behind = filler.end() if filler else behind
    below = gazetteer_cn.full_at(text, behind, code) or gazetteer_cn.short_at(text, behind, code)
    return below is not None and below[1].code.startswith(code)


def _short(text: str, at: int, gazetteer: Gazetteer, rank: int) -> Element | None:
    name = gazetteer.longest_at(text, at, short=True)
    if name and not _ROAD_AHEAD.match(text, at + len(name)):
        return _named(gazetteer.short[name], name, at, rank)
    for city, kind in _CITIES:
        if rank < _RANKS[kind] and (match := city.match(text, at)):
            return Element(kind, match[0], match[0], at)
    return None


def _named(places: tuple[Place, ...], name: str, at: int, rank: int) -> Element | None:
    """Return the widest place of this name that lies below what was named before."""
    for place in sorted(places, key=lambda p: _RANKS[p.kind]):
        if _RANKS[place.kind] > rank:
            return Element(place.kind, name, place.name, at)
    return None
