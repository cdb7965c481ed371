"""How sure a match is: the probability that it is the one meant, among those that it competes with."""

from collections.abc import Iterable, Sequence
from typing import Final

from buildings.addresses.parsing.elements import NAMES, Kind
from buildings.addresses.text.message import Message
from buildings.geocoding.matching.calibration import Evidence, most, probability
from buildings.geocoding.matching.explanation import COUNTED, Bound, Verdict, bound
from buildings.geocoding.matching.rank import APART, Level, Scored, best_of

# Below this a match is no answer but a guess: it is marked as not sure.
SURE: Final = 0.7
ONE_OF_SEVERAL: Final = 0.5
COARSE: Final = 0.5  # a house of a road or an estate that is known, though not with this number
HOUSES: Final = (Level.UNIT, Level.ENTRANCE, Level.BUILDING)


def assured(ranked: Sequence[Scored], limit: int | None = None) -> list[Scored]:
    """Return the first ``limit`` of `best_of` with confidences; those too close to distinguish are flagged."""
    tied_count = sum(1 for one in ranked if ranked[0].score - one.score < APART)
    return [_confident(one, n, ranked, tied_count) for n, one in enumerate(ranked[:limit])]


def order(scored: Iterable[Scored]) -> list[Scored]:
    """Return the best match of each target, best first, with confidences."""
    return assured(best_of(scored))


def _confident(one: Scored, place: int, ranked: Sequence[Scored], tied_count: int) -> Scored:
    """Return the match with the probability that it is the one meant, among those that it competes with."""
    other = ranked[1 if place == 0 else 0] if len(ranked) > 1 else None
    lead = 1.0 if other is None else one.score - other.score
    found = evidence(one, lead)
    sure = probability(found)
    if one.level not in HOUSES:
        sure = min(sure, COARSE)
    tied = tied_count > 1 and place < tied_count
    shared = sure / tied_count if tied else sure
    if place > 0 and not tied:
        shared = min(shared, 1.0 - sure)
    unsure = place == 0 and sure < SURE
    return Scored(one.candidate, one.score, one.level, one.reasons, one.part, round(shared, 4), tied or unsure, found)


def most_of(message: Message) -> float:
    """Return the most that an answer may be sure of which is one of several, or beside the place meant."""
    return ONE_OF_SEVERAL if message.others else most(Bound.DOUBTED)


def evidence(one: Scored, lead: float) -> Evidence:
    """Return what speaks for and against a match, for `calibration`; ``lead`` is its score above the next best."""
    verdicts = {(r.kind, r.verdict) for r in one.reasons}
    names = [r for r in one.reasons if r.kind in NAMES and r.verdict not in (Verdict.UNSAID, Verdict.REDUNDANT)]
    exact = one.candidate.exact or not one.reasons  # found word for word, so that nothing was compared
    return Evidence(
        exact=exact,
        alike=max((r.alike for r in names), default=1.0 if exact else 0.0),
        other_name=any(r.verdict is Verdict.CONFLICT for r in names),
        name_missing=any(r.verdict is Verdict.MISSING for r in names),
        community=_verdict(verdicts, Kind.COMMUNITY),
        subdistrict=_verdict(verdicts, Kind.SUBDISTRICT),
        number_missing=any((kind, Verdict.MISSING) in verdicts for kind in COUNTED),
        number_unsaid=any((kind, Verdict.UNSAID) in verdicts for kind in COUNTED),
        inside_missing=bool({(Kind.ROOM, Verdict.MISSING), (Kind.ENTRANCE, Verdict.MISSING)} & verdicts),
        score=one.score,
        lead=lead,
        bound="" if one.candidate.exact else bound(one.reasons),
    )


def _verdict(verdicts: set[tuple[Kind, Verdict]], kind: Kind) -> str:
    for verdict in (Verdict.CONFLICT, Verdict.CORRECTED, Verdict.MATCH):
        if (kind, verdict) in verdicts:
            return verdict.value
    return "silent"
