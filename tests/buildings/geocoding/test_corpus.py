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
    [("road", 0.90), ("roadno", 0.91), ("houseno", 0.87), ("roomno", 0.88), ("cellno", 0.88), ("floorno", 0.94)],
)
def test_roads_and_numbers_are_read(count: Count, label: str, least: float) -> None:
    assert count.f1(label) >= least


def test_all_labels_together(count: Count) -> None:
    assert count.f1() >= 0.78
