"""The names of an address under the labels of the corpus: villages, zones, estates and what is in them (`corpus.py`).

Which label a plain name has (of a town, a community, a place) was chosen by what is more frequent in train.txt.
"""

import re
from collections.abc import Iterator

from buildings.addresses.parsing.elements import Element, Kind

Chunk = tuple[str, int, int]
PHASE = re.compile("(?:[0-9]{1,2}|[a-z]|[东西南北])(?:区|期)$")
ESTATES = (
    "小区", "新村", "花园", "苑", "公寓", "工业区", "家园", "园区", "业园", "期", "里", "坊", "邸", "府", "城", "厦",
    "楼", "中心", "公园",
)  # fmt: skip
VILLAGE_NAME = re.compile("(?<!新)村$")
INSIDE = {"houseno", "cellno", "floorno", "roomno"}
ZONES = ("开发区", "高新区")
GATE = re.compile("(?<=.{3})[东南西北正大]大?门$")
UPPER = {"": "town", "prov": "town", "city": "town", "district": "town", "redundant": "town", "town": "community"}
LONGEST_UPPER = 3
KINDS = re.compile("[区园苑期里坊邸府城厦楼场厂校学院店门心寓居业地司0-9a-z]$")
ASIDE_BEFORE = re.compile(
    "(?:(?:斜|正)?对面的?|附近|旁边?|隔壁|大?门口|路?口|交叉口|交[汇界]处|交[叉]?口|楼下|[后前]面|[东南西北](?:侧|面)|院?内)"
)
ASIDE_BEHIND = re.compile(
    "(?:(?:斜|正)?对面的?|附近|旁边?|隔壁|大?门口|楼下|[后前]面|[东南西北](?:侧|面)|(?<=[厂园])院?内|(?<=[园区])[东南西北])$"
)


def labels_of_place(element: Element, seen: list[str], behind: Element | None) -> Iterator[Chunk]:
    """Yield the chunks of an estate: what says where it lies beside, then the name, perhaps in two parts.

    ``seen`` are the labels before it, ``behind`` is the next element.
    """
    name = element
    for edge in (ASIDE_BEFORE.match(element.text), ASIDE_BEHIND.search(element.text)):
        if edge and len(edge[0]) < len(name.text):
            yield "assist", element.start + edge.start(), element.start + edge.end()
            name = _without(name, edge)
    parts = [("assist", len(name.text))] if ASIDE_BEFORE.fullmatch(name.text) else _parts(name.text, seen, behind)
    at = name.start
    for label, length in parts:
        yield label, at, at + length
        at += length


def _without(name: Element, edge: re.Match[str]) -> Element:
    if edge.start() == 0:
        return name._replace(text=name.text[edge.end() :], start=name.start + edge.end())
    return name._replace(text=name.text[: len(name.text) - len(edge[0])])


def _parts(text: str, seen: list[str], behind: Element | None) -> list[tuple[str, int]]:
    """Return the labels of a name's parts, each with how many signs it has."""
    return _of_area(text, seen, behind) or _of_building(text, seen)


def _of_area(text: str, seen: list[str], behind: Element | None) -> list[tuple[str, int]]:
    """Return the parts of a village, a zone or a plain name before a road; [] of another name."""
    first = not {"community", "road"} & set(seen)
    phase = PHASE.search(text)
    village = text[: phase.start()] if phase else ""
    if VILLAGE_NAME.search(village) and first:
        return [("community", len(village)), ("poi", len(text) - len(village))]
    if VILLAGE_NAME.search(text):
        return [("community" if first else "poi", len(text))]
    if text.endswith(ZONES) and not set(seen) & {"road", "poi"}:
        return [("devzone", len(text))]
    upper = UPPER.get(seen[-1] if seen else "")
    if upper is None or behind is None or len(text) > LONGEST_UPPER or KINDS.search(text):
        return []
    before = behind.kind is Kind.ROAD or (behind.kind is Kind.NUMBER and upper == "community")
    return [(upper, len(text))] if before else []


def _of_building(text: str, seen: list[str]) -> list[tuple[str, int]]:
    """Return the parts of an estate or a company: what is second is a subpoi, and within a building a person."""
    label = "person" if set(seen) & INSIDE else "subpoi" if "poi" in seen else "poi"
    part = PHASE.search(text)
    if not part or not part.start() or not _is_apart(text[: part.start()], part[0]):
        part = GATE.search(text) if label != "person" else None
    if part is None:
        return [(label, len(text))]
    return [(label, part.start()), ("subpoi", len(text) - part.start())]


def _is_apart(name: str, phase: str) -> bool:
    """Whether the phase is a part of its own: 龙湖花园2区, 龙湖2期; but 稠山2区 and 龙湖花园A区 are one name."""
    if phase.endswith("期"):
        return True
    return phase[0] in "东西南北" or (phase[0].isdigit() and name.endswith(ESTATES))
