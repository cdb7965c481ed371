"""What an address is found by without being read: names with the numbers behind them."""

import pytest

from buildings.addresses.keys import kept, keys
from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("坪山区坑梓街道秀新社区新乔围路12号龙湖花园3栋2单元501", {"新乔围路|12", "龙湖花园|3|@2", "龙湖花园|3"}),
        ("龙湖花园3幢", {"龙湖花园|3"}),
        ("老围村三巷5号", {"老围村|3|5", "老围村|3"}),
        ("坪山人民医院", {"坪山人民医院"}),
        ("12 Main Street", {"main st|12"}),
        ("Hauptstraße 12a", {"hauptstr|12a"}),
    ],
)
def test_a_name_with_its_numbers_is_a_key(text: str, found: set[str]) -> None:
    assert set(keys(parse(normalize(text), EMPTY)[0])) == found


@pytest.mark.parametrize(("one", "other"), [("龙湖花园3栋", "龙湖花园13栋"), ("新乔围路12号", "新乔围路12-1号")])
def test_other_numbers_are_other_keys(one: str, other: str) -> None:
    assert not set(kept(one)[0]) & set(kept(other)[0])


def test_a_building_by_any_word_has_one_key() -> None:
    assert {kept(f"龙湖花园3{word}")[0] for word in ("栋", "幢", "座", "号楼", "号")} == {("龙湖花园|3",)}


def test_an_entrance_is_not_found_under_the_key_of_its_building() -> None:
    assert kept("龙湖花园3栋2单元")[0] == ("龙湖花园|3|@2",)


def test_names_are_kept_with_their_sound() -> None:
    assert kept("新乔围路12号龙湖花园3栋")[1] == ("新乔围路|xinqiaoweilu|xqwl", "龙湖花园|longhuhuayuan|lhhy")
