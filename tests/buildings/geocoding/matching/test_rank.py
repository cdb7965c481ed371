"""How well an address answers a query."""

import pytest

from buildings.addresses.parsing.elements import EMPTY, Kind, Place
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.geocoder import GOOD
from buildings.geocoding.matching.assurance import order
from buildings.geocoding.matching.explanation import Known, Verdict
from buildings.geocoding.matching.names import ANOTHERS, likeness
from buildings.geocoding.matching.rank import Candidate, Level, Scored, placed, score


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


def test_a_name_that_is_somewheres_own_is_hardly_a_slip_of_another() -> None:
    slip = scored("新桥围路12号", "新乔围路12号")
    assert slip.score > 0.8
    text = normalize("新乔围路12号")
    candidate = Candidate("building", 1, 1, text, text, readings=parse(text, EMPTY))
    anothers = score(parse("新桥围路12号", EMPTY), candidate, Known(frozenset({"新桥围路"})))
    assert anothers.score < GOOD < slip.score
    assert [r.alike for r in anothers.reasons if r.kind is Kind.ROAD] == [ANOTHERS]


def test_the_divisions_that_the_building_lies_in_count_whatever_its_address_says() -> None:
    text = normalize("新乔围路12号")
    within = (Place(Kind.COMMUNITY, "秀新社区", 1),)
    candidate = Candidate("building", 1, 1, text, text, readings=placed(parse(text, EMPTY), within))
    right, wrong = (score(parse(f"{name}社区新乔围路12号", EMPTY), candidate) for name in ("秀新", "沙田"))
    assert right.reasons[0].verdict is Verdict.MATCH
    assert wrong.reasons[0].verdict is Verdict.CONFLICT
    assert wrong.score < right.score


def test_what_the_query_leaves_out_and_says_twice_is_told() -> None:
    found = scored("秀新社区秀新社区龙湖花园3栋", "坑梓街道秀新社区龙湖花园3栋")
    told = [(r.kind, r.verdict) for r in found.reasons]
    assert (Kind.COMMUNITY, Verdict.REDUNDANT) in told
    assert (Kind.SUBDISTRICT, Verdict.UNSAID) in told


def test_a_guess_is_marked_as_not_sure() -> None:
    [guess] = order([scored("沙田社区龙湖花园3栋", "秀新社区龙潮花园3栋")])
    assert guess.confidence < 0.5
    assert guess.ambiguous


def test_a_further_number_that_the_query_leaves_out_costs() -> None:
    whole, part = scored("德桂路412号", "德桂路412号"), scored("德桂路412号", "德桂路412号沙湖村五巷26号")
    assert part.score < whole.score - 0.1
