"""Two grids side by side, and when they are redrawn."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.factories import community_of
from tests.redrawing import check_constraints, signed_in


@pytest.fixture
def community(laws: None) -> Division:
    """AABB
    AABB
    """
    made = community_of("AABB/AABB")
    check_constraints()
    return made


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


@pytest.fixture
def later(tomorrow: datetime) -> datetime:
    return tomorrow + timedelta(days=1)


@pytest.fixture
def analyst(community: Division) -> Client:
    return signed_in("li", Role.ANALYST, community)
