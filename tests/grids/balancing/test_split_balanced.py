"""Parting: one grid in parts of about equal load."""

import pytest
import shapely

from grids.balancing.basic_units import basic_units_of
from grids.balancing.split_balanced import cuts, parted
from grids.editing.coverage.checker import violations
from grids.editing.refusals import EditRefused
from grids.editing.verbs.split import Split
from tests.drawing import area, drawn
from tests.towns import town

TOWN = town((1, 1), (4, 4), (3, 3), seed=2)
ATOMS = basic_units_of(TOWN.coverage, lines=TOWN.streets, buildings=TOWN.houses)
WEIGHTS = [sum(TOWN.households[each] for each in own) for own in ATOMS.buildings]


@pytest.mark.parametrize("parts", [2, 3, 5, 8])
def test_the_parts_carry_about_the_same(parts: int):
    loads = [sum(WEIGHTS[unit] for unit in own) for own in parted(ATOMS, WEIGHTS, range(len(ATOMS)), parts)]

    mean = sum(WEIGHTS) / parts
    assert all(abs(load / mean - 1) < 0.1 for load in loads)


@pytest.mark.parametrize("parts", [2, 5, 8])
def test_split_off_one_after_the_other_they_leave_a_partition(parts: int):
    coverage = TOWN.coverage
    (grid,) = coverage

    for number, part in enumerate(cuts(coverage, grid, ATOMS, WEIGHTS, parts)):
        coverage = Split(grid, f"new{number}", area=part).step(coverage).coverage

    assert len(coverage) == parts
    assert violations(coverage.to_polygons(), TOWN.coverage.frame.polygon) == []


def test_borders_follow_the_street_between_two_blocks():
    street = shapely.boundary(area((0, 0), (2, 0), (2, 1), (0, 1)))
    houses = [
        area((x, y), (x + 0.1, y), (x + 0.1, y + 0.1), (x, y + 0.1)) for x in (0.2, 0.7, 1.2, 1.7) for y in (0.2, 0.7)
    ]
    units = basic_units_of(drawn("AA"), lines=[street, area((0, 0), (1, 0), (1, 1), (0, 1))], buildings=houses)

    parts = parted(units, [1] * len(units), range(len(units)), 2)

    assert [round(units.area_of(sorted(own)).area) for own in parts] == [10_000, 10_000]


def test_a_grid_in_pieces_is_refused():
    coverage = drawn("ABA")
    units = basic_units_of(
        coverage, buildings=[area((0.2, 0.2), (0.4, 0.2), (0.4, 0.4)), area((2.2, 0.2), (2.4, 0.2), (2.4, 0.4))]
    )

    with pytest.raises(EditRefused, match="WOULD_SPLIT_IN_TWO"):
        cuts(coverage, "A", units, [1] * len(units), 2)
