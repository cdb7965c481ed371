"""What people send around an address: relations, further addresses, contacts, reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.addresses.text.message import message_of

HOUSE = "坪山大道829号"


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        (f"{HOUSE}对面", "opposite"),
        (f"{HOUSE}斜对面的垃圾桶", "opposite"),
        (f"{HOUSE}旁", "beside"),
        (f"{HOUSE}隔壁", "beside"),
        (f"{HOUSE}东侧", "beside"),
        (f"{HOUSE}附近", "near"),
        (f"{HOUSE}往东50米", "near"),
        (f"{HOUSE}后面", "behind"),
        (f"{HOUSE}前面", "front"),
        (f"{HOUSE}路口", "junction"),
        (f"{HOUSE}楼下", "below"),
        (f"{HOUSE}楼顶", "above"),
        (f"{HOUSE}大门口", "entrance"),
        (f"{HOUSE}东门", "entrance"),
        (f"{HOUSE}对过", "opposite"),
        (f"{HOUSE}边上", "beside"),
        (f"{HOUSE}路段", "near"),
        (f"{HOUSE}公交站", "near"),
        (f"{HOUSE}转角处", "near"),
        (f"{HOUSE}东边50米", "near"),
        (f"靠近{HOUSE}", "near"),
        (f"距{HOUSE}约50米处", "near"),
        (f"{HOUSE}背面", "behind"),
        (f"{HOUSE}红绿灯路口", "junction"),
        (f"{HOUSE}左数第二间", "beside"),
        (f"{HOUSE}楼底下", "below"),
    ],
)
def test_a_relation_behind_the_house_is_told_and_is_no_part_of_its_address(text: str, relation: str) -> None:
    message = message_of(text)
    assert (message.address, message.relation) == (HOUSE, relation)


@pytest.mark.parametrize(("word", "sure"), [("楼下", True), ("门口", True), ("对面", False), ("附近", False)])
def test_what_is_beside_a_house_is_not_the_house(word: str, sure: bool) -> None:
    assert message_of(HOUSE + word).is_sure_of("building") is sure


def test_what_is_above_a_room_is_another_room() -> None:
    assert not message_of(f"{HOUSE}101楼上").is_sure_of("unit")
    assert message_of(f"{HOUSE}101楼下").is_sure_of("unit")


@pytest.mark.parametrize(
    "text", ["人民医院对面文英家园11栋", "地铁站B出口附近文英家园A栋", "对面岭村5号", "楼下村3栋", "旁边街2号"]
)
def test_a_relation_before_the_address_is_the_parsers_business(text: str) -> None:
    message = message_of(text)
    assert (message.address, message.relation) == (text, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("坪山大道829号（现搬到坪山大道845号）", [("present", "坪山大道845号"), ("former", "坪山大道829号")]),
        ("原坪山大道829号，现坪山大道845号", [("present", "坪山大道845号"), ("former", "坪山大道829号")]),
        ("旧址坪山大道829号 新址坪山大道845号", [("present", "坪山大道845号"), ("former", "坪山大道829号")]),
        ("坪山大道829号（原坪山大道800号）", [("present", "坪山大道829号"), ("former", "坪山大道800号")]),
        ("坪山大道829号101迁至坪山大道845号101", [("present", "坪山大道845号101"), ("former", "坪山大道829号101")]),
        ("坪山大道829号；坪山大道845号", [("also", "坪山大道829号"), ("also", "坪山大道845号")]),
        ("坪山大道829号、845号", [("also", "坪山大道829号"), ("also", "坪山大道845号")]),
        ("坪山大道829号101、102", [("also", "坪山大道829号101"), ("also", "坪山大道829号102")]),
        ("坪山大道829号101和102室", [("also", "坪山大道829号101室"), ("also", "坪山大道829号102室")]),
        ("新乔围路12号（现搬到新乔围路14号）", [("present", "新乔围路14号"), ("former", "新乔围路12号")]),
        ("新乔围路12号（新地址：新乔围路14号）", [("present", "新乔围路14号"), ("former", "新乔围路12号")]),
        ("龙湖花园3至5栋", [("also", "龙湖花园3栋"), ("also", "龙湖花园4栋"), ("also", "龙湖花园5栋")]),
    ],
)
def test_several_addresses_are_told_apart_the_present_one_first(text: str, expected: list[tuple[str, str]]) -> None:
    message = message_of(text)
    assert [(message.role, message.address), *((o.role, o.text) for o in message.others)] == expected
    assert not message.is_sure_of("building")


@pytest.mark.parametrize(
    "text",
    ["新和路12号", "原野路12号", "和平路8号", "现代城3栋", "坪山区、六联社区、坪山大道829号、101", "龙湖花园3-5-501"],
)
def test_one_address_is_one(text: str) -> None:
    assert message_of(text).others == ()


@pytest.mark.parametrize(
    ("text", "person", "phone"),
    [
        ("收件人：某某 电话 189 0000 0000 坪山大道829号", "某某", "189 0000 0000"),
        ("张三，13800138000，坪山大道829号", "张三", "13800138000"),
        ("坪山大道829号 李小明 +86 138-0013-8000", "李小明", "+86 138-0013-8000"),
        ("坪山大道829号（张三收）", "张三", ""),
        ("收货人: 张三 手机号码: 13800138000 详细地址: 坪山大道829号", "张三", "13800138000"),
        ("坪山大道829号 0755-28888888", "", "0755-28888888"),
        ("王先生 坪山大道829号", "王先生", ""),
    ],
)
def test_a_name_and_a_telephone_are_given_back_apart(text: str, person: str, phone: str) -> None:
    message = message_of(text)
    assert (message.address, message.contact.person, message.contact.phone) == (HOUSE, person, phone)


@pytest.mark.parametrize(
    "text",
    [
        "市民来电反映：坪山大道829号楼下垃圾堆积，请处理",
        "群众投诉坪山大道829号占道经营，请尽快处理",
        "接市民投诉，坪山大道829号漏水",
        "【12345热线】居民反映坪山大道829号",
    ],
)
def test_a_report_is_about_its_address(text: str) -> None:
    assert message_of(text).address == HOUSE


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u202d"])
def test_signs_without_a_width_are_no_part_of_a_text(sign: str) -> None:
    assert message_of(f"坪山大道82{sign}9号{sign}").address == HOUSE


@given(st.text(max_size=120))
def test_any_text_is_taken_apart(text: str) -> None:
    message = message_of(text)
    assert all(len(other.text) <= len(text) + 4 for other in message.others)
