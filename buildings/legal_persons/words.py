"""What registers say of legal persons: their kind, their condition, and a name as people type it. Pure."""

import unicodedata
from enum import StrEnum
from typing import Final

from buildings.addresses.text.pinyin import spelled


class Kind(StrEnum):
    """What a legal person is."""

    ENTERPRISE = "enterprise"
    SOLE_TRADER = "sole_trader"
    COOPERATIVE = "cooperative"
    INSTITUTION = "institution"
    ASSOCIATION = "association"
    OTHER = "other"


class Condition(StrEnum):
    """In what condition it is; one that is ``GONE``, struck off or moved away, is no more here."""

    OPERATING = "operating"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    GONE = "gone"


# Parts of words, the most telling first: 个人独资企业 is an enterprise, 个体工商户 is not, 合作社 is neither.
_KINDS: Final = (
    (Kind.SOLE_TRADER, ("个体", "sole trader", "self-employed")),
    (Kind.COOPERATIVE, ("合作社", "cooperative")),
    (Kind.INSTITUTION, ("机关", "事业", "学校", "医院", "幼儿园", "institution", "government", "school", "hospital")),
    (Kind.ASSOCIATION, ("社会", "社团", "民办非企业", "民非", "基金会", "协会", "工会", "association", "foundation")),
    (Kind.ENTERPRISE, ("企业", "公司", "商铺", "店", "厂", "合伙", "独资", "enterprise", "company", "shop")),
    (Kind.OTHER, ("其他", "村", "居委会", "集体", "other")),
)
# By who registered it, and as what: the first two characters of its code.
_BY_CODE: Final = {
    "11": Kind.INSTITUTION,
    "12": Kind.INSTITUTION,
    "51": Kind.ASSOCIATION,
    "52": Kind.ASSOCIATION,
    "53": Kind.ASSOCIATION,
    "91": Kind.ENTERPRISE,
    "92": Kind.SOLE_TRADER,
    "93": Kind.COOPERATIVE,
}
# 未注销 contains 注销: what is not so comes before what is.
_CONDITIONS: Final = (
    (Condition.REVOKED, ("吊销", "撤销", "revoked")),
    (Condition.OPERATING, ("未注销", "未吊销")),
    (Condition.GONE, ("注销", "迁出", "搬离", "已搬走", "gone", "struck off", "deregistered", "closed", "moved away")),
    (Condition.SUSPENDED, ("停业", "歇业", "暂停", "suspended")),
    (Condition.OPERATING, ("存续", "在营", "在业", "开业", "营业", "正常", "登记成立", "operating", "active", "open")),
)
_SAME: Final = ("同注册地址", "同注册地", "同上", "同登记地址", "same")


def kind_of(word: str, code: str) -> Kind | None:
    """Return the kind that a register's word means, by the code where it says nothing; None for no such word."""
    text = _plain(word)
    if not text:
        return _BY_CODE.get(code[:2], Kind.OTHER)
    return next((kind for kind, parts in _KINDS if text == kind or any(part in text for part in parts)), None)


def condition_of(word: str) -> Condition | None:
    """Return the condition that a register's word means, operating where it says nothing; None for no such word."""
    text = _plain(word)
    if not text:
        return Condition.OPERATING
    return next((found for found, parts in _CONDITIONS if any(part in text for part in parts)), None)


def says_the_same(address: str) -> bool:
    """Say whether an address only refers to the registered one."""
    return _plain(address) in _SAME


def folded(name: str) -> str:
    """Return a name as it is compared: narrow and small, without spaces and signs."""
    return "".join(sign for sign in _plain(name) if sign.isalnum())


def sounds_of(name: str) -> str:
    """Return how a name is searched: itself folded, its pinyin and its initials, with spaces between them."""
    plain = folded(name)
    return " ".join((plain, *spelled(plain))) if plain else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
