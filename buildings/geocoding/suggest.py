"""From the beginning of an address to the divisions and buildings that it may become."""

from datetime import datetime

from buildings.geocoding import candidates as store
from buildings.geocoding.elements import DIVISIONS, Gazetteer
from buildings.geocoding.geocoder import Answer, describe, division_answers, understand
from buildings.geocoding.normalize import normalize
from buildings.geocoding.query import MIN_PATTERN, Question
from buildings.geocoding.rank import Candidate, Level, Scored
from gisserver.common.access.models import Viewer

CONFIDENCE = 0.5


def suggest(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what an unfinished text may become, of what ``user`` may see: divisions first, then short addresses.

    Two Han characters are enough for a division, three for an address.
    """
    names = store.gazetteer()
    typed = normalize(text)
    beginning = [p.division for p in names.places if typed and p.name.startswith(typed)]
    found = division_answers(store.divisions(user=user, ids=beginning, at=at)) if beginning else []
    wanted = _behind_divisions(typed, names)
    if len(wanted) >= MIN_PATTERN and len(found) < limit:
        asked = Question(text=typed, readings=(), exact=(typed,), patterns=(wanted,), core=wanted)
        rows = store.candidates(user=user, question=asked, at=at, limit=limit * 4)
        found += describe(_first_of_each(rows)[: limit - len(found)], names, at)
    return found[:limit]


def _behind_divisions(typed: str, names: Gazetteer) -> str:
    """Return the unfinished part behind the divisions that are written out."""
    reading = understand(typed, names).readings[0] if typed else None
    last = [e for e in reading.elements if e.kind in DIVISIONS][-1:] if reading else []
    return typed[last[0].end :] if last else typed


def _first_of_each(found: list[Candidate]) -> list[Scored]:
    """Return the first address of each target."""
    first = {(one.target, one.id): one for one in reversed(found)}
    kept = [one for one in found if first[one.target, one.id] is one]
    return [Scored(one, CONFIDENCE, Level(one.target), (), confidence=CONFIDENCE) for one in kept]
