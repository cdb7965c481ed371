"""Grids and divisions of many places at once, against asking each shape for each place."""

import numpy as np
import pytest
import shapely

from buildings.geocoding.register.area_index import Area, Areas, GridsAndDivisions

#   c001 | c002
#   -----+-----      squares of 10 m
#   c003 | c004
SQUARES = {"c003": (0, 0), "c004": (10, 0), "c001": (0, 10), "c002": (10, 10)}


def squares(*, hidden: str = "") -> list[Area]:
    return [
        Area("grid", n, code, "", shapely.box(x, y, x + 10, y + 10), visible=code != hidden)
        for n, (code, (x, y)) in enumerate(SQUARES.items())
    ]


def asked(*places: tuple[float, float], tolerance_m: float = 5.0) -> list[str]:
    return GridsAndDivisions(squares()).grids(shapely.points(list(places)), tolerance_m)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((5, 5), "c003"),
        ((10.1, 5), "c004"),
        ((9.9, 5), "c003"),
        ((10, 5), "c003"),  # on the border: the lowest code
        ((10, 10), "c001"),  # on the corner of all four
        ((-4.9, 15), "c001"),  # outside, near enough
        ((-5.1, 15), ""),
    ],
)
def test_a_place_has_one_grid(place: tuple[float, float], code: str) -> None:
    assert asked(place) == [code]


def test_a_hidden_grid_is_not_told_and_no_neighbour_instead() -> None:
    areas = GridsAndDivisions(squares(hidden="c003"))
    assert areas.grids(shapely.points([(9.9, 5)]), 5.0) == [""]


def test_every_place_has_the_grid_that_covers_it_also_a_tenth_of_a_metre_from_borders() -> None:
    chance = np.random.default_rng(7)
    somewhere = chance.uniform(0, 20, (2000, 2))
    beside = np.column_stack([10 + chance.choice([-0.1, 0.1], 500), chance.uniform(0, 20, 500)])
    points = shapely.points(np.vstack([somewhere, beside]))
    areas = sorted(squares(), key=lambda area: area.code)
    brute = [next(area.code for area in areas if shapely.covers(area.shape, point)) for point in points]
    assert [area.code if area else "" for area in Areas(squares()).containing(points)] == brute
    assert GridsAndDivisions(squares()).grids(points, 5.0) == brute


def test_nowhere_is_no_division() -> None:
    assert GridsAndDivisions([]).divisions(shapely.points([(1, 1), (2, 2)])) == [(), ()]
