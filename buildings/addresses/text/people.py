"""Who is to be asked for at an address, as couriers' and hotlines' texts say it: names and telephone numbers. Pure."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Contact:
    """A person's name and telephone number as written in a text, '' for none: personal data."""

    person: str = ""
    phone: str = ""


NOBODY: Final = Contact()
_DIGIT_GAP: Final = r"[ \u3000-]?"
_MOBILE: Final = rf"1[3-9](?:{_DIGIT_GAP}[0-9]){{9}}"
_LANDLINE: Final = r"0[0-9]{2,3}[ -]?[0-9]{3,4}[ -]?[0-9]{4}"
_PHONE: Final = re.compile(
    r"(?:(?:联系|收货|收件)?(?:人)?(?:电话|手机)(?:号码?)?|联系方式|热线|[Tt][Ee][Ll]\.?)?[ \u3000]*[:：]?[ \u3000]*"
    rf"(?<![0-9-])((?:\+?(?:00)?86[ -]?)?(?:{_MOBILE}|{_LANDLINE}))(?![0-9])"
)
_MANY_DIGITS: Final = re.compile(rf"(?:[0-9]{_DIGIT_GAP}){{9}}[0-9]")
_NAMED: Final = re.compile(
    r"(?:收件人?|收货人?|(?<![\u4e00-\u9fff])收|联系人|寄件人|姓名|客户|业主|户主|报事人|来电人)"
    r"[ \u3000]*[:：][ \u3000]*"
    r"([\u4e00-\u9fff·]{2,4}?(?:先生|女士|小姐|同志|老师)?)(?=[ \u3000，,；;、:：\n]|电话|手机|$|[0-9+])"
)
_TITLED: Final = re.compile(
    r"(?:^|(?<=[ \u3000，,；;、\n0-9室房号（(民主众]))(?:收件人|联系人)?"
    r"([\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|阿姨|师傅)|(?<=[（(])[\u4e00-\u9fff]{2,3}(?=收[)）]))"
    r"(?:收(?=[)）]))?(?=[ \u3000，,；;、\n()（）收反来称说]|$)"
)
_MAY_NAME: Final = re.compile("先生|女士|小姐|阿姨|师傅|[件货系名客业户来]|收[)）:：]")
# The commonest family names; a word of two or three signs that begins so, alone beside a telephone, is a name.
_FAMILIES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温庄欧阳蓝詹游古涂巫赖丘房翁骆洪"
)
# What stands between a name, a number and an address.
_BETWEEN: Final = r" \u3000，,；;、\n()（）\[\]【】/|:："
_BESIDE_PHONE: Final = re.compile(
    rf"(?:^|(?<=[{_BETWEEN}0-9室号房]))(?:联系人|收件人|业主|户主|租户|住户|客户|房东|找|给)?([{_FAMILIES}][\u4e00-\u9fff]{{1,2}})(?:收)?(?=[{_BETWEEN}]|$)"
)
_PLACES: Final = re.compile("[省市区县镇乡村街道路巷号栋幢座楼室园苑城厦社场院校店坊里庄湾围坑]$")
_LABELS: Final = re.compile(
    r"(?:所在|收货)?(?:地区|省市区)[ \u3000]*[:：]|(?<=[^\u4e00-\u9fff])(?:详细|街道|收货)?地址[ \u3000]*[:：]"
    r"|^[寄送][往到至]?[:：]"
)
_MARKS: Final = " \u3000，,；;、\n:：。/"
# What is left of brackets and of a sentence when the name and the number are gone.
_EMPTIED: Final = re.compile(r"[(（\[【]\s*收?\s*[)）\]】]")
_LIVES: Final = re.compile("^(?:现|家)?住在?(?=[\u4e00-\u9fff]{2})")


def without_contact(text: str) -> tuple[str, Contact]:
    """Return the text without a person's name and telephone number, and these.

    A name is one that a word says to be one (收件人：, 先生), or a common family name's alone beside a telephone.
    """
    phone = _PHONE.search(text) if _MANY_DIGITS.search(text) else None
    rest = text if phone is None else f"{text[: phone.start()]} {text[phone.end() :]}"
    named = _named(rest) or (_name_beside(rest) if phone else None)
    if named:
        rest = f"{rest[: named.start()]} {rest[named.end() :]}"
    if phone is None and named is None:
        return text, NOBODY
    rest = _LIVES.sub("", _LABELS.sub("", _EMPTIED.sub(" ", rest)).strip(_MARKS))
    return rest.strip(_MARKS), Contact(named[1] if named else "", phone[1] if phone else "")


def _named(text: str) -> re.Match[str] | None:
    return _NAMED.search(text) or _TITLED.search(text) if _MAY_NAME.search(text) else None


def _name_beside(text: str) -> re.Match[str] | None:
    return next((m for m in _BESIDE_PHONE.finditer(text) if not _PLACES.search(m[1])), None)
