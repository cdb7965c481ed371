"""Positions are read in any usual notation, and nothing else is taken for one."""

import pytest

from buildings.addresses.text.coordinates import positions_in

HERE = (pytest.approx(114.348, abs=1e-3), pytest.approx(22.690, abs=1e-3))


@pytest.mark.parametrize(
    "text",
    [
        "22.690,114.348",
        " 22.690 114.348 ",
        "(22.690；114.348)",
        "N22°41'24\" E114°20'53\"",
        "东经114°20′53″，北纬22°41′24″",
        "东经114.348度北纬22.690度",
        "22.690N 114.348E",
        "lat=22.690 lon=114.348",
        "geo:22.690,114.348",
        "POINT(114.348 22.690)",
    ],
)
def test_a_position(text: str) -> None:
    assert positions_in(text)[0] == HERE


def test_longitude_first_where_nothing_else_is_possible() -> None:
    assert positions_in("114.348,22.690") == [HERE]


@pytest.mark.parametrize("text", ["东街3号", "5栋101", "3-501", "22 114", "3.2.501", "220.5,214.3", "22.69", ""])
def test_no_position(text: str) -> None:
    assert positions_in(text) == []
