"""Values become colours; what has no value is transparent."""

import numpy as np
import pytest

from gisserver.common.errors import Invalid
from rasters.hillshade import hillshade
from rasters.painting import CLEAR, Classes, Picture, Ramp, parse_classes, ramp_colours

_VALID = np.array([[True, True, False]])
RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def test_a_ramp_goes_from_its_first_colour_to_its_last() -> None:
    painted = Ramp("viridis", 10.0, 20.0).paint(np.array([[5.0, 25.0, 15.0]]), _VALID)
    colours = [painted.palette[index] for index in painted.indices[0]]
    assert colours == [ramp_colours("viridis")[0], ramp_colours("viridis")[-1], CLEAR]


def test_only_the_named_classes_are_painted() -> None:
    painted = Classes(((7.0, RED), (2.0, BLUE))).paint(np.array([[2.0, 3.0, 7.0]]), np.ones((1, 3), bool))
    assert [painted.palette[index] for index in painted.indices[0]] == [BLUE, CLEAR, RED]


def test_three_bands_are_red_green_and_blue() -> None:
    values = np.array([[[0.0, 10.0, 5.0]], [[0.0, 0.0, 5.0]], [[4.0, 2.0, 5.0]]])
    painted = Picture(((0.0, 10.0), (0.0, 10.0), (0.0, 4.0))).paint(values, _VALID)
    assert painted[0].tolist() == [[0, 0, 255, 255], [255, 0, 128, 255], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"a": "#000000"}', '{"1": "red"}', '{"1": 3}', '{"nan": "#000000"}', "[" * 99_999]
)
def test_a_colormap_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_classes(text)
    assert refused.value.code == "bad_colormap"


def test_a_slope_towards_the_light_is_brighter_than_the_plain() -> None:
    """The light comes from the north-west: a slope that rises to the south-east faces it."""
    south, east = np.mgrid[0:5, 0:5].astype(float)
    plain, facing, turned = (hillshade(slope * 30.0, 30.0)[1, 1] for slope in (0 * east, south + east, -south - east))
    assert facing > plain > turned
    assert plain == pytest.approx(255 * 0.5**0.5)
