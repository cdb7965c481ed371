"""Columns get names that PostgreSQL carries and types that keep every digit."""

import pytest

from layers.fields import FieldType
from layers.reading.columns import recognise, unique_names


def test_names_that_meet_are_numbered() -> None:
    assert unique_names(["a", "A", "a"], taken=()) == ["a", "A_2", "a_3"]


def test_the_servers_own_columns_keep_their_names() -> None:
    assert unique_names(["fid", "geom", "__fid"], taken={"fid", "geom"}) == ["fid_2", "geom_2", "fid_3"]


def test_a_long_name_is_cut_between_characters() -> None:
    (name,) = unique_names(["网" * 30], taken=())
    assert name == "网" * 21


def test_two_long_names_stay_two() -> None:
    first, second = unique_names(["网" * 30, "网" * 31], taken=())
    assert first != second
    assert len(second.encode()) <= 63


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-20", None], FieldType.INTEGER),
        (["1.5", "2"], FieldType.NUMBER),
        (["007", "008"], FieldType.STRING),
        (["440310001001001", "440310001001002"], FieldType.STRING),
        (["1", "x"], FieldType.STRING),
        ([None, None], FieldType.STRING),
    ],
)
def test_the_type_of_text_is_recognised(values: list[str | None], kind: FieldType) -> None:
    assert recognise(values) is kind
