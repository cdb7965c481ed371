"""The pipeline: normalize, parse, find candidates, rank, describe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice, product
from typing import Any, Protocol

from buildings.addresses.parsing.elements import DIVISIONS, Gazetteer, Kind, Place, Reading
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.message import Message, message_of
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.answers import ACCURACY_M, Answer, elements_of, label_of
from buildings.geocoding.coarse import coarse_answers, named_by
from buildings.geocoding.interpolation import interpolated
from buildings.geocoding.matching.assurance import HOUSES, SURE, assured, most_of
from buildings.geocoding.matching.explanation import Known, Reason, ceiling, explain
from buildings.geocoding.matching.query import Question
from buildings.geocoding.matching.rank import (
    Candidate,
    Level,
    Part,
    Scored,
    best_of,
    placed,
    said,
    score,
    word_for_word,
)
from buildings.geocoding.matching.unit_match import with_part
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from buildings.geocoding.understand import plain_address, understand
from gisserver.common.access.models import Viewer

# From the surest way to find addresses to the widest; the next is tried while nothing scores GOOD.
HARD_RECALLS = (store.candidates, store.similar, store.unit_candidates)
RECALLS = (store.keyed_candidates, store.near_candidates, *HARD_RECALLS)
GOOD = 0.75
DIVISION = 0.95  # how sure a division is that is all that was asked for
BUILDINGS_FOR_PARTS = 20


class Recall(Protocol):
    """A way to find candidates for a question."""

    def __call__(self, *, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
        """Return the visible addresses that may be meant."""


def search(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what ``text`` may mean among what ``user`` may see at ``at`` (default now), the likeliest first.

    Empty when nothing fits. Answers that can't be distinguished are all returned, each marked ``ambiguous``. Of a text
    that says several addresses the best answers of each are returned, the present one's first, each with its role.
    """
    message = message_of(text)
    if message.address != text:
        registered = store.registered(user=user, normalized=[plain_address(text)], at=at)
        if registered:
            return describe(
                assured(best_of(word_for_word(one) for one in registered), limit), known_names.gazetteer(), at
            )
    return answers_to(user=user, message=message, limit=limit, at=at)


