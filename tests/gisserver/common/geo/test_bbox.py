"""Bounding boxes are read strictly."""

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.geo.bbox import BBox, parse_bbox


def test_four_numbers() -> None:
    assert parse_bbox("1,2,3.5,4") == BBox(1, 2, 3.5, 4)


def test_heights_are_ignored() -> None:
    assert parse_bbox("1,2,-50,3,4,100") == BBox(1, 2, 3, 4)


def test_north_first_is_turned() -> None:
    assert parse_bbox("22,114,23,115", north_first=True) == BBox(114, 22, 115, 23)


def test_a_box_over_the_antimeridian_is_two() -> None:
    box = parse_bbox("170,-10,-170,10")
    assert box.parts() == (BBox(170, -10, 180, 10), BBox(-180, -10, -170, 10))


def test_a_box_at_zero_is_no_empty_box() -> None:
    assert parse_bbox("0,0,0,0") == BBox(0, 0, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "1,2,3,4,5,6,7",
        "a,b,c,d",
        "NaN,1,2,3",
        "1,2,inf,3",
        "1,2,-inf,3",
        "1;2;3;4",
        "1,5,2,4",
        "190,0,-170,1",
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="bbox"):
        parse_bbox(text)


def test_only_degrees_cross_the_antimeridian() -> None:
    with pytest.raises(Invalid):
        parse_bbox("600000,1,500000,2", geographic=False)
