"""From texts to questions: tidied, normalized, read; what is spelled in Latin letters is put in Han if known."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from buildings.addresses.parsing import gazetteer_cn
from buildings.addresses.parsing.divisions import turned
from buildings.addresses.parsing.elements import NAMES, Gazetteer, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.english import in_chinese_order
from buildings.addresses.text.message import message_of
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.romanised import counted, in_han, spellings
from buildings.geocoding.matching.query import Question, question
from buildings.geocoding.register import known_names

MOST_READINGS = 6
# A blank inside a number: 82 9号 may be 829号, and 829 A号 829A号.
_BLANK: Final = re.compile(r"(?<=[0-9]) +(?=[0-9][0-9 ]*[号栋幢座]|[0-9]{1,2}室|[a-z]号)")
# A room whose number is torn: 10 1, 1 0 1; not 1 101.
_TORN: Final = re.compile(r"(?<=[号栋幢座元楼层])(?:[0-9]{1,2} )+[0-9]{1,2}(?=室|房|$)")
# Letters typed for digits in a room's number: 3o2, 4o1室, l01.
_TYPED: Final = re.compile(r"(?<![0-9a-z])(?:[0-9][0-9oil]?o[0-9oil]?|[0-9][il][0-9]|[il]0[0-9])(?=室|房|号|$)")
_LETTERS: Final = re.compile("[oil]")
_DIGITS: Final = str.maketrans("oil", "011")
_CLOSED: Final = 0.02  # the penalty of reading it so
_TORN_OFF: Final = 2  # signs of a name that a slip tears off: 宝街和 for 宝和街
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


def _merged(reading: Reading) -> Reading | None:
    """Return a reading with two names that follow each other as one, if they are what a slip may have torn: 宝街和."""
    if sum(len(reading.by_kind.get(kind, ())) for kind in NAMES) < 2:
        return None
    for n, (one, other) in enumerate(pairwise(reading.elements)):
        if one.kind in NAMES and other.kind in NAMES and one.end == other.start and len(other.text) <= _TORN_OFF:
            whole = one._replace(text=one.text + other.text, value=one.value + other.value)
            rest = (*reading.elements[:n], whole, *reading.elements[n + 2 :])
            return Reading(rest, reading.penalty + _CLOSED)
    return None


def _mended(text: str) -> str:
    """Return a text with the numbers of its rooms as they are meant: torn by blanks, or with letters for digits."""
    torn = _TORN.sub(lambda match: _whole(match[0]), text) if " " in text else text
    return _TYPED.sub(lambda match: match[0].translate(_DIGITS), torn) if _LETTERS.search(torn) else torn


def _whole(torn: str) -> str:
    number = torn.replace(" ", "")
    return number if 3 <= len(number) <= 4 else torn


def _known(wanted: Sequence[str], names: Gazetteer) -> dict[str, tuple[str, ...]]:
    """Return what the spellings may mean: names that addresses hold, divisions, and the country's cities."""
    known = dict(known_names.spelled_names(wanted))
    for table in (names.spelled, gazetteer_cn.spelled_names()):
        known |= {one: (*table[one], *known.get(one, ())) for one in wanted if one in table}
    return known


def _readings(texts: Sequence[str], names: Gazetteer) -> list[tuple[str, Reading]]:
    said = [_mended(turned(text, names)) for text in texts]
    found = [(text, reading) for text in said for reading in parse(text, names)]
    found += [(text, merged) for text, reading in found if (merged := _merged(reading))]
    joined = [(text, closed) for text in said if (closed := _BLANK.sub("", text)) != text]
    found += [
        (text, Reading(reading.elements, reading.penalty + _CLOSED))
        for text, closed in joined
        for reading in parse(closed, names)
    ]
    return found[:MOST_READINGS]
