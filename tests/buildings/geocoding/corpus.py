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

from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.strip_noise import tidied
from tests.buildings.geocoding.corpus_labels import labelled
from tests.buildings.geocoding.corpus_places import Chunk

DASHES = re.compile("[-_/]+|(?<=[0-9])一(?=[0-9])|null|市辖区|其[它他]区")
ASSISTING = re.compile(
    r"(?:斜|正)?对面|附近|旁边?|隔壁|[门路]?口|交叉口|交汇处|楼下|与|和|[后前东南西北]面|[东南西北]侧|院?内"
)
WANTED = ("road", "roadno", "houseno", "cellno", "floorno", "roomno")


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


def _between(text: str, chunks: set[Chunk]) -> Iterator[Chunk]:
    """Yield what no element holds: dashes, which are redundant, and words such as 对面, which assist."""
    for label, pattern in (("redundant", DASHES), ("assist", ASSISTING)):
        for match in pattern.finditer(text):
            if not any(a < match.end() and match.start() < b for _, a, b in chunks):
                yield label, match.start(), match.end()


def predicted(text: str) -> set[Chunk]:
    """Return the chunks that the parser finds in a text."""
    address = _address_in(text)
    normalized = normalize(address)
    begin = text.index(address)
    where = positions(address, normalized)
    found = labelled(parse(normalized, EMPTY)[0])
    spans = ((label, begin + where[start][0], begin + where[end - 1][1]) for label, start, end in found)
    chunks = {part for one in spans for part in _torn(text, one)}
    if text[:begin] == "中国":
        chunks.add(("country", 0, begin))
    behind = text[begin + len(address) :]
    if told := behind.strip("_-, "):
        chunks.add(("redundant", text.rindex(told), text.rindex(told) + len(told)))
    return chunks | set(_between(text, chunks))


def _torn(text: str, chunk: Chunk) -> Iterator[Chunk]:
    """Yield the parts of a chunk that a mark tears, which `normalize` has closed (小园山_台州春宇机械)."""
    label, start, end = chunk
    for match in re.finditer("[^_]+", text[start:end]):
        yield label, start + match.start(), start + match.end()
        label = "subpoi" if label == "poi" else label


def _address_in(text: str) -> str:
    """Return the text without a courier's note (电联) or 中国, which are taken off before anything is parsed."""
    tidy = tidied(text)
    return tidy if tidy in text else text


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
