"""Matching the addresses of a register while it loads: a target for sure, or a doubt with its candidates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from buildings.addresses.text.normalize import normalize
from buildings.geocoding import batch, geocoder
from buildings.geocoding.answers import Answer
from buildings.geocoding.batch import Status
from buildings.geocoding.matching.rank import Level
from buildings.models import Doubt, ReviewItem, ReviewStatus, Target
from buildings.review.doubtful import Doubtful
from buildings.review.places import House
from gisserver.common.access.models import Viewer
from gisserver.common.access.scope import EVERYTHING

CANDIDATES = 5
MAX_TEXT = 300
_FINE = {
    "building": (Level.BUILDING, Level.ENTRANCE, Level.UNIT),
    "unit": (Level.UNIT,),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """What an address means for sure."""

    target: str
    id: int
    building: int


def registrar() -> Viewer:
    """Return the reader on whose behalf an import looks addresses up: it may read everywhere."""
    reader = AnonymousUser()
    setattr(reader, "_scope", EVERYTHING)  # noqa: B010 -- where scope_of keeps it
    return reader


def match_many(texts: Sequence[str], *, to: Sequence[str], at: datetime | None = None) -> list[Matched | Doubtful]:
    """Return for each address what it means; ``to`` says how narrow each must be: ``building`` or ``unit``.

    What somebody has decided of the same text holds.
    """
    reader = registrar()
    decided = decided_before(texts)
    outcomes = batch.geocode_many(user=reader, texts=texts, at=at)
    return [
        _decided(decided, text, wanted) or _matched(reader, text, outcome, wanted, at)
        for text, wanted, outcome in zip(texts, to, outcomes, strict=True)
    ]


def decided_before(texts: Iterable[str]) -> dict[str, Matched]:
    """Return by text what was decided that it means, when all decisions on it agree and their target still stands."""
    spelled = {text: normalize(text)[:MAX_TEXT] for text in texts}
    meanings: dict[str, set[Matched]] = defaultdict(set)
    items = ReviewItem.objects.filter(status=ReviewStatus.DECIDED, normalized__in=set(spelled.values()))
    for target in (Target.BUILDING, Target.ENTRANCE, Target.UNIT):
        current = items.filter(**{f"{target}__isnull": False, f"{target}__valid__upper_inf": True})
        building = "building_id" if target is Target.BUILDING else f"{target}__building_id"
        for text, pk, of in current.values_list("normalized", f"{target}_id", building):
            meanings[text].add(Matched(target.value, pk, of))
    return {text: next(iter(meanings[key])) for text, key in spelled.items() if key and len(meanings[key]) == 1}


def _decided(decided: Mapping[str, Matched], text: str, wanted: str) -> Matched | None:
    found = decided.get(text)
    return None if found is None or (wanted == "unit" and found.target != "unit") else found


def unknown_unit(house: House, near: Sequence[tuple[int, str]]) -> Doubtful:
    """Return the doubt about a unit that a known building does not have; ``near``: those of the same number."""
    return Doubtful(Doubt.UNKNOWN_UNIT, house.candidates(near[:CANDIDATES]), house.community)


def _matched(reader: Viewer, text: str, outcome: batch.Outcome, wanted: str, at: datetime | None) -> Matched | Doubtful:
    answer = outcome.answer
    if answer is None or answer.building is None:
        return _doubt(
            reader,
            text,
            Doubt.UNMATCHED if answer is None or answer.level is Level.INTERPOLATED else Doubt.TOO_COARSE,
            at,
        )
    if outcome.status is not Status.FOUND:
        return _doubt(reader, text, Doubt.AMBIGUOUS, at)
    if answer.level not in _FINE[wanted]:
        return _doubt(reader, text, Doubt.TOO_COARSE, at)
    return Matched(answer.target, answer.id, answer.building)


def doubt_of(text: str, reason: Doubt, *, at: datetime | None = None) -> Doubtful:
    """Return the doubt about an address that means something, but not for this row."""
    return _doubt(registrar(), text, reason, at)


def _doubt(reader: Viewer, text: str, reason: Doubt, at: datetime | None) -> Doubtful:
    found = geocoder.search(user=reader, text=text[: batch.MAX_TEXT], limit=CANDIDATES, at=at)
    if reason is Doubt.AMBIGUOUS and len(found) == 1:
        reason = Doubt.UNSURE  # the only one there is, and yet not sure enough
    communities = {answer.community for answer in found}
    return Doubtful(
        reason, [_candidate(answer) for answer in found], communities.pop() if len(communities) == 1 else None
    )


def _candidate(answer: Answer) -> Mapping[str, Any]:
    """Return a candidate as the queue keeps it: what it is, how sure, and why, element by element."""
    return {
        "target": answer.target,
        "id": answer.id,
        "building": answer.building,
        "label": answer.label,
        "level": answer.level.value,
        "confidence": answer.confidence,
        "lon": answer.lon,
        "lat": answer.lat,
        "reasons": [
            {"element": r.kind.value, "verdict": r.verdict.value, "asked": r.asked, "found": r.found}
            for r in answer.reasons
        ],
    }
