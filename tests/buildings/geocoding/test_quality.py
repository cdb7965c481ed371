"""Noise of every family in a town of siblings that are easily confused."""

from random import Random

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.addresses.cases import clean, noisy_cases
from bench.addresses.families import LOSSLESS, LOSSY, Family, noisy, rewritten
from bench.addresses.pieces import Home, Part, Piece, Pieces, changed, pieces_of, stem_of, written
from bench.addresses.register import Town
from bench.judged.measures import Judged, Verdict, judge
from bench.judged.town import build
from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.batch import geocode_many
from buildings.geocoding.matching.rank import Candidate, score
from buildings.geocoding.understand import plain

SEED = 3


@pytest.fixture
def homes(laws: None) -> list[Home]:
    return build()


def judged(homes: list[Home], texts: list[str]) -> list[Judged]:
    user = User(username="anyone", is_superuser=True, is_active=True)
    cases = [case for home in homes for case in clean([home])]
    return [judge(c, o) for c, o in zip(cases, geocode_many(user=user, texts=texts), strict=True)]


def unlike(found: list[Judged], texts: list[str], verdict: Verdict) -> list[str]:
    return [text for text, one in zip(texts, found, strict=True) if one.verdict is not verdict]


def test_every_home_is_found_by_its_standard_address(homes: list[Home]) -> None:
    texts = [home.text for home in homes]
    assert unlike(judged(homes, texts), texts, Verdict.RIGHT) == []


def test_every_home_is_found_however_its_address_is_written(homes: list[Home]) -> None:
    chance = Random(SEED)
    some = chance.sample(homes, 300)
    texts = [rewritten(home.pieces, chance) for home in some]
    assert unlike(judged(some, texts), texts, Verdict.RIGHT) == []


def test_what_is_said_wrongly_leads_to_no_other_home(homes: list[Home]) -> None:
    town = Town(home for home in homes if home.unit is None)
    cases = [case for case in noisy_cases(homes, town, each=4, seed=SEED) if case.determined]
    user = User(username="anyone", is_superuser=True, is_active=True)
    outcomes = geocode_many(user=user, texts=[case.text for case in cases])
    found = [judge(case, outcome) for case, outcome in zip(cases, outcomes, strict=True)]
    assert [one.case.text for one in found if one.verdict is Verdict.WRONG] == []


@pytest.mark.parametrize(
    ("asked", "sibling"),
    [
        ("翰林苑3栋", "翰林苑13栋"),
        ("松涛东路12号", "松涛东路12-1号"),
        ("松涛东路12号", "松涛西路12号"),
        ("翰林苑A座", "翰林苑B座"),
        ("石桥村一巷1号", "石桥村十一巷1号"),
        ("石桥村1巷2号", "石桥村2巷1号"),
        ("翰林苑3栋1单元301", "翰林苑3栋11单元301"),
        ("翰林苑3栋1单元301", "翰林苑3栋1单元1301"),
        ("鹤鸣路2号", "鹤鸣一路2号"),
    ],
)
def test_siblings_are_never_taken_for_one_another(asked: str, sibling: str) -> None:
    assert agreement_of(asked, sibling) == 0 or likeness_is_lost(asked, sibling)
    assert agreement_of(asked, asked) > 0.95


def agreement_of(asked: str, registered: str) -> float:
    text = normalize(registered)
    candidate = Candidate("building", 1, 1, registered, text, readings=parse(text, EMPTY))
    return score(parse(plain(asked), EMPTY), candidate).score


def likeness_is_lost(asked: str, registered: str) -> bool:
    """Whether the road is another one and nothing else could place the address."""
    return agreement_of(asked, registered) < 0.35


numbers = st.integers(1, 199).map(str)
houses = st.one_of(
    st.builds(
        lambda name, door, plate: (Piece(Part.NAME, name), Piece(Part.DOOR, door + plate, "号")),
        st.sampled_from(["松涛东路", "鹤鸣大道", "新乔围街"]),
        numbers,
        st.sampled_from(["", "-1", "-12"]),
    ),
    st.builds(
        lambda name, block, stair, flat: (
            Piece(Part.NAME, name),
            Piece(Part.BLOCK, block, "栋"),
            Piece(Part.STAIR, stair, "单元"),
            Piece(Part.FLAT, flat),
        ),
        st.sampled_from(["翰林花园", "望湖雅居", "云顶豪庭"]),
        numbers,
        st.integers(1, 12).map(str),
        st.integers(101, 3299).filter(lambda n: 1 <= n % 100 <= 30).map(str),
    ),
    st.builds(
        lambda alley, door: (Piece(Part.NAME, "石桥村"), Piece(Part.ALLEY, alley, "巷"), Piece(Part.DOOR, door, "号")),
        st.sampled_from(["一", "二", "十一", "十二", "二十"]),
        numbers,
    ),
)
UPPER = pieces_of("浙江省杭州市云溪区松涛街道北浦社区松涛东路1号")


@settings(max_examples=1_000)
@given(house=houses, seed=st.integers(0, 2**32))
def test_lossless_rewriting_changes_no_element(house: Pieces, seed: int) -> None:
    pieces = (*(UPPER or ())[:5], *house)
    assert told(rewritten(pieces, Random(seed))) == told(written(pieces))


def told(text: str) -> list[tuple[str, str]]:
    """What the likeliest reading says below the divisions, a storey that the room's number repeats aside."""
    below = ("road", "lane", "number", "estate", "building", "entrance", "room")
    return [(e.kind.value, e.value) for e in parse(plain(text), EMPTY)[0].elements if e.kind.value in below]


@given(house=houses, other=numbers, seed=st.integers(0, 10_000))
def test_a_rewritten_number_is_never_another_ones(house: Pieces, other: str, seed: int) -> None:
    part = Part.BLOCK if stem_of(house, Part.BLOCK) else Part.DOOR
    sibling = changed(house, part, stem=other if other != stem_of(house, part) else other + "0")
    assert agreement_of(rewritten(house, Random(seed)), written(sibling)) == 0


def test_there_are_at_least_21_families_and_each_says_something_else() -> None:
    assert len({family.name for family in (*LOSSLESS, *LOSSY)}) >= 21
    homes = [pieces_of(text) for text in ("浙江省杭州市坪山区坪山街道北浦社区松涛东路12-1号", EXAMPLE, BASEMENT, ALLEY)]
    assert [family.name for family in (*LOSSLESS, *LOSSY) if not any(says_otherwise(family, p) for p in homes)] == []


EXAMPLE = "浙江省杭州市云溪区松涛街道北浦社区翰林花园A栋"
BASEMENT = "浙江省杭州市云溪区松涛街道北浦社区翰林花园3栋1单元B101"
ALLEY = "浙江省杭州市云溪区松涛街道北浦社区石桥村十一巷2号301"


def says_otherwise(family: Family, pieces: Pieces | None) -> bool:
    made = [noisy(pieces, [family], Random(seed)) for seed in range(5)] if pieces else []
    return any(one is not None and one[0] != written(pieces or ()) for one in made)
