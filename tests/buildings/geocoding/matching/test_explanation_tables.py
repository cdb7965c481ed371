"""What may be said of a house so that it is still the one, and what may not: read and explained, without a database."""

import pytest

from buildings.addresses.parsing.elements import Gazetteer, Kind, Place
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.geocoding.matching.explanation import Bound, Known, bound
from buildings.geocoding.matching.rank import Candidate, placed, score
from buildings.geocoding.understand import plain, understand

WITHIN = (
    Place(Kind.PROVINCE, "广东省"),
    Place(Kind.CITY, "深圳市"),
    Place(Kind.DISTRICT, "坪山区", 1),
    Place(Kind.SUBDISTRICT, "坪山街道", 2, 1),
    Place(Kind.COMMUNITY, "六联社区", 3, 2),
)
NAMES = Gazetteer([(place.name, place) for place in (*WITHIN, Place(Kind.COMMUNITY, "沙湖社区", 4, 2))])


def bounded(asked: str, registered: str) -> Bound | None:
    """Return what bounds the registered address as the answer, or None where it is none."""
    text = normalize(registered)
    candidate = Candidate("building", 1, 1, registered, text, readings=placed(parse(text, NAMES), WITHIN))
    found = score(understand(plain(asked), NAMES).readings, candidate, Known(NAMES.called, NAMES.kinds))
    return bound(found.reasons) if found.score >= 0.5 else None


@pytest.mark.parametrize(
    "asked",
    [
        "上海坪山大道829号",
        "宝安坪山大道829号",
        "浦东坪山大道829号",
        "香港坪山大道829号",
        "内蒙古坪山大道829号",
        "坪山大道829号 惠州",
        "坪山大道829号，上海市浦东新区",
        "坪山大道829号 深圳市龙华区",
    ],
)
def test_a_house_is_not_meant_where_another_city_or_district_is_said(asked: str) -> None:
    assert bounded(asked, "坪山大道829号") is Bound.ELSEWHERE


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("布吉坪山大道829号", "坪山大道829号"),
        ("沙湖坪山大道829号", "坪山大道829号"),
        ("坪山大道支路829号", "坪山大道829号"),
        ("坪山大道东段829号", "坪山大道829号"),
        ("坪江大道829号", "坪山大道829号"),
        ("天山大道829号", "坪山大道829号"),
        ("新坪山大道829号", "坪山大道829号"),
        ("坪山路829号", "坪山大道829号"),
        ("坪山大道829号后座", "坪山大道829号"),
        ("坪山大道829号附楼", "坪山大道829号"),
        ("新华王府5栋", "新华华府5栋"),
        ("新华家园5栋", "新华华府5栋"),
        ("新华华府花园5栋", "新华华府5栋"),
        ("新华华府西园5栋", "新华华府5栋"),
        ("新华华府C组团5栋", "新华华府5栋"),
        ("新华华府5栋B", "新华华府5栋"),
        ("竹村三巷18号", "竹塘村三巷18号"),
    ],
)
def test_a_house_is_doubted_where_something_said_is_another_s(asked: str, registered: str) -> None:
    assert bounded(asked, registered) in (Bound.DOUBTED, None)


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("坪山区坪山大道829号", "坪山大道829号"),
        ("坪山六联坪山大道829号", "坪山大道829号"),
        ("坪善大道829号", "坪山大道829号"),
        ("坪出大道829号", "坪山大道829号"),
        ("坪山大道道829号", "坪山大道829号"),
        ("坪山大道829号华润万家", "坪山大道829号"),
        ("中心小学坪山大道829号", "坪山大道829号"),
        ("坪山大道829好", "坪山大道829号"),
        ("坪山大道82 9号", "坪山大道829号"),
        ("坪山大道829.0号", "坪山大道829号"),
        ("新华华府小区5栋", "新华华府5栋"),
        ("坪山山水华府5栋", "山水华府5栋"),
        ("中心小学旁德达产业园E栋", "德达产业园E栋"),
        ("坪山新华华府5栋", "新华华府5栋"),
        ("新桦华府5栋", "新华华府5栋"),
        ("新华府5栋", "新华华府5栋"),
        ("新华华华府5栋", "新华华府5栋"),
        ("华新华府5栋", "新华华府5栋"),
        ("新华华府5洞", "新华华府5栋"),
        ("新华华府5#", "新华华府5栋"),
        ("宝街和12号", "宝和街12号"),
        ("六联社区竹村三巷18号", "竹塘村三巷18号"),
        ("下坑村三巷18号", "下坑村三巷18号"),
    ],
)
def test_a_house_is_meant_however_people_write_it(asked: str, registered: str) -> None:
    assert bounded(asked, registered) is Bound.NONE


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("下坑村三横巷18号", "下坑村三巷18号"),
        ("下坑村三组18号", "下坑村三巷18号"),
        ("下坑村三弄18号", "下坑村三巷18号"),
        ("坪山大道829-1号", "坪山大道829号"),
        ("坪山大道829A号", "坪山大道829号"),
    ],
)
def test_a_house_is_not_meant_by_another_number_or_lane(asked: str, registered: str) -> None:
    assert bounded(asked, registered) in (Bound.DOUBTED, None)
