"""What a page tells its reader to type, and what it says that this gives."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A fence that says `run` is run on the demo, `city NAME` on an instance of that city; the fence `gives` right behind it
# holds pieces of what comes, in order, parted by ….
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block to be run: where it stands, its language, its text, and the pieces that its output must hold."""

    line: int
    language: str
    text: str
    gives: tuple[str, ...]


def blocks_of(page: str, mark: str = "run") -> Iterator[Block]:
    """Yield the blocks of a page (Markdown) whose fence says ``mark`` behind its language, in order."""
    fences = list(FENCE.finditer(page))
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        language, _, marked = fence["info"].partition(" ")
        if marked == mark:
            expected = after["text"] if after is not None and after["info"] == "text gives" else ""
            pieces = tuple(piece.strip() for piece in re.split(r"…|\n", expected) if piece.strip())
            yield Block(page.count("\n", 0, fence.start()) + 1, language, fence["text"], pieces)


def missing(pieces: tuple[str, ...], output: str) -> str | None:
    """Return the first of ``pieces`` that ``output`` does not hold behind the one before, None when it holds all."""
    position = 0
    for piece in pieces:
        found = output.find(piece, position)
        if found < 0:
            return piece
        position = found + len(piece)
    return None
