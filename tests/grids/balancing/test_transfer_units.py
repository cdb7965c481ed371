"""Giving buildings away: the area that goes with them."""

import shapely

from grids.balancing.basic_units import BasicUnits, basic_units_of
from grids.balancing.transfer_units import units_to_transfer
from tests.drawing import area, drawn, line


def street(number: str) -> BasicUnits:
    """Return a row of lots in A (a digit: with a house, a dot: without one), and B east of them."""
    wide = len(number)
    streets = [shapely.LineString(line((x, 0), (x, 1))) for x in range(1, wide)]
    houses = [
        area((x + 0.3, 0.3), (x + 0.7, 0.3), (x + 0.7, 0.7), (x + 0.3, 0.7))
        for x, lot in enumerate(number)
        if lot != "."
    ]
    return basic_units_of(drawn("A" * wide + "B"), lines=streets, buildings=houses)


def test_a_house_at_the_border_goes_with_its_lot():
    assert units_to_transfer(street("123"), {2}, 0, 1) == {2}


def test_an_empty_lot_between_goes_with_it():
    assert units_to_transfer(street("12."), {1}, 0, 1) == {1, 2}


def test_a_house_between_does_not():
    assert units_to_transfer(street("123"), {1}, 0, 1) == {1}


def test_an_empty_lot_left_behind_goes_along():
    """North "h.B", south "hhB": all but the house in the south-west go, and the empty lot would be cut off."""
    streets = [shapely.LineString(line((1, 0), (1, 2))), shapely.LineString(line((0, 1), (2, 1)))]
    houses = [area((x + 0.3, y + 0.3), (x + 0.7, y + 0.3), (x + 0.7, y + 0.7)) for x, y in ((0, 0), (1, 0), (0, 1))]
    units = basic_units_of(drawn("AAB/AAB"), lines=streets, buildings=houses)
    empty = next(unit for unit, own in enumerate(units.buildings) if not own and units.home[unit] == 0)
    south_east, north_west = (next(a for a, own in enumerate(units.buildings) if house in own) for house in (1, 2))

    assert units_to_transfer(units, {south_east, north_west}, 0, 1) == {south_east, north_west, empty}
