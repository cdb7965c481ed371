"""What of a raw text is an address, and what is personal."""

import pytest

from buildings.masking import address_part, mask_row, without_contacts


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("人民路1号幸福花园1栋301 王某 13800001234", "人民路1号幸福花园1栋301"),
        ("张三 人民路1号", "人民路1号"),
        ("人民路1号幸福花园1栋301王小明", "人民路1号幸福花园1栋301"),
        ("人民路1号(联系人：李四 电话13900001111)", "人民路1号"),
        ("户主王五 身份证440307199001011234 坪山大道829号", "坪山大道829号"),
        ("138-0000-1234 坪山大道829号101室", "坪山大道829号101室"),
        ("王先生家", ""),
        ("赵某", ""),
    ],
)
def test_names_and_numbers_of_people_are_no_part_of_an_address(raw: str, part: str) -> None:
    assert address_part(raw) == part


@pytest.mark.parametrize(
    "address", ["坪山街道石井社区石井路3号", "东纵路8号王府花园", "金地朗悦 3栋", "马峦山郊野公园", "老王头那栋楼"]
)
def test_an_address_stays_as_it_is(address: str) -> None:
    assert address_part(address) == address


def test_the_person_whom_a_row_is_about_is_known() -> None:
    assert address_part("人民路1号阿依古丽家门口", ["阿依古丽"]) == "人民路1号 家门口"


def test_a_bare_name_may_be_a_place_where_the_text_is_an_address() -> None:
    assert without_contacts("沙湖路12号 石井") == "沙湖路12号 石井"


def test_only_what_is_declared_is_masked() -> None:
    masked = mask_row({"head_name": "张三丰", "residents": 3, "phone": ""}, {"head_name": lambda name: name[:1]})
    assert masked == {"head_name": "张", "residents": 3, "phone": ""}
