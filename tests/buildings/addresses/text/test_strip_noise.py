"""What stands around an address."""

import pytest

from buildings.addresses.text.strip_noise import tidied


@pytest.mark.parametrize(
    "written",
    [
        "收货地址：龙湖花园3栋501",
        "住址: 龙湖花园3栋501",
        "518118 龙湖花园3栋501",
        "５１８１１８ 龙湖花园3栋501",
        "收貨地址：龙湖花园3栋501",
        "详 细地　址 : 龙湖花园3栋501",
        "龙湖花园3栋501电联",
        "龙湖花园3栋501 电话13800138000",
        "龙湖花园3栋501，0755-12345678",
        "龙湖花园3栋501（近地铁站）",
        "龙湖花园3栋501(联系电话 13800138000)",
    ],
)
def test_what_is_no_part_of_the_address_goes(written: str) -> None:
    assert tidied(written).strip(" ，") == "龙湖花园3栋501"


@pytest.mark.parametrize(
    "written", ["龙湖花园（二期）3栋", "坪山大道12号（创新广场A座）", "02139 Cambridge", "地址路5号"]
)
def test_what_is_part_of_it_stays(written: str) -> None:
    assert tidied(written) == written
