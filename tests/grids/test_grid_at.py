"""The door's question "which grid is here" is one look at the database."""

from typing import Any

import pytest

from grids.selectors import grid_at
from tests.factories import administrator, at, community_of, lonlat

pytestmark = pytest.mark.django_db


def test_the_grid_its_rule_and_whether_it_may_be_seen_are_one_statement(django_assert_num_queries: Any) -> None:
    community_of("AB")
    lon, lat = lonlat(at(0.5, 0.5))
    user = administrator()
    with django_assert_num_queries(1):
        assert grid_at(user=user, x=lon, y=lat).grid == "A"
