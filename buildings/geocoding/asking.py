"""From texts to questions: tidied, normalized, read; what is spelled in Latin letters is put in Han if known."""

from collections.abc import Sequence

from buildings.geocoding import candidates as store
from buildings.geocoding.divisions import turned
from buildings.geocoding.elements import Gazetteer, Reading
from buildings.geocoding.message import message_of
from buildings.geocoding.normalize import normalize
from buildings.geocoding.parse import parse
from buildings.geocoding.query import Question, question
from buildings.geocoding.romanised import counted, in_han, spellings

MOST_READINGS = 6
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
    """Return the questions that `plain` texts ask, and look all their Latin spellings up at once."""
    spelled = [spellings(text) if names.in_han else [] for text in texts]
    wanted = list(dict.fromkeys(one for some in spelled for one in some))
    known = dict(store.spelled_names(wanted)) if wanted else {}
    if wanted:
        known |= {one: (*names.spelled[one], *known.get(one, ())) for one in wanted if one in names.spelled}
    return [
        question(text, _readings([*in_han(counted(text), known), counted(text)] if some else [text], names))
        for text, some in zip(texts, spelled, strict=True)
    ]


def _readings(texts: Sequence[str], names: Gazetteer) -> list[tuple[str, Reading]]:
    said = [turned(text, names) for text in texts]
    return [(text, reading) for text in said for reading in parse(text, names)][:MOST_READINGS]
