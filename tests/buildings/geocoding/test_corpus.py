"""How well addresses of the whole country are read; nothing is learnt from the corpus."""

from pathlib import Path

import pytest

from tests.buildings.geocoding.corpus import Count, measured


@pytest.fixture(scope="module")
def count(shared_data: Path) -> Count:
    return measured(shared_data / "address_parsing" / "dev.txt")


# A little below what was measured, so that a rule which breaks another is seen.
@pytest.mark.parametrize(
    ("label", "least"),
    [("road", 0.93), ("roadno", 0.93), ("houseno", 0.895), ("roomno", 0.91), ("cellno", 0.91), ("floorno", 0.97)],
)
def test_roads_and_numbers_are_read(count: Count, label: str, least: float) -> None:
    assert count.f1(label) >= least


def test_all_labels_together(count: Count) -> None:
    assert count.f1() >= 0.86
