"""Addresses in sentences: what leads to them and what follows is no part of them."""

import pytest

from buildings.addresses.text.message import message_of

HOUSE = "坪山大道829号101"


@pytest.mark.parametrize(
    "said",
    [
        f"市民来电反映：{HOUSE}漏水，请处理",
        f"居民来电称其住在{HOUSE}，楼上漏水",
        f"你好，我在{HOUSE}，家里停电了",
        f"我家在{HOUSE}",
        f"麻烦送到{HOUSE}，谢谢",
        f"寄到：{HOUSE}",
        f"请问{HOUSE}在哪里",
        f"{HOUSE}(放门口)",
        f"{HOUSE} (李女士 收)",
    ],
)
def test_the_address_is_what_is_left(said: str) -> None:
    assert message_of(said).address == HOUSE


@pytest.mark.parametrize(
    "address",
    ["来福路12号", "报业大厦3栋", "求知路5号", "东坐村8号", "请福路2号", "送水路1号", "位山街3号", "急水巷2号"],
)
def test_names_that_begin_as_sentences_do_stay_whole(address: str) -> None:
    assert message_of(address).address == address


@pytest.mark.parametrize(
    "said",
    ["中国广东省深圳市坪山大道829号", "中华人民共和国广东省深圳市坪山大道829号", "中国·广东省深圳市坪山大道829号"],
)
def test_the_country_says_nothing(said: str) -> None:
    assert message_of(said).address == "广东省深圳市坪山大道829号"
