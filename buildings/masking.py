"""How personal data looks to who may not read it, and what of an address text is personal. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from buildings.addresses.text.strip_noise import tidied

_SURNAMES: Final = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|["
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟黄"
    "和穆萧尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪解应宗丁宣邓单洪包左石崔吉龚程邢裴陆翁"
    "荀惠甄曲封储靳段焦巴牧谷车侯全班仰仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司黎薄印宿白怀蒲邰从鄂索咸籍赖卓屠蒙池乔阴温庄晏柴瞿阎连习艾容向古易慎廖庾终居衡步都耿满弘匡国文寇广东沃利蔚越"
    "师聂晁勾敖融冷訾辛阚那简饶曾沙养丰巢关查荆游权益桓公"
    "]"
)
_HAN: Final = r"[\u4e00-\u9fff]"
# Signs that name a place, not a person.
_PLACES: Final = (
    "省市区县镇乡村街道路巷弄里坊园苑楼栋幢座室号院城府庭湾厦店厂校局所站场队组屯寨庄"
    "家馆库门口旁边面前后上下头对侧内外东南西北"
)
_NAME: Final = rf"(?:{_SURNAMES})(?:(?![{_PLACES}]){_HAN}){{1,2}}|(?:{_SURNAMES})某{{1,2}}"
_LABELLED: Final = re.compile(
    r"[\s,，;；、(（]*(?:户主|业主|住户|租户|租客|房东|房主|承租人|联系人|收件人|收货人|姓名|本人)"
    rf"\s*[:：是为]?\s*(?:{_NAME})[)）]?"
)
_TITLED: Final = re.compile(rf"(?:{_SURNAMES}){_HAN}?(?:先生|女士|小姐|太太|师傅)")
_PHONE: Final = re.compile(
    r"[\s,，;；、(（]*(?:(?:联系)?(?:电话|手机|座机)|tel\.?|☎)?\s*[:：]?\s*(?<![0-9-])"
    r"(?:(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}|0[0-9]{2,3}[- ]?[0-9]{7,8})(?![0-9])[)）]?",
    re.IGNORECASE,
)
_IDENTITY: Final = re.compile(
    r"[\s,，;；、(（]*(?:身份证号?码?|证件号?)?\s*[:：]?\s*(?<![0-9])"
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx](?![0-9])[)）]?"
)
# A name that stands by itself, or at the end behind the number of a room or a house.
_SEGMENTS: Final = re.compile(r"([\s,，;；、()（）:：/]+)")
_ALONE: Final = re.compile(_NAME)
_BEHIND_A_NUMBER: Final = re.compile(rf"(?<=[0-9室房号楼栋座])(?:{_NAME})$")
_NOTHING: Final = re.compile(r"[\s,，;；、()（）:：/-]+")
# A sign or two, as the 家 of 王先生家, tell nobody where to go.
_LEAST: Final = 3


def mask_name(name: str) -> str:
    """Keep the family name: 张三丰 → 张**."""
    return name[:1] + "*" * (len(name) - 1)


def without_contacts(text: str) -> str:
    """Return an address text without what cannot be a part of one: telephone and identity numbers, titled names."""
    found = text
    for pattern in (_IDENTITY, _PHONE, _LABELLED, _TITLED):
        found = pattern.sub("", found)
    return text if found == text else found.strip(" ,，;；、:：")


def quotable(text: str) -> str:
    """Return what may be quoted of a cell that says nothing that its column can hold.

    Where columns are swapped it is a name or a telephone number; of what has no digit only the first sign is shown.
    """
    short = text[:60]
    is_a_word = not any(sign.isdigit() for sign in short) and any(sign.isalpha() for sign in short)
    return mask_name(short) if is_a_word or without_contacts(text) != text else short


def address_part(text: str, known: Iterable[str] = ()) -> str:
    """Return what of a raw text is an address that everybody may read; '' when nothing is left of it.

    ``known`` are names and numbers of whom the text is about. What looks like a person's name goes too, where it
    stands by itself or behind a number: rather a nickname too few than a name too many.
    """
    found = text
    for word in sorted({word.strip() for word in known} - {""}, key=len, reverse=True):
        found = found.replace(word, " ") if len(word) > 1 else found
    found = without_contacts(tidied(without_contacts(found)))
    pieces = [piece for piece in _SEGMENTS.split(found) if not _ALONE.fullmatch(piece)]
    found = _BEHIND_A_NUMBER.sub("", "".join(pieces).strip(" ,，;；、:：/"))
    return "" if len(_NOTHING.sub("", found)) < _LEAST else found.strip()


def mask_row(row: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a register's row, its personal ``fields`` masked, each by its own mask."""
    return {name: fields[name](str(value)) if name in fields and value else value for name, value in row.items()}


def mask_candidates(candidates: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the candidates of a raw text without what the text says beside each of their elements."""
    return [{**one, "reasons": [{**reason, "asked": ""} for reason in one.get("reasons", ())]} for one in candidates]
