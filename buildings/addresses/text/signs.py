"""Signs that are taken for one another: by what they look like, and by what they sound like. Pure.

The codes are Unihan's: four corners (what stands in each) and Cangjie (what a sign is put together of).
"""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

DATA: Final = Path(__file__).parents[1] / "data"
FILE: Final = DATA / "signs.csv"
LOOK_ALIKE: Final = DATA / "look_alike.txt"
# How much of the Cangjie code must be the same, in order: more than this, or so much with so many corners the same.
_ALIKE: Final = 0.6
_ALIKE_WITH: Final = {2: 0.5, 3: 0.3, 4: 0.0}


class Shape(NamedTuple):
    """What a sign looks like: its codes of four corners, and of what it is put together."""

    corners: tuple[str, ...]
    cangjie: str


_UNKNOWN: Final = Shape((), "")


def mistaken(sign: str, other: str) -> bool:
    """Whether one sign may be written for the other: they sound alike (in any reading), or they look alike."""
    return sound_alike(sign, other) or look_alike(sign, other)


@lru_cache(maxsize=20_000)
def look_alike(sign: str, other: str) -> bool:
    """Whether two signs look alike: 末 and 未, 湖 and 糊; not 江 and 山."""
    if sign + other in _pairs():
        return True
    one, two = _shapes().get(sign, _UNKNOWN), _shapes().get(other, _UNKNOWN)
    corners = max((sum(a == b for a, b in zip(p, q, strict=True)) for p in one.corners for q in two.corners), default=0)
    longest = max(len(one.cangjie), len(two.cangjie), 1)
    common = _common(one.cangjie, two.cangjie) / longest
    return common > _ALIKE or common >= _ALIKE_WITH.get(corners, 1.0)


@lru_cache(maxsize=20_000)
def sound_alike(sign: str, other: str) -> bool:
    """Whether two signs have a reading in common, as hasty ears and southern tongues hear it: 桥 and 乔, 山 and 三."""
    return not _heard(sign).isdisjoint(_heard(other))


@lru_cache(maxsize=10_000)
def _heard(sign: str) -> frozenset[str]:
    from pypinyin import Style, pinyin

    return frozenset(_blurred(one) for one in pinyin(sign, style=Style.NORMAL, heteronym=True)[0])


def _blurred(syllable: str) -> str:
    """Return a syllable without what many speakers do not tell apart: zh and z, n and l, ing and in."""
    for told, heard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(told):
            syllable = heard + syllable[2:]
    if syllable[0] == "n":
        syllable = "l" + syllable[1:]
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


def _common(one: str, other: str) -> int:
    """Return how long the longest common subsequence of two codes is."""
    row = [0] * (len(other) + 1)
    for a in one:
        before, row = row, [0]
        for j, b in enumerate(other, 1):
            row.append(before[j - 1] + 1 if a == b else max(before[j], row[-1]))
    return row[-1]


@cache
def _pairs() -> frozenset[str]:
    """Return the pairs that are told apart by a stroke, which codes may tell apart altogether: 公分 and 分公."""
    groups = LOOK_ALIKE.read_text(encoding="utf-8").split()
    return frozenset(one + other for group in groups for one in group for other in group if one != other)


@cache
def _shapes() -> Mapping[str, Shape]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["sign"]: Shape(tuple(row["corners"].split()), row["cangjie"]) for row in csv.DictReader(lines)}
