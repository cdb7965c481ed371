"""Matches of a batch as plain tuples."""

import pytest

from buildings.geocoding.answers import label_of
from buildings.geocoding.batch_results import best_match, only_match
from buildings.geocoding.matching.rank import Part
from buildings.geocoding.register.candidates import RegisteredRow


def row(target: str, identity: int = 5, *, standard: bool = True, text: str = "新乔围路12号") -> RegisteredRow:
    return 1, text, text, standard, target, identity, 7, None


@pytest.mark.parametrize("standard", [True, False])
@pytest.mark.parametrize("target", ["building", "entrance", "unit"])
def test_an_address_without_a_rival_is_answered_as_if_it_had_been_ranked(target: str, standard: bool) -> None:
    only = row(target, standard=standard)
    assert only_match(only) == best_match([only])


def test_an_address_of_two_houses_is_not_told_apart() -> None:
    found = best_match([row("building", 5), row("building", 6)])
    assert found.ambiguous
    assert found.confidence < only_match(row("building")).confidence


def test_a_standard_address_goes_before_another_that_reads_alike() -> None:
    assert best_match([row("building", 5, standard=False), row("building", 6)]).id == 6


@pytest.mark.parametrize(
    ("whose", "part", "standard", "standard_of_unit", "label"),
    [
        ("building", None, "新乔围路12号", None, "新乔围路12号"),
        ("building", None, None, None, "旧路12号"),
        ("entrance", None, "新乔围路12号", None, "旧路12号"),
        ("building", Part("unit", 1, 7, "2单元", "301"), "新乔围路12号", None, "新乔围路12号2单元301"),
        ("building", Part("unit", 1, 7, "大门", "301"), "新乔围路12号", None, "新乔围路12号301"),
        ("building", Part("unit", 1, 7, "2单元", "301"), "新乔围路12号", "新乔围路12号301房", "新乔围路12号301房"),
    ],
)
def test_what_is_found_is_called_by_its_standard_address(
    whose: str, part: Part | None, standard: str | None, standard_of_unit: str | None, label: str
) -> None:
    assert label_of("旧路12号", whose, part, standard, standard_of_unit) == label