def answers_to(*, user: Viewer, message: Message, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what a message may mean, as `search` does."""
    names = known_names.gazetteer()
    answers = _answers(user, message.address, names, limit, at)
    if message.others:
        others = ((other.role, _answers(user, other.text, names, 1, at)) for other in message.others)
        answers = [
            replace(answer, role=role) for role, some in ((message.role, answers[:1]), *others) for answer in some
        ]
    return [_told(answer, message) for answer in answers[:limit]]


def _told(answer: Answer, message: Message) -> Answer:
    """Return an answer to a message's address with the relation said, and no surer than the message is of it."""
    if message.is_sure_of(answer.target):
        return replace(answer, relation=message.relation) if message.relation else answer
    return replace(
        answer, relation=message.relation, confidence=min(answer.confidence, most_of(message)), ambiguous=True
    )


def _answers(user: Viewer, text: str, names: Gazetteer, limit: int, at: datetime | None) -> list[Answer]:
    asked = understand(text, names)
    divisions = _divisions(user, asked, names, at)
    if divisions:
        return divisions[:limit]
    asked = asked.knowing(known_names.known_names(asked.names))
    ranked = assured(sought(user, asked, names, at, [], RECALLS))
    houses = describe([one for one in ranked if one.level in HOUSES][:limit], names, at)
    if ranked and ranked[0].level in HOUSES:
        return houses
    estimated = interpolated(user=user, asked=[asked], names=names, at=at).values()
    coarse = coarse_answers(user=user, wanted=named_by(asked, ranked), names=names, at=at)
    return [*estimated, *(answer for some in coarse.values() for answer in some), *houses][:limit]


def sought(
    user: Viewer,
    asked: Question,
    names: Gazetteer,
    at: datetime | None,
    ranked: Sequence[Scored],
    recalls: Iterable[Recall],
) -> list[Scored]:
    """Return what may be asked for, best first, by one recall after the other beside what is ``ranked`` already."""
    best = list(ranked)
    for recall in recalls:
        best = narrow(asked, best_of([*best, *rank(asked, recall(user=user, question=asked, at=at), names)]), at)
        if best and best[0].score >= GOOD:
            break
    return best


def rank(asked: Question, found: Iterable[Candidate], names: Gazetteer) -> list[Scored]:
    """Return the candidates that may be meant, best first."""
    known = Known(asked.known | names.called, names.kinds)
    return best_of(
        score(
            asked.readings,
            one.read(_registered(one.normalized, names, one.community), exact=one.normalized == asked.text),
            known,
        )
        for one in {(one.target, one.id, one.normalized): one for one in found}.values()
    )


@lru_cache(maxsize=20_000)
def _registered(normalized: str, names: Gazetteer, community: int | None) -> tuple[Reading, ...]:
    """Return how a registered address of a community is read; neighbours are asked for again and again."""
    return placed(parse(normalized, names), names.around(community))


def narrow(asked: Question, ranked: Sequence[Scored], at: datetime | None) -> list[Scored]:
    """Return the matches of buildings narrowed to the entrance or unit that the question names."""
    whole = buildings_to_narrow(asked, ranked)
    if not whole:
        return list(ranked)
    rooms = asked.rooms
    found = store.parts(entered=[] if rooms else whole, rooms=product(whole, rooms), at=at)
    return narrowed(asked, ranked, found)


def buildings_to_narrow(asked: Question, ranked: Sequence[Scored]) -> list[int]:
    """Return the buildings in which the question's entrance or unit is to be looked for."""
    if not asked.readings[0].of(Kind.ENTRANCE, Kind.ROOM):
        return []
    found = (s.candidate.building for s in ranked if s.key[0] in ("building", "entrance"))
    return list(islice(dict.fromkeys(found), BUILDINGS_FOR_PARTS))


def narrowed(asked: Question, ranked: Sequence[Scored], found: Iterable[Part]) -> list[Scored]:
    """Return the matches narrowed to those of the parts that the question names."""
    inside: dict[int, list[Part]] = {}
    for part in found:
        inside.setdefault(part.building, []).append(part)
    return best_of(
        s if s.part else with_part(s, asked.readings[0], inside.get(s.candidate.building, ())) for s in ranked
    )


def describe(ranked: Sequence[Scored], names: Gazetteer, at: datetime | None, *, elements: bool = True) -> list[Answer]:
    """Return the answers with their places; ``elements`` False leaves out what their labels consist of."""
    if not ranked:
        return []
    about = store.described([(*s.key, s.candidate.building) for s in ranked], at)
    return [answer_of(s, about[s.key], names if elements else None) for s in ranked]


def answer_for(building: int, at: datetime | None = None) -> Answer:
    """Return the answer that a (visible) building is, asked by its place and not by a text."""
    return answers_for_houses([building], at)[building]


def answers_for_houses(buildings: Sequence[int], at: datetime | None = None) -> dict[int, Answer]:
    """Return the answers that (visible) buildings are, as `answer_for` does, by their ids."""
    names = known_names.gazetteer()
    about = store.described([("building", building, building) for building in buildings], at) if buildings else {}
    return {building: _house(building, row, names) for (_, building), row in about.items()}


def _house(building: int, about: Mapping[str, Any], names: Gazetteer) -> Answer:
    text = about["standard"] or about["name"]
    known = Candidate(target="building", id=building, building=building, text=text, normalized=normalize(text))
    scored = Scored(known, 1.0, Level.BUILDING, (), confidence=1.0)
    return answer_of(scored, about, names)


def answer_of(scored: Scored, about: Mapping[str, Any], names: Gazetteer | None) -> Answer:
    """Return the answer that a match is, with what is known `about` it; without ``names`` its elements are left out."""
    target, identity = scored.key
    label = label_of(
        scored.candidate.text, scored.candidate.target, scored.part, about["standard"], about["standard_of_unit"]
    )
    return Answer(
        target=target,
        id=identity,
        label=label,
        level=scored.level,
        confidence=scored.confidence,
        evidence=scored.evidence,
        ambiguous=scored.ambiguous,
        reasons=scored.reasons,
        lon=about["lon"],
        lat=about["lat"],
        bbox=(about["west"], about["south"], about["east"], about["north"]),
        accuracy_m=ACCURACY_M[scored.level],
        elements=elements_of(label, names) if names else {},
        building=about["building"],
        code=about["unit_code"] or about["code"],
        grid=about["grid"],
        community=about["community"],
        use=about["use"],
        point=about["point"],
        held_by=None
        if scored.candidate.standard
        else (scored.candidate.target, scored.candidate.id, scored.candidate.normalized),
    )


def _divisions(user: Viewer, asked: Question, names: Gazetteer, at: datetime | None) -> list[Answer]:
    """Return the divisions that the question is wholly about, if it is."""
    wanted = divisions_named(asked, names)
    return division_answers(store.divisions(user=user, ids=list(wanted), at=at), wanted) if wanted else []


def divisions_named(asked: Question, names: Gazetteer) -> dict[int, tuple[Reason, ...]]:
    """Return the divisions that the question may be wholly about, each with what becomes of all that is said.

    One that something contradicts (惠州市坪山区) only where there is none that nothing does.
    """
    answers = {
        place.division: explain(reading, Reading(said(names.around(place.division))), Known(names.called, names.kinds))
        for reading in asked.readings
        for place in _named(reading, names)
    }
    agreeing = {division: reasons for division, reasons in answers.items() if ceiling(reasons) == 1.0}
    return agreeing or answers


def division_answers(
    rows: Sequence[Mapping[str, Any]], reasons: Mapping[int, tuple[Reason, ...]] | None = None
) -> list[Answer]:
    """Return the answers that divisions are; several of one name can't be distinguished."""
    return [_division(row, (reasons or {}).get(row["division"], ()), len(rows)) for row in rows]


def _division(row: Mapping[str, Any], reasons: tuple[Reason, ...], namesakes: int) -> Answer:
    confidence = round(min(DIVISION, ceiling(reasons)) / namesakes, 4)
    return Answer(
        target="division",
        id=row["division"],
        label=row["label"],
        level=Level(row["level"]),
        confidence=confidence,
        ambiguous=namesakes > 1 or confidence < SURE,
        reasons=reasons,
        lon=row["lon"],
        lat=row["lat"],
        bbox=(row["west"], row["south"], row["east"], row["north"]),
        accuracy_m=ACCURACY_M[Level(row["level"])],
        elements={row["level"]: row["name"]},
        code=row["code"],
        community=row["division"] if row["level"] == "community" else None,
        point="division",
    )


def _named(reading: Reading, names: Gazetteer) -> list[Place]:
    """Return the places that a reading of nothing but divisions names with its last word."""
    if not reading.elements or any(e.kind not in DIVISIONS for e in reading.elements):
        return []
    last = reading.elements[-1]
    return [p for p in names.places if p.kind is last.kind and p.name == last.value]
