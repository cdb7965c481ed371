"""Who redraws in these tests: the people of a community and a draft; a file may draw another community."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.factories import community_of
from tests.redrawing import COMMUNITY, Draft, check_constraints, signed_in


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
def reviewer(community: Division) -> Client:
    return signed_in("zhao", Role.REVIEWER, community)


@pytest.fixture
def draft(supervisor: Client) -> Draft:
    return Draft(supervisor, COMMUNITY)
