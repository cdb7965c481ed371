"""A community of three grids, whose supervisor keeps the posts."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.factories import community_of
from tests.redrawing import check_constraints, signed_in
from tests.staff import joined


@pytest.fixture
def community(laws: None) -> Division:
    """AAB
    AAB
    """
    made = community_of("AAB/AAB")
    check_constraints()
    return made


@pytest.fixture
def supervisor(community: Division) -> Client:
    return signed_in("wang", Role.SUPERVISOR, community)


@pytest.fixture
def chen(supervisor: Client) -> int:
    return joined(supervisor, "陈静", phone="13800001234", since="2025-01-01T00:00:00+08:00")


@pytest.fixture
def lin(supervisor: Client) -> int:
    return joined(supervisor, "林涛", since="2025-01-01T00:00:00+08:00")
