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
from buildings.addresses.text.speech import without_matter, without_speech
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


# At the house itself: whoever goes there goes to the right house. What is above a room is another room.
AT_THE_HOUSE: Final = frozenset((Relation.BELOW, Relation.ABOVE, Relation.ENTRANCE))
AT_THE_ROOM: Final = frozenset((Relation.BELOW, Relation.ENTRANCE))


@dataclass(frozen=True, slots=True)
class Message:
    """What a text says: an address as written, its role and the others, the relation to it, and the contact."""

    address: str
    role: Role = Role.ONLY
    relation: Relation | None = None
    others: tuple[Other, ...] = ()
    contact: Contact = NOBODY

    def is_sure_of(self, target: str) -> bool:
        """Whether the address is the place meant, if it is a ``target``'s: the only one, and no place beside it."""
        there = AT_THE_ROOM if target == "unit" else AT_THE_HOUSE
        return not self.others and (self.relation is None or self.relation in there)


_SIDE: Final = "[东南西北前后左右]"
_COUNT: Final = "[0-9一二三四五六七八九十]{1,2}"
_FAR: Final = r"[0-9一二三四五六七八九十百千两几]+(?:多|余)?(?:米|公里|千米|k?m(?![0-9A-Za-z]))"
_NEAR: Final = (
    rf"附近|周边|周围|一带|之间|路段|[往向]{_SIDE}[^，。；]{{0,6}}?{_FAR}|{_SIDE}[边面侧方]?(?:外|约|大概)?{_FAR}"
    rf"|(?:外|约|大概)?{_FAR}(?:处|内|外|左右)?|(?:公交|地铁|加油|充电)车?[站桩]|红绿灯(?!路口)|[转拐][角弯]处?"
    r"|以[东南西北]|路边|人行道|天桥下?|围[墙挡]外?|绿化带"
)
_WORDS: Final = (
    (Relation.OPPOSITE, r"(?:马路|街|斜|正)?对(?:面|过|门)"),
    (
        Relation.NEAR,
        _NEAR,
    ),
    (
        Relation.BESIDE,
        rf"旁边?(?![村街路])|边上|隔壁|[东南西北左右]{{1,2}}[侧角]|侧面|[东南西北左右]边(?=$|[，。；,;])|(?<=[号栋幢座])[往向]?{_SIDE}[边侧]?(?:起|数)?第?{_COUNT}[家户间](?![0-9])",
    ),
    (Relation.BEHIND, r"[后背]面|背后|后方|屋后"),
    (Relation.FRONT, r"前面|[门楼屋]前|前方"),
    (Relation.JUNCTION, r"(?:交叉|十字|丁字|红绿灯)?路口|交叉口|交[汇界]处"),
    (Relation.BELOW, r"楼下(?!店)|楼底下?"),
    (Relation.ABOVE, r"楼上|楼顶|天台|楼道"),
    (Relation.ENTRANCE, rf"[大正侧{_SIDE[1:-1]}]?门(?:口|(?=$|[，。；,; ]))|出?入口(?!处理)"),
)
_RELATION: Final = re.compile("的?(?:" + "|".join(f"(?P<{kind.value}>{words})" for kind, words in _WORDS) + ")")
_A_RELATION: Final = re.compile(
    "[旁对隔附背侧米角]|里|以[东南西北]|路边|人行|天桥|围[墙挡]|绿化|[0-9]k?m|边上|[边门]$|[后前][面方]|[门楼屋][前后口下上顶道底]|[0-9一二三四五六七八九十][家户间]|[大正侧东南西北前后左右]门|[路叉入]口"
    "|路段|之间|[转拐][角弯]|红绿灯|[车交铁油电]站|充电|周[边围]|一带|交[汇界]|天台"
)
# A relation that is said before the address: 靠近坪山大道829号, 距坪山大道829号50米.
_NEARING: Final = re.compile(rf"^(?:靠近|临近|邻近|毗邻|紧邻|(?:距离?|离)(?=.*{_FAR}))")
# What a relation may stand behind: a number with its word, or a name's.
_HOUSE: Final = re.compile(
    r"(?:[0-9A-Za-z一二三四五六七八九十]\s*(?:号楼|[号栋幢座室房铺]|单元)?|[村园苑厦城院场里庭居寓路街道巷校店行馆站])\s*$"
)
_ADDRESS_BEHIND: Final = re.compile(
    r"[\u4e00-\u9fff][^，。；]*?[0-9A-Za-z一二三四五六七八九十]+\s*(?:[号栋幢座室巷]|单元)|[\u4e00-\u9fff]{2}[0-9]"
)


def message_of(text: str) -> Message:
    """Return what a text says; signs without a width (category Cf) are no part of it."""
    plain = text if text.isprintable() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    said, contact = without_contact(plain)
    first, *others = addresses_in(without_speech(said))
    address, relation = _related(first.text)
    return Message(tidied(address), first.role, relation, tuple(Other(o.role, tidied(o.text)) for o in others), contact)


def _related(text: str) -> tuple[str, Relation | None]:
    """Return the address without the relation written behind it and what follows, and the relation.

    A relation before an address (人民医院对面龙湖花园3栋) says how to get there: the parser steps over it.
    """
    nearing = _NEARING.match(text)
    if nearing:
        return _related(text[nearing.end() :])[0], Relation.NEAR
    if _A_RELATION.search(text):
        for match in _RELATION.finditer(text):
            before, behind = text[: match.start()], text[match.end() :]
            if _HOUSE.search(before) and not _ADDRESS_BEHIND.search(behind):
                return before.rstrip("的 "), Relation(str(match.lastgroup))
    return without_matter(text), None
