"""What people write around an address and mean no part of it by: headings, telephone numbers, remarks. Pure."""

import re
import unicodedata
from typing import Final

# Traditional signs of the words below; the script of the address itself is `normalize`'s business.
_SIMPLE: Final = str.maketrans(
    "國貨聯繫現戶詳細單註冊營電話機備編碼邊鐵對訊經", "国货联系现户详细单注册营电话机备编码边铁对讯经"
)


def _spaced(*words: str) -> str:
    """Return a pattern of these words that allows spaces between their signs."""
    return "|".join(r"\s*".join(word) for word in words)


_HAN: Final = r"[\u4e00-\u9fff]"
# A remark in brackets says how to get there or whom to call; 龙湖花园(二期) is no remark.
_REMARK: Final = re.compile(
    r"[(\[【〔]"
    r"(?:[^)\]】〕]*(?:附近|对面|旁边|隔壁|地铁|公交|电话|手机|联系|备注|送到|放在|快递|1[3-9][0-9]{9})[^)\]】〕]*"
    r"|(?:近|靠|临|原|旁|请|备注)[^)\]】〕]*)"
    r"[)\]】〕]"
)
_WHOSE: Final = _spaced(
    "收货", "收件", "联系", "家庭", "居住", "现住", "户籍", "详细", "通讯", "通信", "办公", "注册", "经营", "单位",
    "公司", "我的",
)  # fmt: skip
_HEADING: Final = re.compile(
    rf"[\s\"'“”]*(?:(?:{_WHOSE})?\s*(?:{_spaced('地址', '住址', '地点', '住所')})(?:\s*[:为是]\s*|\s+)"
    rf"|现住(?:址|在)?\s*:?\s*(?={_HAN})|中\s*国\s*(?=(?:{_HAN}\s*){{2,3}}[省市区县])"
    rf"|(?:{_spaced('邮编', '邮政编码')})?\s*:?\s*[0-9]{{6}}[\s,]*(?={_HAN}))"
)
_PHONE: Final = re.compile(
    r"[\s,;、]*(?:(?:联系)?(?:电话|手机|热线)|tel\.?)?:?\s*(?<![0-9-])"
    r"(?:(?:\+?86[- ]?)?1[3-9][0-9]{9}|0[0-9]{2,3}[- ]?[0-9]{7,8})(?![0-9])",
    re.IGNORECASE,
)
_MANY_DIGITS: Final = re.compile("[0-9]{7}")
# Notes for a courier at the end: 电联 (ring me).
_TOLD: Final = re.compile(r"[\s,;、_-]*(?:电联|请?(?:打|提前)?电话联系|请电联|(?<!丰)收)$")
_BRACKETS: Final = frozenset("([【〔")


def tidied(text: str) -> str:
    """Return an address as written without headings, telephone numbers and remarks in brackets."""
    folded = unicodedata.normalize("NFKC", text).translate(_SIMPLE)
    tidy = _without_headings(folded)
    if not _BRACKETS.isdisjoint(tidy):
        tidy = _REMARK.sub(" ", tidy)
    if _MANY_DIGITS.search(tidy):
        tidy = _PHONE.sub(" ", tidy)
    if tidy[-1:] in ("联", "系", "收"):
        tidy = _TOLD.sub("", tidy)
    return text.strip() if tidy == folded else tidy.strip()


def _without_headings(text: str) -> str:
    for _ in range(3):
        heading = _HEADING.match(text)
        if not heading:
            break
        text = text[heading.end() :]
    return text
