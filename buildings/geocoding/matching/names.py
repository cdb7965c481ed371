"""How alike two names of roads or estates are: what tells them apart counts, the word for what they are does not."""

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from buildings.addresses.text.pinyin import spelled
from buildings.addresses.text.signs import mistaken

# Words that say what a place is and not which.
_GENERIC: Final = re.compile(
    r"(?:大道|大街|公路|快速路|路|街|道|巷|弄|花园|家园|雅苑|豪庭|名苑|新城|新村|华府|嘉园|佳园|小区|住宅区|住宅|花苑|苑|公馆|工业园区|工业园|"
    r"科技园|产业园|工业区|创新园|宿舍|大厦|广场|中心|公寓|学校|小学|中学|医院|市场|村|围|园|城|楼)+$"
)
_ROAD_WORD: Final = re.compile("大?[路街道巷弄]$")
# Words that any place where people live is called by.
_NO_KIND: Final = re.compile("(?:住宅)?小区|住宅区?|楼盘|社区|大院")
# Signs by which siblings are told apart: 兰竹东路 and 兰竹西路, 文祥1路 and 文祥2路.
_TELLING: Final = re.compile(r"[东西南北中上下前后新老旧大小内外0-9一二三四五六七八九十a-z]")
_TOLD: Final = frozenset("东西南北中上下前后新老旧大小内外0123456789一二三四五六七八九十")
_DOUBLED: Final = re.compile(r"([^0-9一二三四五六七八九十])\1+")
_LATIN: Final = re.compile(r"[a-z]{3}")
_HAN: Final = re.compile(r"[\u2e80-\u9fff]")
_DIGITS_AND_SIDES: Final = re.compile(r"[0-9]+|\b[nsew]\b")

# What a likeness means; the calibration of confidence goes by these.
CONTAINED: Final = 0.93  # one name is the other with more said
SOUNDS: Final = 0.9  # both are read alike: 新桥围路 and 新乔围路, or one is written in Latin letters
SLIPPED: Final = 0.85  # signs swapped, doubled, left out, or one that sounds or looks so written for another
UNTOLD: Final = 0.84  # a telling sign is left out: 坪山道 and 坪山大道
LEFT_OUT: Final = 0.8  # a sign is left out and only one is left to tell the place by: 竹村 for 竹塘村
OTHER_WORD: Final = 0.75  # 龙湖花园 and 龙湖家园
OTHER_ROAD: Final = 0.7  # 坪山大道 and 坪山大街: the same name of another kind of road
OTHER_SIGN: Final = 0.65  # a sign is another one, and nothing says how it came there: likely another place
UNPROVEN: Final = OTHER_WORD  # at or below this nothing but the likeness itself speaks for a slip
TWO_SIGNS: Final = 0.6
ANOTHERS: Final = 0.4  # it may be a slip, but some other place is called just so


@lru_cache(maxsize=50_000)
def likeness(asked: str, found: str) -> float:
    """Return how alike two names are: 1 the same, 0 different ones, between for what may be a slip.

    Names that differ only in a telling sign (东路, 西路) are different names; one may leave it out, though.
    """
    if asked == found:
        return 1.0
    if _LATIN.search(asked + found):
        return _spelt(asked, found) if _HAN.search(asked + found) else _latin(asked, found)
    shorter, longer = sorted((asked, found), key=len)
    if len(shorter) >= 2 and _holds(longer, shorter):
        return CONTAINED
    if _DOUBLED.sub(r"\1", asked) == _DOUBLED.sub(r"\1", found):
        return SLIPPED
    if _TELLING.sub("", asked) == _TELLING.sub("", found):
        return _by_telling_signs(asked, found)
    return _slip(asked, found)


def _by_telling_signs(asked: str, found: str) -> float:
    """Return the likeness of names that are the same but for their telling signs."""
    if sorted(asked) == sorted(found):
        return SLIPPED if slips(asked, found) == 1 else 0.0
    left_out = len(found) == len(asked) + 1 and any(
        not sign.isascii() and found[:n] + found[n + 1 :] == asked for n, sign in enumerate(found)
    )
    return UNTOLD if left_out and len(asked) >= 2 else 0.0


def _holds(longer: str, shorter: str) -> bool:
    """Whether the longer name is the shorter with more said: 坪山龙湖花园, 龙湖花园二期; not 新龙路, not 同石湖村."""
    more = len(longer) - len(shorter)
    if longer.startswith(shorter):
        return len(shorter) >= 4 or _GENERIC.fullmatch(longer[len(shorter) :]) is not None
    return more >= 2 and longer.endswith(shorter) and len(_GENERIC.sub("", shorter)) >= 2


