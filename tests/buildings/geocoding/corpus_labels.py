"""The parser's elements under the labels of the corpus (`corpus.py`)."""

import re
from collections.abc import Iterator

from buildings.addresses.parsing.elements import DIVISIONS, Element, Kind, Reading
from tests.buildings.geocoding.corpus_places import ESTATES, PHASE, ZONES, Chunk, labels_of_place

LABELS = {
    Kind.PROVINCE: "prov", Kind.CITY: "city", Kind.DISTRICT: "district", Kind.SUBDISTRICT: "town",
    Kind.COMMUNITY: "community", Kind.ROAD: "road", Kind.LANE: "roadno", Kind.NUMBER: "roadno", Kind.ESTATE: "poi",
    Kind.BUILDING: "houseno", Kind.ENTRANCE: "cellno", Kind.FLOOR: "floorno", Kind.ROOM: "roomno",
    Kind.POSTCODE: "redundant", Kind.QUALIFIER: "poi",
}  # fmt: skip
OF_TWO = re.compile("([0-9]+)-([0-9]+)(?![0-9-])")
IN_VILLAGE = re.compile("([0-9]+)-[0-9]+(?![0-9-])")
A_ROW = 30  # by how much the plates of one row may differ
SHOP = re.compile("(?:商铺|店[铺面]|门面|档口)$")
STAIRS = re.compile("[0-9]{1,2}号")
VILLAGE = re.compile("(?<!新)(?:[村桥浜埠岭坞湾塘畈墩头]|村.?(?:[0-9]|[东南西北])区)$")
BESIDE_TOWNS = (["town", "poi"], ["district", "poi"], ["city", "poi"], ["poi"])
SIDED = re.compile("(?:[路街道线段])([东南西北中])$")
STRETCH = re.compile("[路街道]([东南西北中]?[0-9一二三四五六七八九]?段)$")
DIGITS = "0123456789"


def labelled(reading: Reading) -> Iterator[Chunk]:
    """Yield the elements under the corpus's labels, as its guideline has them (anno-cn.md).

    Where that is vague (号 behind a village, 排, which 12-87号 is two, 商铺 behind a room, a side of a road) the label
    was chosen that is more frequent in train.txt: a gain made here is one of the measure and not of the parser.
    """
    seen: list[str] = []
    before: Element | None = None
    repeated = _said_again(reading)
    for element, behind in zip(reading.elements, (*reading.elements[1:], None), strict=True):
        if element in repeated:
            yield "redundant", element.start, element.end
            continue
        for label, start, end in _labels(element, seen, before, behind):
            seen.append(label)
            yield label, start, end
        before = element


def _said_again(reading: Reading) -> set[Element]:
    """Return the divisions that are redundant: the first of two, but the second 余姚市 of 余姚市余姚市, 宁波市宁波."""
    found: set[Element] = set()
    divisions = [e for e in reading.elements if e.kind in DIVISIONS]
    half = len(divisions) // 2
    if half > 1 and [e.text for e in divisions[:half]] == [e.text for e in divisions[half : 2 * half]]:
        return set(divisions[half : 2 * half])
    for n, element in enumerate(divisions):
        again = next((e for e in divisions[n + 1 :] if e.kind is element.kind), None)
        if again is not None:
            beside = again is divisions[n + 1] and element.kind is not Kind.CITY
            found.add(again if beside or len(again.text) < len(element.text) else element)
    return found


def _labels(element: Element, seen: list[str], before: Element | None, behind: Element | None) -> Iterator[Chunk]:
    """What is said second of a place is a subpoi, and within a building a person; 商铺 behind a room is redundant."""
    start, end = element.start, element.end
    if element.kind is Kind.ESTATE:
        yield from labels_of_place(element, seen, behind)
    elif element.kind in (Kind.ROAD, Kind.LANE):
        yield from _of_road(element, seen)
    elif element.kind is Kind.NUMBER and (half := _of_two(element, before)):
        yield "roadno", start, start + half.end(1)
        yield "houseno", start + half.end(1) + 1, end
    elif element.kind is Kind.NUMBER:
        yield _of_number(seen, before, behind), start, end
    elif element.kind is Kind.ROOM:
        yield from _of_room(element, seen, before)
    elif element.kind is Kind.BUILDING and element.text.endswith("座") and seen[-1:] == ["houseno"]:
        yield "assist", start, end
    elif element.kind is Kind.DISTRICT and element.text.endswith(ZONES):
        yield "devzone", start, end
    else:
        yield LABELS[element.kind], start, end


def _of_road(element: Element, seen: list[str]) -> Iterator[Chunk]:
    """A road behind a road is a subroad; but 669弄 is a roadno, and 12排 is a row of houses."""
    start, end = element.start, element.end
    label = "subroad" if "road" in seen else "road"
    if element.text.endswith("排"):
        label = "houseno"
    elif _is_numbered_alley(element) and seen and len(element.text) > 3:
        label = "roadno"
    part = SIDED.search(element.text) or STRETCH.search(element.text)
    yield label, start, start + part.start(1) if part else end
    if part:
        yield "subroad" if part[1].endswith("段") else "assist", start + part.start(1), end


def _of_room(element: Element, seen: list[str], before: Element | None) -> Iterator[Chunk]:
    start, end = element.start, element.end
    word = SHOP.search(element.text)
    if seen[-1:] == ["houseno"] and STAIRS.fullmatch(element.text):
        yield "cellno", start, end
    elif word and word.start():
        yield "roomno", start, start + word.start()
        yield "redundant", start + word.start(), end
    else:
        yield "roomno", start, end


def _of_two(element: Element, before: Element | None) -> re.Match[str] | None:
    """Return the match of a plate with a house behind it (63-12号), and not of a row of plates (63-65号)."""
    village = before is not None and before.kind is Kind.ESTATE and before.text.endswith("村")
    if village:
        return IN_VILLAGE.match(element.text)
    two = OF_TWO.match(element.text)
    return two if two and len(two[0]) > 4 and not 0 < int(two[2]) - int(two[1]) <= A_ROW else None


def _of_number(seen: list[str], before: Element | None, behind: Element | None) -> str:
    """Return what a 号 is: of a row of houses a stairwell; of an estate, or behind another one, a house."""
    if before and before.text.endswith("排"):
        return "cellno"
    if seen[-1:] == ["subroad"]:
        return "subroadno"
    if "roadno" in seen:
        return "houseno"
    of_estate = before and before.kind is Kind.ESTATE and not before.text.endswith("村")
    has_homes = behind and behind.kind in (Kind.ROOM, Kind.ENTRANCE)
    return "houseno" if of_estate and before and (has_homes or not _is_village(before, seen)) else "roadno"


def _is_village(named: Element, seen: list[str]) -> bool:
    """Whether what is named is a village, though perhaps without the word: next to a town or in a community."""
    if VILLAGE.search(named.text):
        return True
    if PHASE.search(named.text) or named.text.endswith(ESTATES):
        return False
    return "community" in seen or seen[-2:] in BESIDE_TOWNS or seen[-3:] == ["town", "poi", "subpoi"]


def _is_numbered_alley(element: Element) -> bool:
    return element.text[0] in DIGITS and element.text.endswith("弄")
