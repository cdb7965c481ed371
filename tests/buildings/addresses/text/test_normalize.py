"""One spelling for what people write in many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.addresses.text.normalize import normalize, number_of

ADDRESS_SIGNS = "〇零一二三十百第号栋幢座楼室单元之附-—~/ #.0123459abcßÄ棟喬號乾路巷，（）①½ｆＡ"


@given(st.text(alphabet=ADDRESS_SIGNS, max_size=12))
def test_what_is_normalized_stays_as_it_is(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(max_size=20))
def test_any_text_at_all_is_normalized_for_good(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.integers(min_value=1, max_value=9999))
def test_numerals_and_digits_are_one_number(number: int) -> None:
    assert normalize(f"龙湖花园{in_numerals(number)}栋") == f"龙湖花园{number}栋"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("新喬圍路１２號三棟二單元", "新乔围路12号3栋2单元"),
        ("坪山大道 12 号，301", "坪山大道12号301"),
        ("第十二号", "12号"),
        ("老围一巷", "老围1巷"),
        ("三〇一室", "301室"),
        ("3栋－二单元—501", "3栋2单元501"),
        ("三-二-五零一", "3-2-501"),
        ("12号之一", "12-1号"),
        ("12之1号", "12-1号"),
        ("12号之一301室", "12-1号301室"),
        ("576九楼", "576 9楼"),
        ("坪山大道829号四零幺", "坪山大道829号401"),
        ("79.0栋2.0单元101.0", "79栋2单元101"),
        ("龙湖花园3.2.501", "龙湖花园3-2-501"),
        ("龙湖花园3洞1单园501", "龙湖花园3栋1单元501"),
        ("坪山大道829好", "坪山大道829号"),
        ("坪山大道829号-1层101", "坪山大道829号负1层101"),
        ("坪山大道829号-101", "坪山大道829号101"),
        ("A座3懂", "a座3栋"),
        ("12号附3号", "12-3号"),
        ("Hauptstraße 12a", "hauptstr 12a"),
        ("KARL-MARX-STR. 5", "karl marx str 5"),
        ("12 Main Street", "12 main st"),
        ("Nürnberger Straße", "nurnberger str"),
        ("114.5 BERKSHIRE ST", "114.5 berkshire st"),
    ],
)
def test_spellings_of_one_thing(written: str, normal: str) -> None:
    assert normalize(written) == normal


@pytest.mark.parametrize(
    ("one", "other"),
    [("3栋", "13栋"), ("12号", "12-1号"), ("一巷", "十一巷"), ("A座", "B座"), ("东路", "西路"), ("1-12号", "11-2号")],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


@pytest.mark.parametrize("name", ["六联社区", "三洋湖", "第三工业区", "千山花园", "五里松小区", "三门"])
def test_a_numeral_in_a_name_is_no_number(name: str) -> None:
    assert normalize(name) == name


def test_numerals_by_place_and_by_digit() -> None:
    assert [number_of(n) for n in ("十", "二十三", "一百零二", "三〇一", "一千一百")] == [10, 23, 102, 301, 1100]


def in_numerals(number: int) -> str:
    """Write a number below 10,000 in Chinese numerals, as 一百零二."""
    signs = "零一二三四五六七八九"
    digits = [int(d) for d in f"{number:04d}"]
    text = "".join(signs[d] + power if d else "零" for d, power in zip(digits, ("千", "百", "十", ""), strict=True))
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip("零")
