"""How alike two names of roads or estates are: what tells them apart counts, the word for what they are does not."""

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

# Words that say what a place is and not which.
_GENERIC: Final = re.compile(
    r"(?:大道|大街|公路|快速路|路|街|道|巷|弄|花园|家园|雅苑|豪庭|名苑|新城|新村|华府|嘉园|佳园|小区|花苑|苑|公馆|工业园区|工业园|"
    r"科技园|产业园|工业区|创新园|宿舍|大厦|广场|中心|公寓|学校|小学|中学|医院|市场|村|围|园|城|楼)+$"
)
# Signs by which siblings are told apart: 兰竹东路 and 兰竹西路, 文祥1路 and 文祥2路.
_TELLING: Final = re.compile(r"[东西南北中上下前后新老旧大小内外0-9一二三四五六七八九十a-z]")
_LATIN: Final = re.compile(r"[a-z]{3}")
_DIGITS_AND_SIDES: Final = re.compile(r"[0-9]+|\b[nsew]\b")
CONTAINED: Final = 0.93
OTHER_WORD: Final = 0.75


@lru_cache(maxsize=50_000)
def likeness(asked: str, found: str) -> float:
    """Return how alike two names are: 1 the same, 0 different ones, between for what may be a slip.

    Names that differ only in a telling sign (东路, 西路) are different names.
    """
    if asked == found:
        return 1.0
    if _LATIN.search(asked + found):
        return _latin(asked, found)
    shorter, longer = sorted((asked, found), key=len)
    if len(shorter) >= 2 and _holds(longer, shorter):
        return CONTAINED
    if _TELLING.sub("", asked) == _TELLING.sub("", found):
        return 0.0
    return _slip(asked, found)


def _holds(longer: str, shorter: str) -> bool:
    """Whether the longer name is the shorter with more said: 坪山龙湖花园, 龙湖花园二期; not 新龙路 for 龙路."""
    if longer.startswith(shorter):
        return True
    return longer.endswith(shorter) and len(_stem(shorter)) >= 2


def _stem(name: str) -> str:
    return _GENERIC.sub("", name) or name


def _slip(asked: str, found: str) -> float:
    one, other = _stem(asked), _stem(found)
    if one == other:
        return OTHER_WORD if len(one) >= 2 else 0.0
    if (asked.startswith(other) or found.startswith(one)) and slips(asked, found) == 1:
        return 0.85  # the slip is in the word for what it is: 龙湖花圆
    length = max(len(one), len(other))
    if asked[len(one) :] != found[len(other) :] or length < 2:
        return 0.0
    wrong = slips(one, other)
    if wrong == 1:
        return min(0.85, 0.4 + 0.1 * length)
    return 0.6 if wrong == 2 and length >= 5 else 0.0


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
