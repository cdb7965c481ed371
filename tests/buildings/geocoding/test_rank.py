"""How well an address answers a query."""

import pytest

from buildings.geocoding.elements import EMPTY
from buildings.geocoding.names import likeness
from buildings.geocoding.normalize import normalize
from buildings.geocoding.parse import parse
from buildings.geocoding.rank import Candidate, Level, Scored, Verdict, order, score


def scored(asked: str, registered: str, *, target: int = 1, standard: bool = True) -> Scored:
    """Score a registered address of a building against a query."""
    text = normalize(registered)
    candidate = Candidate("building", target, target, registered, text, standard=standard, readings=parse(text, EMPTY))
    return score(parse(normalize(asked), EMPTY), candidate)


@pytest.mark.parametrize(
    ("asked", "sibling"),
    [
        ("龙湖花园3栋", "龙湖花园13栋"),
        ("新乔围路12号", "新乔围路12-1号"),
        ("龙湖花园A座", "龙湖花园B座"),
        ("老围1巷2号", "老围11巷2号"),
        ("Hauptstraße 12", "Hauptstraße 12a"),
        ("12 Main St", "112 Main St"),
    ],
)
def test_numbers_are_compared_exactly(asked: str, sibling: str) -> None:
    assert scored(asked, sibling).score == 0
    assert scored(asked, asked).score > 0.95


@pytest.mark.parametrize("word", ["栋", "幢", "座", "号楼"])
def test_the_words_for_a_building_say_the_same(word: str) -> None:
    assert scored(f"龙湖花园3{word}", "龙湖花园3栋").score > 0.95


def test_a_missing_division_costs_little_and_is_told() -> None:
    found = scored("坑梓街道新乔围路12号", "新乔围路12号")
    assert found.score > 0.9
    assert [r.verdict for r in found.reasons] == [Verdict.MISSING, Verdict.MATCH, Verdict.MATCH]


def test_a_road_alone_is_no_building() -> None:
    assert scored("新乔围路", "新乔围路12号").level is Level.ROAD


def test_two_that_are_equally_good_are_both_flagged() -> None:
    first, second = order([scored("新乔围路12号", "新乔围路12号", target=n) for n in (1, 2)])
    assert first.ambiguous
    assert second.ambiguous
    assert first.confidence == second.confidence <= 0.5


def test_an_alias_yields_to_the_one_registered_so() -> None:
    registered = scored("新乔围路12号", "新乔围路12号", target=2)
    best, _ = order([scored("新乔围路12号", "新乔围路12号", target=1, standard=False), registered])
    assert best.candidate.id == 2
    assert not best.ambiguous


@pytest.mark.parametrize(
    ("one", "other"),
    [("兰竹东路", "兰竹西路"), ("文祥1路", "文祥2路"), ("老围村", "新围村"), ("holzstr", "loffelholzstr")],
)
def test_names_told_apart_by_one_sign_are_different(one: str, other: str) -> None:
    assert likeness(one, other) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新桥围路", "新乔围路"),
        ("龙湖花圆", "龙湖花园"),
        ("坪山龙湖花园", "龙湖花园"),
        ("simonshofer str", "simonshoffer str"),
    ],
)
def test_a_slip_leaves_names_alike(one: str, other: str) -> None:
    assert 0.5 < likeness(one, other) < 1
