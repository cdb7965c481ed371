"""One spelling for what people write in many: the text form that addresses are stored and compared in."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from opencc import OpenCC

NUMERALS: Final = "〇零一二三四五六七八九十百千"
_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_POWERS: Final = {"十": 10, "百": 100, "千": 1000}
_VARIANTS: Final = {
    "○": "〇",
    "壹": "一",
    "贰": "二",
    "叁": "三",
    "肆": "四",
    "伍": "五",
    "陆": "六",
    "柒": "七",
    "捌": "八",
    "玖": "九",
    "拾": "十",
    "佰": "百",
    "仟": "千",
    "~": "-",
    "⁄": "/",
    "_": " ",
    "ß": "ss",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "ł": "l",
    "đ": "d",
}
_KEPT: Final = frozenset("-#/.")
_HAN: Final = "\u2e80-\u9fff\U00020000-\U0003ffff"

# A numeral is a number only where one is counted with: before these words, and inside 3-2-501.
_COUNTED: Final = (
    "号|栋|幢|座|楼|层|室|房|单元|单位|单(?=[0-9〇零一二三四五六七八九十百千])"
    "|巷|弄|胡同|横巷|梯|街|路|区|期|组|队|村民小组|铺位|排|#"
)
_NUMBER: Final = re.compile(
    rf"第*([{NUMERALS}]+)(?=(?:{_COUNTED})|-[0-9{NUMERALS}]|[之附][0-9{NUMERALS}])"
    rf"|(?<=-)([{NUMERALS}]+)(?=-|$)"
    rf"|(?<=[号0-9室房][之附])([{NUMERALS}]+)"
    rf"|([〇零一二三四五六七八九]{{3,}})"
)
# 12号之1, 12号附1 and 12之1号 are the door plate 12-1号.
_PLATE: Final = re.compile(r"([0-9]++)((?:号?[之附][0-9]++)++)(?:号| |(?![-/ 0-9a-z]))")
_INSIDE: Final = frozenset("号栋幢座元楼层")  # behind these 101之3 is a room
# 9一9一2192 is typed for 9-9-2192, and 两栋 is written for 2栋.
_ONE_AS_DASH: Final = re.compile("(?<=[0-9])一(?=[0-9])")
_PAIR: Final = re.compile("两(?=栋|幢|座|单元|号楼)")
# Words behind a number that the keyboard's homophones and look-alikes stand for: 3懂 is 3栋, 829好 is 829号.
_SLIPS: Final = re.compile(
    rf"(?<=[0-9a-z{NUMERALS}])(?:[懂董撞搂]|[动洞冻](?![物画车力漫])|[坐做](?=[0-9])|好(?=$|[0-9楼栋院 ])"
    r"|单[园员圆源])|(?<=[0-9]号)搂"
)
_BASEMENT: Final = re.compile("(?<=[号栋幢座元])地下室?(?=[0-9]{3})")  # 829号地下室101
_MEANT: Final = {"撞": "幢", "搂": "楼", "坐": "座", "做": "座", "好": "号", "单": "单元"} | dict.fromkeys(
    "懂董动洞冻", "栋"
)
_SLIPPED: Final = frozenset("懂董动洞冻撞搂坐做好园员圆源")
# -1层, which is below the ground, while most dashes only join.
_BELOW: Final = re.compile("(?<![0-9a-z])-(?=[1-5](?:层|楼|f(?![a-z])))")
# 幺 is how one is said in numbers: 四零幺.
_ONE_SAID: Final = re.compile(rf"(?<=[{NUMERALS}0-9])幺|幺(?=[{NUMERALS}幺0-9])")
# A spreadsheet's 79.0栋101.0, and 3.2.501 for 3-2-501.
_FLOAT: Final = re.compile("(?<=[0-9])[.]0(?![0-9.])")
_DOTTED: Final = re.compile(
    "(?<![0-9.])(?:[0-9]{1,3}[.]){1,2}(?=[0-9]{3,4}(?![0-9.]))|(?<![0-9.])[0-9]{1,3}[.](?=[0-9]{1,2}[.][0-9]{1,2}(?![0-9.]))"
)
_ORDINAL: Final = re.compile(rf"第+(?=[0-9]+(?:{_COUNTED}))")
_DASHES: Final = re.compile(r" *-[ -]*")
_LOOSE_DASH: Final = re.compile(
    rf"(?<![0-9a-z{NUMERALS}])-|-(?![0-9a-z{NUMERALS}])|(?<=[a-z])-(?=[a-z])|(?<![0-9])[/.]|[/.](?![0-9])"
)
_SPACE: Final = re.compile(rf"(?<=[{_HAN}]) +| +(?=[{_HAN}])|(?<= ) +|^ +| +$")
_WORD: Final = re.compile(r"[a-z]{4,}")
_SHORT: Final = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "drive": "dr",
    "court": "ct",
    "place": "pl",
    "lane": "ln",
    "terrace": "ter",
    "square": "sq",
    "boulevard": "blvd",
    "highway": "hwy",
    "parkway": "pkwy",
    "apartment": "apt",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "platz": "pl",
    "sankt": "st",
}


_CHAINING: Final = frozenset("之附第")
_JOINING: Final = frozenset("-/.")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    """Return OpenCC's traditional → simplified converter, loaded once, when a Han character is first met."""
    return OpenCC("t2s")


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    text = "".join(_VARIANTS.get(c, c) for c in text)
    if any(ord(c) > 0x2E7F for c in text):
        text = _simplifier().convert(text)
    return "".join(_plain(c) for c in unicodedata.normalize("NFD", text))