def surplus(asked: str, found: str) -> tuple[str, str]:
    """Return what ``asked`` says before and behind the name ``found`` that it holds, without words that say nothing.

    A word for what a place is says nothing (小区), unless the name has one already: 新华华府花园 is not 新华华府.
    """
    if asked == found or found not in asked:
        return "", ""
    before, _, behind = asked.partition(found)
    before = "" if before == found[0] else before  # a sign typed twice
    behind = "" if behind == found[-1] else behind
    neutral = _NO_KIND.fullmatch(behind) or (not _GENERIC.search(found) and _GENERIC.fullmatch(behind))
    return before, "" if neutral else behind


def says_a_kind(name: str) -> bool:
    """Whether a name ends with a word for what it is, no road (龙湖花园, 中心小学): a place's beside, or around."""
    return _GENERIC.search(name) is not None and not _ROAD_WORD.search(name)


def stem(name: str) -> str:
    """Return a name without the words that say what it is: 龙湖花园 → 龙湖; the whole name if it is nothing else."""
    return _GENERIC.sub("", name) or name


def _slip(asked: str, found: str) -> float:
    one, other = stem(asked), stem(found)
    if _ROAD_WORD.search(asked) and _ROAD_WORD.search(found) and _ROAD_WORD.sub("", asked) == _ROAD_WORD.sub("", found):
        return OTHER_ROAD
    wrong = slips(asked, found)
    if wrong <= 2 and not _told_apart(asked, found) and _sound(asked) == _sound(found):
        return SOUNDS
    if one == other and len(one) >= 2:
        return SLIPPED if wrong == 1 and len(asked) < len(found) else OTHER_WORD  # 龙湖园 for 龙湖花园
    if wrong > 2 or _told_apart(asked, found):
        return 0.0
    if wrong == 1:
        return _one_slip(asked, found, one, other)
    return TWO_SIGNS if max(len(one), len(other)) >= 5 and asked[len(one) :] == found[len(other) :] else 0.0


def _one_slip(asked: str, found: str, one: str, other: str) -> float:
    """Return the likeness of names that one slip tells apart, with their stems."""
    if len(asked) == len(found) and sorted(asked) != sorted(found):
        wrong = next((a, b) for a, b in zip(asked, found, strict=True) if a != b)
        return SLIPPED if one != other and mistaken(*wrong) else OTHER_SIGN
    if sorted(asked) == sorted(found):
        return SLIPPED
    if one == other or len(asked) > len(found):
        return (
            LEFT_OUT if len(asked) < len(found) else OTHER_SIGN
        )  # 禾村 and 禾围村; a sign more, and not a doubled one
    return SLIPPED if len(one) >= 2 else LEFT_OUT


def _told_apart(asked: str, found: str) -> bool:
    """Whether both names have a telling sign of their own in the same place: 上坑村 and 下坑村, 新屋 and 老屋."""
    if len(asked) != len(found):
        return False
    return any(a != b and a in _TOLD and b in _TOLD for a, b in zip(asked, found, strict=True)) and sorted(
        asked
    ) != sorted(found)


@lru_cache(maxsize=50_000)
def _sound(name: str) -> str:
    return spelled(name)[0]


def _spelt(asked: str, found: str) -> float:
    """Return the likeness of names of which one is written, or half written, in Latin letters."""
    one, other = _sound(asked), _sound(found)
    if one == other:
        return SOUNDS
    shorter, longer = sorted((one, other), key=len)
    return OTHER_WORD if len(shorter) >= 6 and longer.startswith(shorter) else 0.0


def _latin(asked: str, found: str) -> float:
    """Return the likeness of names in words; one may say more words than the other."""
    if sorted(_DIGITS_AND_SIDES.findall(asked)) != sorted(_DIGITS_AND_SIDES.findall(found)):
        return 0.0
    shorter, longer = sorted((asked, found), key=len)
    if f" {longer} ".startswith(f" {shorter} ") or f" {longer} ".endswith(f" {shorter} "):
        return 0.9
    if asked.replace(" ", "") == found.replace(" ", ""):
        return 0.98
    ratio = SequenceMatcher(None, asked, found, autojunk=False).ratio()
    return ratio * 0.95 if ratio >= 0.8 and len(shorter) >= 5 else 0.0


def slips(one: str, other: str) -> int:
    """Return by how many slips (a wrong, missing or surplus sign, two swapped) words differ; 3 means more than 2."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return min(row[-1], 3)
