"""Signs that are written for one another: other scripts and widths, signs that sound or look alike."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import Final

import opencc
import pypinyin

# Signs often mistaken for one another by shape.
_ALIKE: Final = (
    "园圆 苑宛 湖糊 坑抗 兰蓝 竹什 龙尤 田由甲 东车 秀莠 新薪 金全 锦棉 翠萃 荣茶 瑞端 "
    "同向 富福 宝定 振震 丰半 永水 和知 兴光 盛盔 创仓 聚娶 汇江 丹舟 青清 松忪 云去 "
    "立位 景影 文又 祥详 裕浴 德得 泰秦 石右 沙纱 南喃 碧璧 康糠 山仙 源原 昌晶 达迖 "
    "业亚 华毕 林材 桂挂 荔茘 泉皂 岭铃 安按 明朋 峰锋 英央 智知 平乎 川州 乐东 花化 "
    "家冢 雅稚 豪毫 庭廷 名各 城域 府俯 嘉喜 公分 馆管 村材 围园 屋层 塘糖 头买 背肯 "
    "老考 上土 下卞 大太犬 禾木 马鸟 黄寅 谷俗 井并 水永 张帐 罗逻 曾会 陈阵 工土 科料 "
    "技枝 产广 学字 医匡 院完 "
)


def _common() -> str:
    """Return the 3,755 commonest signs (the first level of GB 2312)."""
    cells = (bytes((row, column)) for row in range(0xB0, 0xD8) for column in range(0xA1, 0xFF))
    return b"".join(cells).decode("gb2312", "ignore")


@lru_cache(maxsize=1)
def _sounds() -> tuple[Mapping[str, str], Mapping[str, str]]:
    sound = {sign: pypinyin.lazy_pinyin(sign)[0] for sign in _common()}
    groups: dict[str, str] = defaultdict(str)
    for sign, spelt in sound.items():
        groups[spelt] += sign
    return sound, groups


def sounding_alike(sign: str, chance: Random) -> str:
    """Return another common sign of the same sound, or '' if there is none."""
    sound, groups = _sounds()
    others = [s for s in groups.get(sound.get(sign, ""), "") if s != sign]
    return chance.choice(others) if others else ""


def looking_alike(sign: str, chance: Random) -> str:
    """Return a sign that looks like it, or '' if we know none."""
    others = [s for group in _ALIKE.split() if sign in group for s in group if s != sign]
    return chance.choice(others) if others else ""


def spelt(name: str) -> str:
    """Return the name in Latin letters: 文英 → wenying."""
    return "".join(pypinyin.lazy_pinyin(name))


@lru_cache(maxsize=2)
def _converter(table: str) -> opencc.OpenCC:
    return opencc.OpenCC(table)


def traditional(text: str) -> str:
    """Return the text in traditional script; unchanged where the way back would not lead here."""
    there = _converter("s2t").convert(text)
    return there if _converter("t2s").convert(there) == text else text


def wide(text: str) -> str:
    """Return the text with digits and letters as wide as Han signs: 12A → １２Ａ."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


_DIGITS: Final = "零一二三四五六七八九"


def counted(digits: str) -> str:
    """Return a number as it is spoken: 12 → 十二, 108 → 一百零八; unchanged if it is no plain number."""
    if not digits.isdecimal() or digits.startswith("0"):
        return digits
    value, spoken, gap = int(digits), "", False
    if value >= 10_000:
        return digits
    for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit:
            spoken += ("零" if gap and spoken else "") + _DIGITS[digit] + word
            gap = False
        else:
            gap = bool(spoken)
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken


def spelled_out(digits: str, *, nought: str = "〇") -> str:
    """Return the digits one by one: 301 → 三〇一."""
    return "".join(nought if c == "0" else _DIGITS[int(c)] if c.isdecimal() else c for c in digits)
