"""What a text is answered depends on the text alone: not on its chunk, its neighbours, or their order."""

from collections.abc import Sequence
from itertools import permutations
from random import Random

import pytest
from django.contrib.auth.models import User

from bench.addresses.cases import noisy_cases
from bench.addresses.register import Town
from bench.judged.town import build
from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.batch import Outcome, geocode_chunk
from buildings.geocoding.matching.assurance import order
from buildings.geocoding.matching.rank import Candidate, score
from buildings.geocoding.reverse_many import reverse_many
from buildings.models import Entrance, Unit
from gisserver.common.db.validity import since
from tests.factories import LONG_AGO, administrator, at, building, lonlat

SEED = 7


def in_chunks(user: User, texts: Sequence[str], size: int) -> dict[str, Outcome]:
    """Return the outcome of each (distinct) text, asked for in chunks of ``size``."""
    chunks = [texts[start : start + size] for start in range(0, len(texts), size)]
    return {
        text: outcome
        for chunk in chunks
        for text, outcome in zip(chunk, geocode_chunk(user=user, texts=chunk), strict=True)
    }


@pytest.fixture
def texts(laws: None) -> list[str]:
    """Return clean and noisy addresses of a town whose siblings are easily confused, each once."""
    homes = build()
    town = Town(home for home in homes if home.unit is None)
    noisy = [case.text for case in noisy_cases(homes, town, each=2, seed=SEED)]
    return list(dict.fromkeys([*noisy, *(home.text for home in homes[::40])]))


@pytest.mark.parametrize("size", [1, 3, 50])
def test_answers_are_the_same_in_chunks_of_any_size_and_order(texts: list[str], size: int) -> None:
    user = administrator()
    together = in_chunks(user, texts, len(texts))
    assert in_chunks(user, Random(SEED + size).sample(texts, len(texts)), size) == together


@pytest.mark.usefixtures("laws")
def test_a_neighbour_that_spells_a_room_otherwise_changes_nothing() -> None:
    user = administrator()
    house = building(at(1, 1), address="龙湖花园3栋")
    stair = Entrance.objects.create(building=house, name="1单元", valid=since(LONG_AGO))
    for number in ("501", "501房"):
        Unit.objects.create(building=house, entrance=stair, number=number, valid=since(LONG_AGO))
    asked = ["龙湖花园3栋501", "龙湖花园3栋1单元"]
    assert in_chunks(user, asked, 2) == in_chunks(user, asked, 1)


@pytest.mark.parametrize("turn", list(permutations(range(3))))
def test_the_order_in_which_addresses_are_found_decides_nothing(turn: tuple[int, ...]) -> None:
    asked = parse(normalize("新乔围路12号"), EMPTY)
    said = ["坪山区新乔围路12号", "龙田区新乔围路12号", "新乔围路12号"]
    found = [
        score(asked, Candidate("building", 1, 1, text, normalize(text), readings=parse(normalize(text), EMPTY)))
        for text in said
    ]
    assert order(found[n] for n in turn) == order(found)


@pytest.mark.usefixtures("laws")
def test_places_are_answered_alike_alone_and_together() -> None:
    user = administrator()
    for n in range(5):
        building(at(n, 1), address=f"新乔围路{n}号")
    places = [lonlat(at(n / 2, 1.2)) for n in range(12)]
    together = list(reverse_many(user=user, places=places))
    assert [one for place in places for one in reverse_many(user=user, places=[place])] == together
    assert list(reverse_many(user=user, places=places[::-1])) == together[::-1]
