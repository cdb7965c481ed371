"""A text as people send it, taken apart: the address, how the place lies to it, further addresses, whom to ask for.

Pure. `tidy` takes off what says nothing; what says something, but is no part of the address, is kept here.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from buildings.addresses.text.people import NOBODY, Contact, without_contact
from buildings.addresses.text.several import Other, Role, addresses_in
from buildings.addresses.text.strip_noise import tidied


class Relation(StrEnum):
    """How the place meant lies to the address given."""

    OPPOSITE = "opposite"
    BESIDE = "beside"
    NEAR = "near"
    BEHIND = "behind"
    FRONT = "front"
    JUNCTION = "junction"
    BELOW = "below"
    ABOVE = "above"
    ENTRANCE = "entrance"


# At the house itself: whoever goes there goes to the right house.
AT_THE_HOUSE: Final = frozenset((Relation.BELOW, Relation.ABOVE, Relation.ENTRANCE))


@dataclass(frozen=True, slots=True)
class Message:
    """What a text says: an address as written, its role and the others, the relation to it, and the contact."""

    address: str
    role: Role = Role.ONLY
    relation: Relation | None = None
    others: tuple[Other, ...] = ()
    contact: Contact = NOBODY

    @property
    def is_sure(self) -> bool:
        """Whether the address is the place meant: the only one, and no more than a place beside it."""
        return not self.others and (self.relation is None or self.relation in AT_THE_HOUSE)


_WORDS: Final = (
    (Relation.OPPOSITE, r"(?:斜|正)?对面"),
    (Relation.BESIDE, r"旁边?(?![村街路])|隔壁|[东南西北左右]侧|侧面"),
    (
        Relation.NEAR,
        r"附近|周边|周围|一带|[往向][东南西北前后左右][^，。；]{0,6}?[0-9一二三四五六七八九十百]+米|(?:外|约)?[0-9]+米(?:处|内|外)",
    ),
    (Relation.BEHIND, r"后面|背后|后方"),
    (Relation.FRONT, r"前面|[门楼]前|前方"),
    (Relation.JUNCTION, r"(?:交叉|十字|丁字)?路口|交叉口|交[汇界]处"),
    (Relation.BELOW, r"楼下(?!店)"),
    (Relation.ABOVE, r"楼上|楼顶|天台|楼道"),
    (Relation.ENTRANCE, r"大?门口|出?入口(?!处理)"),
)
_RELATION: Final = re.compile("的?(?:" + "|".join(f"(?P<{kind.value}>{words})" for kind, words in _WORDS) + ")")
_A_RELATION: Final = re.compile(
    "[旁对隔附背侧米]|[后前][面方]|[门楼][前口下上顶道]|[路叉入]口|周[边围]|一带|交[汇界]|天台"
)
# What a relation may stand behind: a number with its word, or a name's.
_HOUSE: Final = re.compile(
    r"(?:[0-9A-Za-z一二三四五六七八九十]\s*(?:号楼|[号栋幢座室房铺]|单元)?|[村园苑厦城院场里庭居寓路街道巷校店行馆站])\s*$"
)
_ADDRESS_BEHIND: Final = re.compile(
    r"[\u4e00-\u9fff][^，。；]*?[0-9A-Za-z一二三四五六七八九十]+\s*(?:[号栋幢座室巷]|单元)|[\u4e00-\u9fff]{2}[0-9]"
)
# How a report begins: 市民来电反映：…
_REPORT: Final = re.compile(
    r"^(?:【[^】]{0,20}】)?[^0-9，。；]{0,16}?(?:反映|反应|投诉|举报|来电称|来电表示|来电咨询|求助|报料|上报)(?:称|说|表示)?\s*[，,：:]?\s*(?:在|位于|其住|住在|家住)?"
)
_REPORTING: Final = re.compile("[反投举来求报]")
# A clause behind the address that says nothing of where it is: no number, no word of a place.
_CLAUSE: Final = re.compile(
    r"[，,。；;！!]\s*(?:请|麻烦|希望|要求|谢谢|急|尽快|导致|影响|严重|长期|存在|有人|无人|没有|已经|垃圾)[^0-9]*$"
)
# What is complained of, written right behind the number.
_MATTER: Final = re.compile(
    r"(?<=[0-9号栋幢座室房元])(?:有|存在|出现|发生|的)?(?:人|大量|严重|疑似|一楼)?"
    r"(?:垃圾|漏水|噪音|噪声|积水|堵塞|占道|违停|违建|乱停|停水|停电|起火|冒烟|打架|吵闹|扰民|异味|油烟|破损|损坏|堆放|堆积|脱落|施工|井盖|路灯)"
    r"[^0-9]*$"
)


def message_of(text: str) -> Message:
    """Return what a text says; signs without a width (category Cf) are no part of it."""
    plain = text if text.isprintable() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    report, contact = without_contact(plain)
    first, *others = addresses_in(_unreported(report))
    address, relation = _related(first.text)
    return Message(tidied(address), first.role, relation, tuple(Other(o.role, tidied(o.text)) for o in others), contact)


def _unreported(text: str) -> str:
    if not _REPORTING.search(text):
        return text
    match = _REPORT.match(text)
    return _CLAUSE.sub("", text[match.end() :]) if match else text


def _related(text: str) -> tuple[str, Relation | None]:
    """Return the address without the relation written behind it and what follows, and the relation.

    A relation before an address (人民医院对面龙湖花园3栋) says how to get there: the parser steps over it.
    """
    if _A_RELATION.search(text):
        for match in _RELATION.finditer(text):
            before, behind = text[: match.start()], text[match.end() :]
            if _HOUSE.search(before) and not _ADDRESS_BEHIND.search(behind):
                return before.rstrip("的 "), Relation(str(match.lastgroup))
    return _MATTER.sub("", text), None
