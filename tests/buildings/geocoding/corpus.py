"""How well the parser reads a labelled corpus: chunk F1 by label, as conlleval counts.

Usage: python bench/address_parsing.py CORPUS [--errors LABEL] [--show N]

The corpus has a token and a BIO label a line, a blank line between addresses. Nothing is learnt from it: the
parser has rules only, and here no gazetteer of any deployment.
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from buildings.geocoding.elements import EMPTY, Element, Kind, Reading
from buildings.geocoding.normalize import normalize
from buildings.geocoding.parse import parse

LABELS = {
    Kind.PROVINCE: "prov", Kind.CITY: "city", Kind.DISTRICT: "district", Kind.SUBDISTRICT: "town",
    Kind.COMMUNITY: "community", Kind.ROAD: "road", Kind.LANE: "roadno", Kind.NUMBER: "roadno", Kind.ESTATE: "poi",
    Kind.BUILDING: "houseno", Kind.ENTRANCE: "cellno", Kind.FLOOR: "floorno", Kind.ROOM: "roomno",
}  # fmt: skip
ESTATES = ("小区", "新村", "花园", "苑", "公寓", "工业区", "家园", "园区", "业园")
PHASE = re.compile("(?:[0-9]{1,2}|[a-z]|[东西南北])(?:区|期)$")
DIGITS = "0123456789"
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
        for k in range(c, d):
            where[k] = (a + k - c, a + k - c + 1) if d - c == b - a else (a, b)
    return where


def labelled(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """Yield the elements under the corpus's labels, as its guideline has them.

    A named lane behind a road is a subroad, and its number a subroadno; a village is a community; a lane of a
    village is part of the road's name; 12-3 behind a road is a roadno and a houseno; what is said second of a
    place is a subpoi.
    """
    seen: list[str] = []
    before = ""
    for element in reading.elements:
        for label, start, end in _labels(element, seen, before):
            seen.append(label)
            yield label, start, end
        before = element.text


def _labels(element: Element, seen: list[str], before: str) -> Iterator[tuple[str, int, int]]:
    label, last = LABELS.get(element.kind, "poi"), seen[-1] if seen else ""
    start, end = element.start, element.end
    if element.kind is Kind.NUMBER:
        of_estate = last in ("poi", "subpoi") and "road" not in seen and before.endswith(ESTATES)
        label = "subroadno" if last == "subroad" else "houseno" if "roadno" in seen or of_estate else "roadno"
    if element.kind is Kind.ROOM and last == "houseno" and element.text.endswith("号"):
        label = "cellno"
    if element.kind is Kind.LANE and (element.text[0] not in DIGITS or not element.text.endswith("弄")):
        label = "subroad" if "road" in seen else "road"
    if element.kind is Kind.ROAD and "road" in seen:
        label = "subroad"
    if element.kind is Kind.ESTATE:
        if element.text.endswith("村") and not element.text.endswith("新村") and set(seen) & {"town", "district"}:
            label = "community" if "community" not in seen and "road" not in seen else "poi"
        elif "poi" in seen:
            label = "subpoi"
        phase = PHASE.search(element.text)
        if phase and phase.start():
            yield label, start, start + phase.start()
            label, start = "subpoi", start + phase.start()
    yield label, start, end


def predicted(text: str) -> set[Chunk]:
    """Return the chunks that the parser finds in a text."""
    normalized = normalize(text)
    where = positions(text, normalized)
    found = labelled(parse(normalized, EMPTY)[0])
    return {(label, where[start][0], where[end - 1][1]) for label, start, end in found}


def main() -> None:
    """Print precision, recall and F1 of each label and of all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--errors", default="")
    arguments.add_argument("--show", type=int, default=40)
    options = arguments.parse_args()
    rows = list(corpus(options.corpus))
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    shown = whole = 0
    for text, chunks in rows:
        found = predicted(text)
        whole += found == chunks
        right.update(label for label, _, _ in found & chunks)
        said.update(label for label, _, _ in found)
        true.update(label for label, _, _ in chunks)
        wrong = [c for c in found ^ chunks if c[0] == options.errors]
        if wrong and shown < options.show:
            shown += 1
            print(" ".join(f"{text[a:b]}/{name}" for name, a, b in sorted(chunks, key=lambda c: c[1])))  # noqa: T201
            print("   →", " ".join(f"{text[a:b]}/{n}" for n, a, b in sorted(found, key=lambda c: c[1])))  # noqa: T201
    for label in sorted(true, key=lambda name: (name not in WANTED, -true[name])):
        print(f"{label:10} {_scores(right[label], said[label], true[label])}")  # noqa: T201
    print(f"{'micro':10} {_scores(right.total(), said.total(), true.total())}")  # noqa: T201
    wanted = [sum(count[name] for name in WANTED) for count in (right, said, true)]
    print(f"{'wanted six':10} {_scores(*wanted)}")  # noqa: T201
    texts = [normalize(text) for text, _ in rows]
    begin = time.perf_counter()
    for text in texts:
        parse(text, EMPTY)
    print(f"whole {whole / len(rows):.3f}; {len(rows) / (time.perf_counter() - begin):,.0f} parses/s")  # noqa: T201


def _scores(right: int, said: int, true: int) -> str:
    precision, recall = right / max(said, 1), right / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.4f} ({true} true)"


if __name__ == "__main__":
    main()
