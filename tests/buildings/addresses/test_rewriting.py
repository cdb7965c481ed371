"""A rule rewrites what it speaks of, and nothing that only looks like it."""

import pytest

from buildings.addresses.parsing.elements import Kind
from buildings.addresses.rewriting import number_of, numbered, renamed, shifted


@pytest.mark.parametrize(
    ("text", "names", "becomes"),
    [
        ("人民路1号幸福花园1栋", {"幸福花园": "新华华府"}, "人民路1号新华华府1栋"),
        (
            "广东省深圳市坪山区坪山街道坪山社区人民路1号",
            {"人民路": "解放路"},
            "广东省深圳市坪山区坪山街道坪山社区解放路1号",
        ),
        ("人民路1号幸福花园1栋", {"人民路": "解放路", "幸福花园": "新园"}, "解放路1号新园1栋"),
        ("新人民路1号", {"人民路": "解放路"}, "新人民路1号"),
        ("幸福花园1栋", {"花园": "公园"}, "幸福花园1栋"),
        ("甲路1号乙苑2栋", {"甲路": "乙苑", "乙苑": "甲路"}, "乙苑1号甲路2栋"),
        ("", {"人民路": "解放路"}, ""),
    ],
)
def test_whole_names_are_exchanged(text: str, names: dict[str, str], becomes: str) -> None:
    assert renamed(text, names) == becomes


@pytest.mark.parametrize(
    ("text", "kind", "add", "becomes"),
    [
        ("人民路1号幸福花园11栋", Kind.NUMBER, 100, "人民路101号幸福花园11栋"),
        ("人民路1号幸福花园11栋", Kind.BUILDING, 1, "人民路1号幸福花园12栋"),
        ("人民路12-1号", Kind.NUMBER, 12, "人民路24-1号"),
        ("幸福花园A座", Kind.BUILDING, 1, "幸福花园A座"),
        ("人民路5号", Kind.NUMBER, -5, ""),
    ],
)
def test_the_number_of_one_kind_is_changed(text: str, kind: Kind, add: int, becomes: str) -> None:
    assert numbered(text, kind, lambda number: number + add) == becomes


def test_the_number_of_an_address() -> None:
    assert number_of("人民路1号幸福花园11栋", Kind.BUILDING) == 11
    assert number_of("幸福花园A座", Kind.BUILDING) is None


@pytest.mark.parametrize(
    ("number", "by", "becomes"),
    [
        ("101", 100, "201"),
        ("铺1", 1, "铺2"),
        ("001", 5, "006"),
        ("A", 1, "A"),
        ("101", -101, ""),
        ("1-102", 1, "2-102"),
    ],
)
def test_a_unit_s_number_is_shifted(number: str, by: int, becomes: str) -> None:
    assert shifted(number, by) == becomes
