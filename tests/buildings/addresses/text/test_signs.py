"""Which signs are written for one another."""

import pytest

from buildings.addresses.text.signs import look_alike, mistaken, sound_alike


@pytest.mark.parametrize("pair", ["桥乔", "山三", "坪评", "岭零", "龙农"])
def test_signs_that_sound_alike(pair: str) -> None:
    assert sound_alike(*pair)


@pytest.mark.parametrize("pair", ["湖糊", "末未", "公分", "永水", "达运", "大太"])
def test_signs_that_look_alike(pair: str) -> None:
    assert look_alike(*pair)


@pytest.mark.parametrize("pair", ["山江", "华王", "盛荣", "安和", "坪火"])
def test_signs_that_nobody_takes_for_one_another(pair: str) -> None:
    assert not mistaken(*pair)