def _plain(char: str) -> str:
    """Return a character without its accents, as a space if it carries nothing."""
    category = unicodedata.category(char)
    if category in ("Mn", "Cf"):  # accents; signs without a width, which copying from documents leaves in numbers
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd":
        return "-"
    if char in _KEPT or char in _VARIANTS.values() or category[0] in "LN":
        return _VARIANTS.get(char, char)
    return "" if char in "'’`" else " "


class _Folding(dict[int, str]):
    """Each character's plain form, worked out when first met (there are few in one district's addresses)."""

    def __missing__(self, codepoint: int) -> str:
        folded = chr(codepoint)
        for _ in range(4):
            again = _fold_once(folded)
            if again == folded:
                break
            folded = again
        self[codepoint] = folded
        return folded


_FOLDING: Final = _Folding()


def number_of(numerals: str) -> int:
    """Return the value of Chinese numerals: 十二 is 12, 一百零二 is 102, and digit by digit 三〇一 is 301."""
    if not any(c in _POWERS for c in numerals):
        return int("".join(str(_DIGITS[c]) for c in numerals))
    total, digit = 0, 0
    for char in numerals:
        if char in _POWERS:
            total += (digit or 1) * _POWERS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def _digits(match: re.Match[str]) -> str:
    digits = _as_digits(match[1] or match[2] or match[3] or match[4])
    before = match.string[match.start() - 1 : match.start()]
    if match[1] and before.isascii() and before.isalnum():
        return f" {digits}"  # 576九楼
    behind = match.string[match.end() : match.end() + 1]
    return f"{digits} " if match[3] and behind.isascii() and behind.isalnum() else digits  # 4号之一3栋


def _plate(match: re.Match[str]) -> str:
    chain = match[1] + re.sub(r"号?[之附]", "-", match[2])
    inside = match.string[match.start() - 1 : match.start()] in _INSIDE and "号" not in match[0]
    return f"{chain}室" if inside else f"{chain}号"


def _as_digits(numerals: str) -> str:
    """Return the numerals in digits; leading noughts of a digit-by-digit number (〇八) stay."""
    if any(c in _POWERS for c in numerals):
        return str(number_of(numerals))
    return "".join(str(_DIGITS[c]) for c in numerals)


def _shorten(match: re.Match[str]) -> str:
    word = match[0]
    if word.endswith("strasse"):
        return word[:-4]
    return _SHORT.get(word, word)


def normalize(text: str) -> str:
    """Return the comparable form of an address text.

    Width, case, accents and traditional characters are folded; punctuation that carries nothing and spaces
    beside Han characters go; Chinese numerals that count become digits (十二号 → 12号, 一巷 → 1巷), so that
    3栋 and 13栋 stay different; street types are shortened (Hauptstraße → hauptstr). Idempotent.
    """
    folded = _as_meant(text.translate(_FOLDING))
    if not _JOINING.isdisjoint(folded):
        folded = _LOOSE_DASH.sub(" ", _DASHES.sub("-", folded))
    if " " in folded:
        folded = _SPACE.sub("", folded)
    if "地下" in folded:
        folded = _BASEMENT.sub("负1层", folded)
    if not _SLIPPED.isdisjoint(folded):
        folded = _SLIPS.sub(lambda slip: _MEANT[slip[0][0]], folded)
    counted = _count(folded)
    while counted != folded and not _CHAINING.isdisjoint(counted):
        folded, counted = counted, _count(counted)
    return _WORD.sub(_shorten, counted)


def _as_meant(text: str) -> str:
    """Return a folded text with the marks in its numbers as they are meant: 1.0栋 is 1栋, -1层 is 负1层."""
    if "幺" in text:
        text = _ONE_SAID.sub("一", text)
    if "." in text and any(sign > "\u2e7f" for sign in text):
        text = _DOTTED.sub(lambda match: match[0].replace(".", "-"), _FLOAT.sub("", text))
    return _BELOW.sub("负", text) if "-" in text else text


def _count(text: str) -> str:
    """Return the text with its numerals in digits; a rewrite may bring the next one about (一之二之三号)."""
    if "一" in text or "两" in text:
        text = _PAIR.sub("2", _ONE_AS_DASH.sub("-", text))
    counted = _ORDINAL.sub("", _NUMBER.sub(_digits, text))
    if "之" in counted or "附" in counted:
        return _PLATE.sub(_plate, counted)
    return counted
