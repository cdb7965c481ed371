"""Texts that say several addresses: where one moved, what it was called, two houses or rooms; and their roles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an address is among those that a text says."""

    ONLY = ""
    PRESENT = "present"
    FORMER = "former"
    ALSO = "also"


@dataclass(frozen=True, slots=True)
class Other:
    """A further address of a text, as written, and its role."""

    role: Role
    text: str


_NOW: Final = (
    r"(?:现(?:已|在|今)?|已经?|后来?)?(?:搬|迁|移)(?:家|迁|走|移)?(?:至|到|往|去)"
    r"|(?:现在?(?!代)|新(?=[住地改为址:：]))(?:住址|地址|址|住|改为|改名?为|为)?[:：]?|(?:改|变更|更名|更改)(?:名|址)?(?:为|成)"
)
_ONCE: Final = r"(?:原先?|旧|曾用?|以前|之前)(?:住址|地址|址|住|名|为|是|叫)?[:：]?"
# Where the next address begins, and what it is. 原 and 现 begin names too (原野路): they say a role behind a mark. So
# many roads begin with 新 that it says one only before 址, 住 and the like.
_NEXT: Final = re.compile(
    rf"\s*[(（【\[，,；;。、/|\s]\s*(?:(?P<now>{_NOW})|(?P<once>{_ONCE}))|(?P<moved>(?:现已?|已|后)?[搬迁](?:家|迁|移)?[至到往])|\s*(?P<mark>[；;|\n]|(?<![0-9A-Za-z])/(?![0-9A-Za-z]))\s*"
)
_FIRST: Final = re.compile(
    rf"^\s*(?:(?P<once>{_ONCE})|(?P<now>(?:现(?!代)|新(?=[住地址:：]))(?:住址|地址|址|住在?)?[:：]?))"
)
_MAY_BE_SEVERAL: Final = re.compile(
    r"[搬迁；;、|/，,&\n]|[现新原旧曾改更变].*[现新原旧为成]|[（(【\[][现原旧曾新]|^[现原旧]|以前|之前"
    r"|[0-9号栋幢座室] ?[和或及与至到] ?[0-9]"
)
# A name and a number behind it: an address of its own, and not what is left of one.
_ADDRESS: Final = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}[^0-9]*?(?:[0-9]|[一二三四五六七八九十]+(?:[号栋幢座巷]))")
_CLOSING: Final = ")）】] ，,。"
# 101、102室; 3、5栋; 3至5栋: numbers of one kind. 1-2 is a chain and 12-1号 a plate: dashes join nothing here.
_ROOMS: Final = re.compile(
    r"(?<=[号栋幢座元楼层室])\s*([0-9]{3,4})((?:\s*(?:室|房|号房)?\s*[、，,/和或及与&]\s*[0-9]{3,4})+)(?=\s*(?:室|房|号房)?\s*$)"
)
_HOUSES: Final = re.compile(
    r"(?<![0-9A-Za-z-])([0-9]{1,4})((?:\s*(?:号|栋|幢|座)?\s*[、和或及与至到]\s*[0-9]{1,4})+)\s*(?=(号楼|号|栋|幢|座))"
)
_NUMBER: Final = re.compile(r"([、，,/和或及与&至到]?)\s*([0-9]+)")
MOST: Final = 10


def addresses_in(text: str) -> list[Other]:
    """Return the addresses that a text says: the one that holds now first. One alone has no role."""
    if not _MAY_BE_SEVERAL.search(text):
        return [Other(Role.ONLY, text)]
    segments = _segments(text)
    if len(segments) == 1:
        numbers = _numbered(segments[0].text) or [segments[0].text]
        return [Other(Role.ALSO if len(numbers) > 1 else Role.ONLY, one) for one in numbers]
    if any(one.role is Role.PRESENT for one in segments):
        segments = [Other(Role.FORMER, one.text) if one.role is Role.ALSO else one for one in segments]
    elif any(one.role is Role.FORMER for one in segments):
        segments = [Other(Role.PRESENT, one.text) if one.role is Role.ALSO else one for one in segments]
    order = (Role.PRESENT, Role.ALSO, Role.FORMER)
    return sorted(segments, key=lambda one: order.index(one.role))


def _segments(text: str) -> list[Other]:
    """Return the parts of the text that are addresses of their own; the whole where there are not two."""
    first = _FIRST.match(text)
    role = _role(first)
    start = first.end() if first else 0
    found: list[Other] = []
    for match in _NEXT.finditer(text, start):
        part, rest = text[start : match.start()], text[match.end() :]
        if _ADDRESS.search(part) and _ADDRESS.search(rest.split("；")[0]):
            found.append(Other(role, part.strip(_CLOSING)))
            start, role = match.end(), _role(match)
    if not found:
        return [Other(Role.ONLY, text)]
    return [*found, Other(role, text[start:].strip(_CLOSING))]


def _role(match: re.Match[str] | None) -> Role:
    words = match.groupdict() if match else {}
    if words.get("now") or words.get("moved"):
        return Role.PRESENT
    return Role.FORMER if words.get("once") else Role.ALSO


def _numbered(text: str) -> list[str]:
    """Return the text once for each of the rooms or houses that it names together; [] where it names one."""
    for pattern in (_ROOMS, _HOUSES):
        match = pattern.search(text)
        if match:
            numbers = list(_each(match[1], match[2]))[:MOST]
            return [text[: match.start(1)] + number + text[match.end(2) :] for number in numbers]
    return []


def _each(first: str, more: str) -> Iterator[str]:
    yield first
    last = first
    for joint, number in _NUMBER.findall(more):
        if joint in ("至", "到"):
            yield from (str(n) for n in range(int(last) + 1, min(int(number), int(last) + MOST)))
        yield number
        last = number
