"""From evidence to probability."""

from dataclasses import replace

import pytest

from bench.calibrate import fit
from buildings.geocoding.matching.calibration import MOST, Evidence, features, probability

PLAIN = Evidence(
    exact=False,
    alike=1.0,
    other_name=False,
    name_missing=False,
    community="match",
    subdistrict="match",
    number_missing=False,
    number_unsaid=False,
    inside_missing=False,
    score=1.0,
    lead=1.0,
)


def test_an_address_found_word_for_word_is_all_but_certain() -> None:
    assert 0.99 < probability(replace(PLAIN, exact=True)) <= MOST


@pytest.mark.parametrize(
    "doubt",
    [
        {"alike": 0.65, "score": 0.9, "bound": "doubted"},
        {"community": "conflict", "score": 0.9, "bound": "doubted"},
        {"number_missing": True},
        {"number_unsaid": True},
        {"alike": 0.0, "score": 0.6},
    ],
)
def test_what_speaks_against_a_match_makes_it_less_sure(doubt: dict[str, float | str | bool]) -> None:
    assert probability(replace(PLAIN, **doubt)) < probability(PLAIN)


@pytest.mark.parametrize(("bound", "most"), [("doubted", 0.1), ("elsewhere", 0.05)])
def test_what_bounds_a_match_leaves_it_a_guess_whatever_else_speaks_for_it(bound: str, most: float) -> None:
    assert probability(replace(PLAIN, bound=bound)) < most


def test_a_rival_as_good_makes_a_match_less_sure() -> None:
    assert probability(replace(PLAIN, lead=0.0)) < probability(PLAIN)


def test_every_likeness_has_a_feature_of_its_own() -> None:
    told = {name for alike in (1.0, 0.93, 0.9, 0.85, 0.75, 0.65, 0.6, 0.0) for name in named(alike)}
    assert len(told) == 8


def named(alike: float) -> set[str]:
    return {name for name in features(replace(PLAIN, alike=alike)) if name.startswith("name ") and "," not in name}


def test_fitting_finds_how_often_each_evidence_is_right() -> None:
    sure, unsure = PLAIN, replace(PLAIN, community="conflict")
    found = [sure] * 1000 + [unsure] * 1000
    right = [n % 100 != 0 for n in range(1000)] + [n % 2 == 0 for n in range(1000)]
    weights = fit(found, right)
    total = {one: sum(weights[k] * v for k, v in features(one).items()) for one in (sure, unsure)}
    assert total[sure] == pytest.approx(4.6, abs=0.2)  # ln 99
    assert total[unsure] == pytest.approx(0.0, abs=0.1)
