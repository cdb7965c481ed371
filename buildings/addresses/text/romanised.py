"""Chinese names written in Latin letters: which spellings to look up, and the text in Han then. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from buildings.addresses.text.pinyin import spelled

_RUN: Final = re.compile(r"[a-z]{2,}(?:['’ ][a-z]{2,})*")
_BEHIND: Final = re.compile(r"[\u2e80-\u9fff]{0,4}")
# What numbers are counted in.
_COUNTED: Final = re.compile(r"(?<=[0-9]) ?(danyuan|hao|dong|zuo|lou|ceng|shi|fang|xiang|qi|qu)(?![a-z])")
_NUMBER_BEHIND: Final = re.compile(r"(?<=[a-z]{3})(?=[0-9])")
_WORDS: Final = {
    "danyuan": "单元", "hao": "号", "dong": "栋", "zuo": "座", "lou": "楼", "ceng": "层", "shi": "室", "fang": "房",
    "xiang": "巷", "qi": "期", "qu": "区",
}  # fmt: skip
LEAST: Final = 3  # letters of a spelling; two are a building's number (AB座)
LONGEST: Final = 40
MOST_TEXTS: Final = 3


def counted(text: str) -> str:
    """Return a normalized text with what its numbers are counted in in Han: 3dong is 3栋; a space before numbers."""
    return _NUMBER_BEHIND.sub(" ", _COUNTED.sub(lambda match: _WORDS[match[1]], text))


def _spellings_at(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield (end, spelling) of what may be a name from ``start`` on, the longest first.

    Han characters behind the letters may belong to it: lanhu花园.
    """
    run = _RUN.match(text, start)
    if run is None:
        return
    behind = _BEHIND.match(text, run.end())
    last = min(behind.end() if behind else run.end(), start + LONGEST)
    letters = text[start : run.end()].replace(" ", "")
    for end in range(last, start + LEAST - 1, -1):
        if end > run.end():
            yield end, letters + spelled(text[run.end() : end])[0]
        elif text[end - 1] != " ":
            yield end, text[start:end].replace(" ", "")


def spellings(text: str) -> list[str]:
    """Return the spellings to look up for a normalized text: none for one without Latin words."""
    starts = (at for run in _RUN.finditer(text) for at in range(run.start(), run.end() - LEAST + 1))
    return list(dict.fromkeys(spelling for start in starts for _, spelling in _spellings_at(text, start)))


def in_han(text: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the text with its spelled names in Han, up to three ways; [] when no spelling is known."""
    texts, at, found = [""], 0, False
    while at < len(text):
        run = _RUN.search(text, at)
        if run is None:
            break
        hit = next(((end, known[word]) for end, word in _spellings_at(text, run.start()) if known.get(word)), None)
        end, names = hit or (run.end(), [text[run.start() : run.end()]])
        texts = [done + text[at : run.start()] + name for done in texts for name in names][:MOST_TEXTS]
        found, at = found or hit is not None, end
    return [done + text[at:] for done in texts] if found else []
