"""How well the parser reads a labelled corpus: chunk F1 by label, as conlleval counts.

By hand: python -m tests.buildings.geocoding.corpus CORPUS [--errors LABEL] [--show N]

The corpus has a token and a BIO label a line, a blank line between addresses. Nothing is learnt from it: the
parser has rules only, and here no gazetteer of any deployment.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from buildings.addresses.parsing.elements import DIVISIONS, EMPTY, Element, Kind, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize

LABELS = {
    Kind.PROVINCE: "prov", Kind.CITY: "city", Kind.DISTRICT: "district", Kind.SUBDISTRICT: "town",
    Kind.COMMUNITY: "community", Kind.ROAD: "road", Kind.LANE: "roadno", Kind.NUMBER: "roadno", Kind.ESTATE: "poi",
    Kind.BUILDING: "houseno", Kind.ENTRANCE: "cellno", Kind.FLOOR: "floorno", Kind.ROOM: "roomno",
    Kind.POSTCODE: "redundant",
}  # fmt: skip
PHASE = re.compile("(?:[0-9]{1,2}|[a-z]|[东西南北])(?:区|期)$")
OF_TWO = re.compile("([0-9]{3,})-[0-9]{1,2}(?![0-9])")
IN_VILLAGE = re.compile("([0-9]+)-[0-9]+(?![0-9-])")
SHOP = re.compile("(?:商铺|店[铺面]|门面|房间|档口|办公室)$")
STAIRS = re.compile("[0-9]{1,2}号")
ESTATES = (
    "小区",
    "新村",
    "花园",
    "苑",
    "公寓",
    "工业区",
    "家园",
    "园区",
    "业园",
    "期",
    "里",
    "坊",
    "邸",
    "府",
    "城",
    "厦",
    "楼",
    "中心",
    "公园",
)
VILLAGE = re.compile("(?<!新)(?:[村桥浜埠岭坞湾塘畈墩头]|村.?(?:[0-9]|[东南西北])区)$")
BESIDE_TOWNS = (["town", "poi"], ["district", "poi"], ["city", "poi"], ["poi"])
SIDED = re.compile("(?:[路街道线段])([东南西北中])$")
STRETCH = re.compile("[路街道]([东南西北中]?[0-9一二三四五六七八九]?段)$")
DIGITS = "0123456789"
INSIDE = {"houseno", "cellno", "floorno", "roomno"}
DASHES = re.compile("[-_/]+")
ASSISTING = re.compile(
    r"(?:斜|正)?对面|附近|旁边?|隔壁|[门路]?口|交叉口|交汇处|楼下|与|和|[后前东南西北]面|[东南西北]侧|院?内"
)
WANTED = ("road", "roadno", "houseno", "cellno", "floorno", "roomno")
Chunk = tuple[str, int, int]


def corpus(path: Path) -> Iterator[tuple[str, set[Chunk]]]:
    """Yield each address as text with its chunks (label, begin, end)."""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        text, chunks, label, begin = "", set(), "", 0
        for line in block.split("\n"):
            token, _, tag = line.strip().rpartition(" ")
            mark, _, name = tag.partition("-")
            if mark != "I" or name != label:
                if label:
                    chunks.add((label, begin, len(text)))
                label, begin = name, len(text)
            if text[-1:].isdigit() and token[0].isdigit():
                text += " "  # a run of digits is one token: between two there was a space
                begin += mark == "B"
            text += token
        if label:
            chunks.add((label, begin, len(text)))
        yield text, {(name.lower(), a, b) for name, a, b in chunks}


def positions(text: str, normalized: str) -> list[tuple[int, int]]:
    """Return for each sign of the normalized text the span of the text as written that it came from."""
    where = [(0, 0)] * len(normalized)
    for _, a, b, c, d in SequenceMatcher(None, text.lower(), normalized, autojunk=False).get_opcodes():
        if d - c != b - a:
            a += len(text[a:b]) - len(text[a:b].lstrip("-_ "))
        for k in range(c, d):
            where[k] = (a + k - c, a + k - c + 1) if d - c == b - a else (a, b)
        if c < d and text[a - 1 : a] == "第":
            where[c] = (a - 1, where[c][1])  # 第 of 第10栋, which went
    return where


def labelled(reading: Reading) -> Iterator[Chunk]:
    """Yield the elements under the corpus's labels, as its guideline has them (anno-cn.md).

    Where that is vague (号 behind a village, 排, which 12-87号 is two, 商铺 behind a room, a side of a road) the label
    was chosen that is more frequent in train.txt: a gain made here is one of the measure and not of the parser.
    """
    seen: list[str] = []
    before: Element | None = None
    for element, behind in zip(reading.elements, (*reading.elements[1:], None), strict=True):
        if element.kind in DIVISIONS and any(
            e.kind is element.kind and e.start > element.start for e in reading.elements
        ):
            yield "redundant", element.start, element.end
            continue
        for label, start, end in _labels(element, seen, before, behind):
            seen.append(label)
            yield label, start, end
        before = element


def _labels(element: Element, seen: list[str], before: Element | None, behind: Element | None) -> Iterator[Chunk]:
    """What is said second of a place is a subpoi, and within a building a person; 商铺 behind a room is redundant."""
    start, end = element.start, element.end
    if element.kind is Kind.ESTATE:
        yield from _of_estate(element, seen)
    elif element.kind in (Kind.ROAD, Kind.LANE):
        yield from _of_road(element, seen)
    elif element.kind is Kind.NUMBER and (half := _of_two(element, before)):
        yield "roadno", start, start + half.end(1)
        yield "houseno", start + half.end(1) + 1, end
    elif element.kind is Kind.NUMBER:
        yield _of_number(seen, before, behind), start, end
    elif element.kind is Kind.ROOM:
        yield from _of_room(element, seen)
    else:
        yield LABELS.get(element.kind, "poi"), start, end


def _of_road(element: Element, seen: list[str]) -> Iterator[Chunk]:
    """A road behind a road is a subroad; but 669弄 is a roadno, and 12排 is a row of houses."""
    start, end = element.start, element.end
    label = "subroad" if "road" in seen else "road"
    if element.text.endswith("排"):
        label = "houseno"
    elif _is_numbered_alley(element) and ("road" in seen or (seen and len(element.text) > 3)):
        label = "roadno"
    part = SIDED.search(element.text) or STRETCH.search(element.text)
    yield label, start, start + part.start(1) if part else end
    if part:
        yield "subroad" if part[1].endswith("段") else "assist", start + part.start(1), end


def _of_room(element: Element, seen: list[str]) -> Iterator[Chunk]:
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
    village = before is not None and before.kind is Kind.ESTATE and before.text.endswith("村")
    return (IN_VILLAGE if village else OF_TWO).match(element.text)


def _of_number(seen: list[str], before: Element | None, behind: Element | None) -> str:
    """Return what a 号 is: of a row of houses a stairwell; of an estate, or behind another one, a house."""
    if before and before.text.endswith("排"):
        return "cellno"
    if seen[-1:] == ["subroad"] or (before and before.text.endswith("弄")):
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
    if named.text.endswith(ESTATES):
        return False
    return "community" in seen or seen[-2:] in BESIDE_TOWNS or seen[-3:] == ["town", "poi", "subpoi"]


def _is_numbered_alley(element: Element) -> bool:
    return element.text[0] in DIGITS and element.text.endswith("弄")


def _of_estate(element: Element, seen: list[str]) -> Iterator[Chunk]:
    start, end = element.start, element.end
    if element.text.endswith("村") and not element.text.endswith("新村") and set(seen) & {"town", "district"}:
        yield "poi" if {"community", "road"} & set(seen) else "community", start, end
        return
    if element.text.endswith(("开发区", "高新区")) and not set(seen) & {"road", "poi"}:
        yield "devzone", start, end
        return
    phase = PHASE.search(element.text)
    label = "person" if set(seen) & INSIDE else "subpoi" if "poi" in seen else "poi"
    if phase and phase.start():
        yield label, start, start + phase.start()
        label, start = "subpoi", start + phase.start()
    yield label, start, end


def _between(text: str, chunks: set[Chunk]) -> Iterator[Chunk]:
    """Yield what no element holds: dashes, which are redundant, and words such as 对面, which assist."""
    for label, pattern in (("redundant", DASHES), ("assist", ASSISTING)):
        for match in pattern.finditer(text):
            if not any(a < match.end() and match.start() < b for _, a, b in chunks):
                yield label, match.start(), match.end()


def predicted(text: str) -> set[Chunk]:
    """Return the chunks that the parser finds in a text."""
    normalized = normalize(text)
    where = positions(text, normalized)
    found = labelled(parse(normalized, EMPTY)[0])
    chunks = {(label, where[start][0], where[end - 1][1]) for label, start, end in found}
    return chunks | set(_between(text, chunks))


@dataclass(slots=True)
class Count:
    """Chunks found right, found at all, and true, by label."""

    right: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)

    def add(self, found: set[Chunk], chunks: set[Chunk]) -> None:
        """Count one address."""
        self.right.update(label for label, _, _ in found & chunks)
        self.said.update(label for label, _, _ in found)
        self.true.update(label for label, _, _ in chunks)

    def f1(self, *labels: str) -> float:
        """Return the F1 of these labels together; of all without any."""
        right, said, true = (sum(c[k] for k in labels or c) for c in (self.right, self.said, self.true))
        return 2 * right / max(said + true, 1)


def measured(path: Path) -> Count:
    """Return the counts over a corpus."""
    count = Count()
    for text, chunks in corpus(path):
        count.add(predicted(text), chunks)
    return count


def show_errors(path: Path, label: str, most: int) -> None:
    """Print addresses in which chunks of a label are wrong: as labelled, as read."""
    for text, chunks in corpus(path):
        found = predicted(text)
        if most and any(name == label for name, _, _ in found ^ chunks):
            most -= 1
            for way in (chunks, found):
                print(" ".join(f"{text[a:b]}/{name}" for name, a, b in sorted(way, key=lambda c: c[1])))  # noqa: T201
            print()  # noqa: T201


def main() -> None:
    """Print F1 of each label and of all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--errors", default="")
    arguments.add_argument("--show", type=int, default=40)
    options = arguments.parse_args()
    if options.errors:
        show_errors(options.corpus, options.errors, options.show)
    count = measured(options.corpus)
    for label in sorted(count.true, key=lambda name: (name not in WANTED, -count.true[name])):
        print(f"{label:10} F1 {count.f1(label):.4f} ({count.true[label]} true, {count.said[label]} said)")  # noqa: T201
    print(f"{'micro':10} F1 {count.f1():.4f}; the six of numbers and roads {count.f1(*WANTED):.4f}")  # noqa: T201


if __name__ == "__main__":
    main()
