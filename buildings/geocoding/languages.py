"""Answers in the script that a reader prefers: as registered (zh-Hans), in traditional script, or spelled in pinyin."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from buildings.geocoding.answers import Answer


@lru_cache(maxsize=1)
def _traditional() -> Callable[[str], str]:
    from opencc import OpenCC  # a large dictionary

    convert: Callable[[str], str] = OpenCC("s2t").convert
    return convert


def in_traditional(text: str) -> str:
    """Return a text in traditional script: 坪山大道 is 坪山大道, 马峦街道 馬巒街道."""
    return _traditional()(text)


def in_pinyin(text: str) -> str:
    """Return a text spelled syllable by syllable, without tones: 马峦街道5号 is Ma Luan Jie Dao 5 Hao."""
    from pypinyin import lazy_pinyin  # a large dictionary

    return " ".join(part.strip().capitalize() for part in lazy_pinyin(text, v_to_u=False) if part.strip())


_SCRIPTS: Final[Mapping[str, Callable[[str], str] | None]] = {
    "zh": None, "zh-hans": None, "zh-cn": None, "zh-sg": None, "zh-hans-cn": None,
    "zh-hant": in_traditional, "zh-tw": in_traditional, "zh-hk": in_traditional, "zh-mo": in_traditional,
    "zh-hant-tw": in_traditional, "zh-hant-hk": in_traditional,
    "zh-latn": in_pinyin, "zh-latn-pinyin": in_pinyin, "zh_pinyin": in_pinyin, "pinyin": in_pinyin,
}  # fmt: skip


def preferred(languages: str) -> Callable[[str], str] | None:
    """Return what writes a text in the first of these languages that is known (``zh-Hant,en;q=0.5``); None: as it is.

    Names are registered in one language; what asks for another gets them as they are registered.
    """
    wanted = []
    for position, each in enumerate(languages.split(",")):
        tag, _, quality = each.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), position, tag.strip().lower()))
        except ValueError:
            continue
    return next((_SCRIPTS[tag] for _, _, tag in sorted(wanted) if tag in _SCRIPTS), None)


def said_in(answer: Answer, write: Callable[[str], str] | None) -> Answer:
    """Return the answer with its label and elements as ``write`` writes them."""
    if write is None:
        return answer
    elements = {kind: write(text) for kind, text in answer.elements.items()}
    return replace(answer, label=write(answer.label), elements=elements)
