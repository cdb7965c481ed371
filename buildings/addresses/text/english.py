"""Chinese addresses in English order: "Room 101, 829 Pingshan Avenue, Pingshan District, Shenzhen". Pure.

Only the order and the words for what things are change here; the names stay in Latin letters, for `romanised`.
"""

import re
from collections.abc import Container
from typing import Final

_NO: Final = r"(?:no )?([0-9]+[a-z]?(?:-[0-9]+)?)"
# What English calls it, in normalized words, and how Chinese says it, from the widest to the narrowest.
_DIVISIONS: Final = (
    ("province|sheng", "省"), ("city|shi", "市"), ("district|qu", "区"),
    ("subdistrict|sub-district|jiedao", "街道"), ("community|shequ", "社区"),
)  # fmt: skip
_ROADS: Final = (
    ("ave|blvd|dadao", "大道"), ("rd|lu", "路"), ("st|jie", "街"), ("ln|xiang|alley", "巷"), ("village|cun", "村"),
)  # fmt: skip
_INSIDE: Final = (
    ("building|block|bldg|tower", "栋"), ("entrance", "单元"), ("floor|storey|level", "楼"),
    ("room|rm|flat|unit|apt|suite|ste", "室"),
)  # fmt: skip
_ROAD_WORDS: Final = {word: han for words, han in _ROADS for word in words.split("|")}
_A_ROAD: Final = "|".join(_ROAD_WORDS)
_A_WORD: Final = "|".join(words for words, _ in (*_DIVISIONS, *_ROADS, *_INSIDE))
_NAME: Final = rf"((?!(?:{_A_WORD})\b)[a-z]+(?: (?!(?:{_A_WORD})\b)[a-z]+){{0,3}}?)"
_SIDE: Final = {"n": "北", "s": "南", "e": "东", "w": "西"}
_ROAD: Final = rf"(?:([nsew]) )?{_NAME}(?: ([nsew]))? ({_A_ROAD})(?: ([nsew]))?"
_HOUSE: Final = (
    re.compile(rf"\b{_NO} {_ROAD}(?= |$)"),
    re.compile(rf"\b{_ROAD} {_NO}(?= |$)"),
    re.compile(rf"\b{_ROAD}(?= |$)"),
)
_ORDINAL: Final = re.compile(r"\b([0-9]+)(?:st|nd|rd|th|/)? ?f(?:loor|l)?\b")
_PLACES: Final = tuple((re.compile(rf"(?:^|(?<= )){_NAME} (?:{words})(?= |$)"), han) for words, han in _DIVISIONS)
_PARTS: Final = tuple(
    (re.compile(rf"\b(?:{words}) ?(?:no )?([a-z]?-?[0-9]+[a-z]?|[a-z])(?= |$)"), han) for words, han in _INSIDE
)
_COUNTRY_OR_POSTCODE: Final = re.compile(r"(?:^| )(?:p r china|pr china|prc|china|[0-9]{6})(?= |$)")
_IS_ENGLISH: Final = re.compile(rf"\b(?:{_A_ROAD}|district|subdistrict|community|room|rm|floor|building|block)\b")


def in_chinese_order(text: str, cities: Container[str] = frozenset()) -> str | None:
    """Return a normalized Latin text in Chinese order and with Chinese words, or None where it names no road.

    ``cities`` are spellings that need no word to be a city's or province's: shenzhen.
    """
    if not _IS_ENGLISH.search(text):
        return None
    rest = _COUNTRY_OR_POSTCODE.sub(" ", _ORDINAL.sub(r"floor \1", text))
    house, rest = _house(rest)
    if not house:
        return None
    inside = ""
    for pattern, han in _PARTS:
        match = pattern.search(rest)
        if match:
            inside += match[1] + han
            rest = _cut(rest, match)
    return _above(rest, cities) + house + inside


def _house(text: str) -> tuple[str, str]:
    """Return road and number as Chinese says them, and the rest of the text."""
    for n, pattern in enumerate(_HOUSE):
        match = pattern.search(text)
        if match:
            groups = list(match.groups())
            number = "" if n == 2 else groups.pop(0 if n == 0 else -1) + "号"
            first, name, before, word, behind = groups
            side = _SIDE.get(first or before or behind, "")
            return f" {name.replace(' ', '')}{side}{_ROAD_WORDS[word]}{number}", _cut(text, match)
    return "", text


def _above(text: str, cities: Container[str]) -> str:
    """Return the divisions that a text names, the widest first, and what else it says behind them."""
    found = []
    for pattern, han in _PLACES:
        match = pattern.search(text)
        if match:
            found.append(match[1].replace(" ", "") + han)
            text = _cut(text, match)
    bare = [word for word in text.split() if word != "|"]
    above = [word for word in bare if word in cities]
    others = [word for word in bare if word not in cities]
    return " ".join([*reversed(above), *found, *reversed(others)])


def _cut(text: str, match: re.Match[str]) -> str:
    """Return the text without the match; a bar keeps what stood on both sides of it apart."""
    return f"{text[: match.start()].rstrip()} | {text[match.end() :].lstrip()}".strip()
