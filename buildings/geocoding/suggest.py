"""From the beginning of an address, in Han, pinyin or initials, to what it may become: division, road, house, unit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from buildings.addresses.parsing.elements import DIVISIONS, EMPTY, Element, Gazetteer, Kind
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.pinyin import spelled
from buildings.addresses.text.romanised import counted
from buildings.geocoding.answers import Answer
from buildings.geocoding.coarse import Named, coarse_answers
from buildings.geocoding.geocoder import describe, division_answers
from buildings.geocoding.known_targets import answers_for
from buildings.geocoding.matching.query import MIN_PATTERN, Question
from buildings.geocoding.matching.rank import Candidate, Level, Scored
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from buildings.geocoding.understand import understand
from buildings.models import Unit, UnitAsOf
from gisserver.common.access.models import Viewer

CONFIDENCE = 0.5
NAMES: Final = 8
_LATIN: Final = re.compile(r"[a-z]{2}")
_TWO_SIGNS: Final = re.compile(r"[\u2e80-\u9fff]{2}")
_NAME_AND_NUMBER: Final = re.compile(r"([^0-9]*[^0-9 ]) ?([0-9].*)?")
_NUMBER: Final = re.compile(r"[0-9]+")
_HOUSE: Final = (Kind.NUMBER, Kind.BUILDING)


def suggest(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what an unfinished text may become, of what ``user`` may see.

    Divisions first, then the roads and estates of such names, then addresses: what is typed as a whole number before
    longer ones, short ones before long ones. Of a house that is written out, its units too. Divisions that are written
    out narrow the rest to what lies in them. Two Han characters are enough, or two letters for a division and three
    for an address.
    """
    names = known_names.gazetteer()
    typed = normalize(text)
    if not typed:
        return []
    beginning = list(_beginning(typed, names))
    found = division_answers(store.divisions(user=user, ids=beginning, at=at)) if beginning else []
    said = _divisions_said(typed, names)
    behind = typed[said[-1].end :] if said else typed
    for wanted in dict.fromkeys((typed, behind)):
        within = _places(said, names) if wanted != typed else frozenset()
        more = [*_roads(user, wanted, names, at), *_houses(user, typed, wanted, names, within, limit, at)]
        found += [one for one in more if _lies_in(one, within, names)]
    return list({(one.target, one.id): one for one in reversed(found)}.values())[::-1][:limit]


def _beginning(typed: str, names: Gazetteer) -> Iterator[int]:
    """Yield the divisions whose name, pinyin or initials begin so."""
    sound = typed.replace(" ", "")
    for place in names.places:
        if place.name.startswith(typed) or any(spelling.startswith(sound) for spelling in spelled(place.name)):
            yield place.division


def _divisions_said(typed: str, names: Gazetteer) -> list[Element]:
    """Return the divisions that are written out at the head."""
    reading = understand(typed, names).readings[-1]
    return [e for e in reading.elements if e.kind in DIVISIONS]


def _places(said: Sequence[Element], names: Gazetteer) -> frozenset[int]:
    """Return the divisions (ids) that the last one said may be; none where it is not the deployment's."""
    last = said[-1]
    return frozenset(place.division for place in names.places if (place.kind, place.name) == (last.kind, last.value))


def _lies_in(one: Answer, within: frozenset[int], names: Gazetteer) -> bool:
    own = one.id if one.target == "division" else one.community
    return not within or own is None or any(place.division in within for place in names.around(own))


def _roads(user: Viewer, wanted: str, names: Gazetteer, at: datetime | None) -> list[Answer]:
    """Return the roads and estates whose names begin so; one of a single house is that house."""
    if _NUMBER.search(wanted) or not (_TWO_SIGNS.match(wanted) or _LATIN.match(wanted)):
        return []
    sound = wanted if _TWO_SIGNS.match(wanted) else spelled(wanted.replace(" ", ""))[0]
    known = known_names.names_beginning(sound, limit=NAMES)
    named = [Named(_level(name), name, (), CONFIDENCE) for name in known]
    found = coarse_answers(user=user, wanted=named, names=names, at=at)
    answers = [one for some in named for one in found.get((some.level, some.name), ())]
    return [replace(one, ambiguous=False) for one in answers if one.bbox[:2] != one.bbox[2:]]


def _level(name: str) -> Level:
    kinds = [e.kind for e in parse(name, EMPTY)[0].elements]
    return Level.ROAD if kinds[:1] == [Kind.ROAD] else Level.ESTATE


def _houses(
    user: Viewer, typed: str, wanted: str, names: Gazetteer, within: frozenset[int], limit: int, at: datetime | None
) -> list[Answer]:
    patterns = _patterns(wanted)
    if not patterns:
        return []
    clear, tail = _house_said(wanted)
    patterns = (clear,) if clear else patterns
    asked = Question(text=typed, readings=(), exact=(typed,), patterns=patterns, core=wanted)
    rows = store.candidates(user=user, question=asked, at=at, limit=store.REACH if within or clear else limit * 4)
    rows = [one for one in rows if not within or any(p.division in within for p in names.around(one.community))]
    rows.sort(key=lambda one: _order(one.normalized, clear or wanted))
    found = describe(_first_of_each(rows)[:limit], names, at)
    houses = {one.building for one in rows if one.normalized.endswith(clear)} if clear else set()
    if len(houses) == 1:
        units = _units(user, houses.pop() or 0, tail, limit, at)
        return [*found[:1], *units, *found[1:]] if not tail else units or found
    return found


def _house_said(wanted: str) -> tuple[str, str]:
    """Return the part of a text up to a house that is written out (南兴名苑5栋), and what is behind it; else ''."""
    houses = [e for e in parse(wanted, EMPTY)[0].elements if e.kind in _HOUSE]
    end = houses[-1].end if houses else 0
    return (wanted[:end], wanted[end:].strip()) if end and wanted[end - 1] > "\u2e7f" else ("", "")


def _order(address: str, wanted: str) -> tuple[bool, int, list[int], str]:
    """Return how addresses are listed: a number as typed before longer ones (5栋, 50栋), then the short ones."""
    place = address.find(wanted)
    goes_on = place >= 0 and wanted[-1:].isdigit() and address[place + len(wanted) :][:1].isdigit()
    return goes_on, len(address), [int(number[:9]) for number in _NUMBER.findall(address)], address


def _units(user: Viewer, building: int, tail: str, limit: int, at: datetime | None) -> list[Answer]:
    """Return the units of a house that go on with ``tail``, by their numbers."""
    manager = Unit.objects if at is None else UnitAsOf.objects
    rows = manager.visible_to(user, at).at(at).filter(building_id=building)
    said = (
        rows.values_list("pk", "entrance__name", "number") if at is None else rows.values_list("pk", "number", "number")
    )
    going_on = [
        (pk, entrance or "", number)
        for pk, entrance, number in said
        if number.lower().startswith(tail) or normalize(f"{entrance or ''}{number}").startswith(tail)
    ]
    going_on.sort(key=lambda one: _order(f"{one[1]}{one[2]}", ""))
    keys = [("unit", pk) for pk, _, _ in islice(going_on, limit)]
    found = answers_for(user=user, targets=keys, at=at)
    return [replace(found[key], confidence=CONFIDENCE) for key in keys if key in found]


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
