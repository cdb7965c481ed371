"""Law 3: every point of the district has exactly one grid, by one rule."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from grids.models import GridVersion
from tests.factories import LONG_AGO, at, community_of, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


def grid_of(place: Point, tolerance_m: float = 50.0) -> tuple[str | None, str, float | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.code, g.rule, g.margin_m FROM grids_grid_of(%s::geometry, now(), %s) g "
            "JOIN grids_gridversion v ON v.id = g.version_id",
            [place.hexewkb.decode(), tolerance_m],
        )
        return cursor.fetchone() or (None, "none", None)


def test_a_point_inside_one_grid() -> None:
    community_of("AB")
    assert grid_of(at(1.3, 0.5)) == ("B", "inside", pytest.approx(30))


def test_on_a_shared_border_the_lowest_code_wins() -> None:
    community_of("BA")
    assert grid_of(at(1, 0.5)) == ("A", "border", 0)


def test_on_a_corner_of_four_the_lowest_code_wins() -> None:
    community_of("DC/BA")
    assert grid_of(at(1, 1)) == ("A", "border", 0)


def test_just_outside_the_nearest_grid_is_taken_and_says_so() -> None:
    community_of("AB")
    assert grid_of(at(2.2, 0.5)) == ("B", "nearest", pytest.approx(20))


def test_far_outside_there_is_none() -> None:
    community_of("AB")
    assert grid_of(at(4, 0.5)) == (None, "none", None)


def test_an_enclosed_grid_wins_its_hole() -> None:
    community_of("AAA/ABA/AAA")
    assert grid_of(at(1.5, 1.5))[:2] == ("B", "inside")


def test_an_ended_grid_is_responsible_no_more() -> None:
    community_of("A")
    GridVersion.objects.all().end(hours_ago(1))
    assert grid_of(at(0.5, 0.5)) == (None, "none", None)
    assert GridVersion.objects.at(LONG_AGO).count() == 1
