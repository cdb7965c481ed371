"""Measures of a grid's shape."""

from math import pi

from grids.editing.geometry.measures import measures
from tests.drawing import drawn


def test_a_square():
    square = measures(drawn("A")["A"])

    assert (square.area_m2, square.perimeter_m, square.compactness) == (10_000, 400, pi / 4)


def test_a_hole_counts():
    ring = measures(drawn("AAA/ABA/AAA")["A"])

    assert (ring.parts, ring.holes, ring.area_m2, ring.perimeter_m) == (1, 1, 80_000, 1600)
