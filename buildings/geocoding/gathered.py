"""Searches that come at the same time, answered together: each statement is asked once for all of them.

Answered are texts that are nothing but an address, of which a house is surely meant: most of what is asked. Whoever
asks for anything else is asked for alone (`one_box.found_in_box`), which says the very same of these, too.
"""

from collections.abc import Sequence
from datetime import datetime

from buildings.addresses.text.message import Message, message_of
from buildings.geocoding.answers import Answer
from buildings.geocoding.batch import distinct, is_good, structured
from buildings.geocoding.geocoder import answer_of, divisions_named
from buildings.geocoding.matching.assurance import HOUSES, assured
from buildings.geocoding.matching.query import Question
from buildings.geocoding.matching.rank import Candidate, Scored
from buildings.geocoding.one_box import is_only_address, settles
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from buildings.geocoding.understand import plain_address, understand_many
from gisserver.common.access.models import Viewer


def found_together(*, user: Viewer, asked: Sequence[tuple[str, int]]) -> list[list[Answer] | None]:
    """Return for each text, with how many answers are wanted, what `found_in_box` says; None where it is to be asked.

    What ``user`` may see of them; those who ask may be others who may see the same.
    """
    texts = list(
        dict.fromkeys(text for text, _ in asked if is_only_address(text) and message_of(text) == Message(text))
    )
    ranked = _ranked(user, texts) if texts else {}
    wanted = [[one for one in ranked.get(text, ()) if one.level in HOUSES][:limit] for text, limit in asked]
    return _described(wanted)


def _ranked(user: Viewer, texts: Sequence[str]) -> dict[str, list[Scored]]:
    """Return what each text may mean, `assured`, where a house is found by the surest way."""
    names = known_names.gazetteer()
    plain = {text: plain_address(text) for text in texts}
    questions = [
        one for one in understand_many(distinct([tuple(plain.values())]), names) if not divisions_named(one, names)
    ]
    known = known_names.known_names(distinct(one.names for one in questions))
    questions = [one.knowing(known.intersection(one.names)) for one in questions]
    ranked = structured(user, questions, names, None, _word_for_word_or_under_keys, {})
    sure = {text: assured(some) for text, some in ranked.items() if is_good(some)}
    return {text: sure[said] for text, said in plain.items() if said in sure and sure[said][0].level in HOUSES}


def _word_for_word_or_under_keys(
    user: Viewer, questions: Sequence[Question], at: datetime | None
) -> list[list[Candidate]]:
    """Return what `candidates.keyed_candidates` finds for each question, by two statements for all."""
    exact: dict[str, list[Candidate]] = {}
    for one in store.registered(user=user, normalized=distinct(asked.exact for asked in questions), at=at):
        exact.setdefault(one.normalized, []).append(one)
    under = store.keyed(user=user, keys=distinct(asked.keys for asked in questions), at=at)
    return [
        [
            *(one for text in asked.exact for one in exact.get(text, ())),
            *(one for key in asked.keys for one in under.get(key, ())),
        ]
        for asked in questions
    ]


def _described(wanted: Sequence[Sequence[Scored]]) -> list[list[Answer] | None]:
    """Return the answers with their places, those that settle their question; None for the others."""
    targets = distinct([(*one.key, one.candidate.building) for one in some] for some in wanted)
    about = store.described(targets) if targets else {}
    names = known_names.gazetteer() if targets else None
    found = [[answer_of(one, about[one.key], names) for one in some] for some in wanted]
    return [some if settles(some) else None for some in found]
