"""What the cells of a household register mean: numbers, the status of a household, what stands for nothing. Pure."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

MAX_NUMBER: Final = 32_000
# A register has millions of such cells, and few different ones.
_REMEMBERED: Final = 4096


class Residence(StrEnum):
    """What a row says: somebody lives there, the unit is vacant, or its household has left."""

    LIVES = "lives"
    VACANT = "vacant"
    LEFT = "left"


_YES: Final = {"1", "true", "yes", "y", "t", "是", "有", "户籍", "本地户籍", "常住", "常住户口", "户籍户", "常住户"}
_NO: Final = {
    "0",
    "false",
    "no",
    "n",
    "f",
    "否",
    "无",
    "非户籍",
    "流动",
    "流动户",
    "流动人口",
    "暂住",
    "暂住户",
    "外来",
    "租户",
    "租住",
}
_VACANT: Final = {"空置", "空房", "空户", "空", "无人", "无人居住", "闲置", "空置房", "vacant", "empty"}
_LEFT: Final = {
    "迁出",
    "已迁出",
    "迁走",
    "搬走",
    "已搬走",
    "搬离",
    "已搬离",
    "搬出",
    "离开",
    "销户",
    "注销",
    "moved out",
    "left",
}
_LIVES: Final = {
    "",
    "在住",
    "居住",
    "已居住",
    "入住",
    "已入住",
    "迁入",
    "正常",
    "自住",
    "出租",
    "使用",
    "occupied",
    "active",
}
_NOBODY: Final = {"", "-", "--", "/", "\\", "无", "none", "null", "n/a", "nan", "不详", "未知"}
_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_WHOLE: Final = re.compile(r"([0-9]{1,5})(?:\.0+)?")


def cleaned(text: str) -> str:
    """Return a cell's text with usual widths and without spaces around it; '' for what says that there is nothing."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return "" if plain.lower() in _NOBODY else plain


@lru_cache(_REMEMBERED)
def whole(text: str) -> int | None:
    """Return the whole number up to 32,000 that a cell means: 3, ３, 3.0, 3人, 三, 两, 十二; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("人").removesuffix("口").strip()
    found = _WHOLE.fullmatch(plain)
    value = int(found[1]) if found else _chinese(plain)
    return value if value is not None and value <= MAX_NUMBER else None


def _chinese(text: str) -> int | None:
    """Return the number up to 99 that Chinese numerals mean."""
    tens, ten, ones = text.rpartition("十")
    if not text or not set(tens + ones) <= set(_DIGITS) or len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[ones] if ones else 0)


def is_registered(text: str) -> bool | None:
    """Return whether a cell says that the household is registered here (户籍); None when it says nothing.

    常住 is read as 常住户口, 暂住 as its contrary. Raises ValueError for other words.
    """
    word = _word(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word or word in _VACANT | _LEFT:
        return None
    raise ValueError(text)


def residence(*cells: str) -> Residence | None:
    """Return what the cells of a row say of living there, the first that says anything; None for no known word.

    They are its status first, then others where registers say it too; of those only vacancy and leaving are read.
    """
    words = [_word(cell) for cell in cells]
    for word in words:
        if word in _VACANT:
            return Residence.VACANT
        if word in _LEFT:
            return Residence.LEFT
    return Residence.LIVES if not words or words[0] in _LIVES else None


@lru_cache(_REMEMBERED)
def _word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def is_masked(text: str) -> bool:
    """Say whether a cell hides a part of what it says: 王**, 138****1234."""
    return "*" in text or "＊" in text or bool(re.search(r"[×•●]|[0-9][xX]{2,}", text))


def hides(masked: str, known: str) -> bool:
    """Say whether a masked text may stand for ``known``: the same signs where it shows any, the hidden ones between."""
    shown = [re.escape(part) for part in re.split(r"[*＊×•●xX]+", masked)]
    return re.fullmatch(".*".join(shown), known) is not None


def said_or_known(said: str, known: str) -> str:
    """Return what is to be kept of a cell: a masked or empty one never takes the place of what is known."""
    return known if known and (not said or is_masked(said)) else said


def may_be(said: str, known: str) -> bool:
    """Say whether two cells may mean the same person or number, as far as they say."""
    if said == known:
        return True
    return bool(said and known) and (
        (is_masked(said) and hides(said, known)) or (is_masked(known) and hides(known, said))
    )
