"""Chinese addresses in English order."""

import pytest

from buildings.addresses.text.english import in_chinese_order
from buildings.addresses.text.normalize import normalize

CITIES = frozenset({"shenzhen", "guangdong"})


@pytest.mark.parametrize(
    ("written", "ordered"),
    [
        (
            "Room 101, 829 Pingshan Avenue, Pingshan District, Shenzhen",
            "shenzhen pingshan区 pingshan大道829号101室",
        ),
        (
            "Flat 2, No. 12 Lan Zhu Road, Liulian Community, Pingshan Subdistrict, Shenzhen, Guangdong, China 518118",
            "guangdong shenzhen pingshan街道 liulian社区 lanzhu路12号2室",
        ),
        ("829 Pingshan Avenue, Building 3, Room 501", " pingshan大道829号3栋501室"),
        ("5/F, 829 East Pingshan Street", " pingshan东街829号5楼"),
        ("Pingshan Avenue", " pingshan大道"),
    ],
)
def test_english_order_becomes_chinese_order(written: str, ordered: str) -> None:
    assert in_chinese_order(normalize(written), CITIES) == ordered


@pytest.mark.parametrize("written", ["pingshan", "longhu huayuan 3 dong", "101"])
def test_what_names_no_road_stays(written: str) -> None:
    assert in_chinese_order(written) is None
