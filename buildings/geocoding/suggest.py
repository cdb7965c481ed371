"""From the beginning of an address, in Han, pinyin or initials, to the divisions and buildings that it may become."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from buildings.addresses.parsing.elements import DIVISIONS, Gazetteer
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.pinyin import spelled
from buildings.addresses.text.romanised import counted
from buildings.geocoding.answers import Answer
from buildings.geocoding.geocoder import describe, division_answers
from buildings.geocoding.matching.query import MIN_PATTERN, Question
from buildings.geocoding.matching.rank import Candidate, Level, Scored
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from buildings.geocoding.understand import understand
from gisserver.common.access.models import Viewer

CONFIDENCE = 0.5
_LATIN: Final = re.compile(r"[a-z]{2}")
_TWO_SIGNS: Final = re.compile(r"[\u2e80-\u9fff]{2}")
_NAME_AND_NUMBER: Final = re.compile(r"([^0-9]*[^0-9 ]) ?([0-9].*)?")
NAMES: Final = 8


def suggest(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what an unfinished text may become, of what ``user`` may see: divisions first, then short addresses.

    Two Han characters are enough, or two letters for a division and three for an address.
    """
    names = known_names.gazetteer()
    typed = normalize(text)
    beginning = list(_beginning(typed, names)) if typed else []
    found = division_answers(store.divisions(user=user, ids=beginning, at=at)) if beginning else []
    wanted = _behind_divisions(typed, names)
    patterns = _patterns(wanted) if len(found) < limit else ()
    if patterns:
        asked = Question(text=typed, readings=(), exact=(typed,), patterns=patterns, core=wanted)
        rows = store.candidates(user=user, question=asked, at=at, limit=limit * 4)
        found += describe(_first_of_each(rows)[: limit - len(found)], names, at)
    return found[:limit]


def _beginning(typed: str, names: Gazetteer) -> Iterator[int]:
    """Yield the divisions whose name, pinyin or initials begin so."""
    sound = typed.replace(" ", "")
    for place in names.places:
        if place.name.startswith(typed) or any(spelling.startswith(sound) for spelling in spelled(place.name)):
            yield place.division


def _behind_divisions(typed: str, names: Gazetteer) -> str:
    """Return the unfinished part behind the divisions that are written out."""
    reading = understand(typed, names).readings[-1] if typed else None
    last = [e for e in reading.elements if e.kind in DIVISIONS][-1:] if reading else []
    return typed[last[0].end :] if last else typed


def _patterns(wanted: str) -> tuple[str, ...]:
    """Return the substrings of addresses wanted: as typed; known names that two signs or Latin letters begin."""
    if len(wanted) < MIN_PATTERN:
        return known_names.names_beginning(wanted, limit=NAMES) if _TWO_SIGNS.fullmatch(wanted) else ()
    match = _NAME_AND_NUMBER.match(counted(wanted))
    if match is None or not _LATIN.search(match[1]):
        return (wanted,)
    sound = spelled(match[1].replace(" ", ""))[0]
    return (wanted, *(name + (match[2] or "") for name in known_names.names_beginning(sound, limit=NAMES)))


def _first_of_each(found: list[Candidate]) -> list[Scored]:
    """Return the first address of each target."""
    first = {(one.target, one.id): one for one in reversed(found)}
    kept = [one for one in found if first[one.target, one.id] is one]
    return [Scored(one, CONFIDENCE, Level(one.target), (), confidence=CONFIDENCE) for one in kept]
