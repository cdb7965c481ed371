"""From texts to questions: tidied, normalized, read; what is spelled in Latin letters is put in Han if known."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from buildings.addresses.parsing import gazetteer_cn
from buildings.addresses.parsing.divisions import turned
from buildings.addresses.parsing.elements import Gazetteer, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.english import in_chinese_order
from buildings.addresses.text.message import message_of
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.romanised import counted, in_han, spellings
from buildings.geocoding.matching.query import Question, question
from buildings.geocoding.register import known_names

MOST_READINGS = 6
# A blank inside a number: 82 9号 may be 829号, and 829 A号 829A号.
_BLANK: Final = re.compile(r"(?<=[0-9]) +(?=[0-9][0-9 ]*[号栋幢座室]|[a-z]号)")
_CLOSED: Final = 0.02  # the penalty of reading it so
# As long as what is stored; one sign of a text may be eighteen when normalized (ﷺ).
LONGEST = 300


def plain(text: str) -> str:
    """Return the normalized form of the address in what somebody asks."""
    return plain_address(message_of(text).address)


def plain_address(text: str) -> str:
    """Return the normalized form of an address, cut as what is stored is."""
    return normalize(text)[:LONGEST]


def understand(text: str, names: Gazetteer) -> Question:
    """Return the question that an address asks: normalized, parsed, with its keys."""
    return understand_many([plain_address(text)], names)[0]


def understand_many(texts: Sequence[str], names: Gazetteer) -> list[Question]:
    """Return the questions that `plain_address` texts ask, and look all their Latin spellings up at once."""
    ordered = [_ordered(text) if names.in_han else text for text in texts]
    spelled = [spellings(text) if names.in_han else [] for text in ordered]
    wanted = list(dict.fromkeys(one for some in spelled for one in some))
    known = _known(wanted, names) if wanted else {}
    return [
        question(text, _readings_of(text, latin, names, known) if some else _readings([text], names))
        for text, latin, some in zip(texts, ordered, spelled, strict=True)
    ]


def _readings_of(
    text: str, latin: str, names: Gazetteer, known: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, Reading]]:
    """Return the readings of a text with Latin spellings, ``latin`` in Chinese order.

    A register may hold English addresses too: what is in English order is also read as it stands.
    """
    as_it_stands = [] if latin == text else _readings([text], names)[:1]
    return _readings([*in_han(counted(latin), known), counted(latin)], names)[: MOST_READINGS - 1] + as_it_stands


def _ordered(text: str) -> str:
    """Return a text that is wholly in Latin letters in Chinese order, if it is an address in English order."""
    return (text.isascii() and in_chinese_order(text, gazetteer_cn.spelled_names())) or text


def _known(wanted: Sequence[str], names: Gazetteer) -> dict[str, tuple[str, ...]]:
    """Return what the spellings may mean: names that addresses hold, divisions, and the country's cities."""
    known = dict(known_names.spelled_names(wanted))
    for table in (names.spelled, gazetteer_cn.spelled_names()):
        known |= {one: (*table[one], *known.get(one, ())) for one in wanted if one in table}
    return known


def _readings(texts: Sequence[str], names: Gazetteer) -> list[tuple[str, Reading]]:
    said = [turned(text, names) for text in texts]
    found = [(text, reading) for text in said for reading in parse(text, names)]
    joined = [(text, closed) for text in said if (closed := _BLANK.sub("", text)) != text]
    found += [
        (text, Reading(reading.elements, reading.penalty + _CLOSED))
        for text, closed in joined
        for reading in parse(closed, names)
    ]
    return found[:MOST_READINGS]
