"""Which member of a report decides. Pure."""

import pytest

from incidents.placed_by import DEFAULT, Member, deciding

UNIT, BUILDING, ADDRESS, POINT = Member


@pytest.mark.parametrize(
    ("order", "found", "by"),
    [
        (DEFAULT, {POINT, BUILDING}, BUILDING),
        ((POINT, BUILDING), {POINT, BUILDING}, POINT),
        ((ADDRESS, POINT), {POINT, UNIT}, POINT),
        (DEFAULT, {ADDRESS}, None),
        (DEFAULT, set(), None),
    ],
)
def test_the_first_of_the_order_that_has_a_place(
    order: tuple[Member, ...], found: set[Member], by: Member | None
) -> None:
    decided = deciding(order, {member: f"place of {member}" for member in found})
    assert decided == (by and (by, f"place of {by}"))
