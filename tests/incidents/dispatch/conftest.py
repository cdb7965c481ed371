"""A community AB with a dispatcher, a collector and officers."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests import factories
from tests.factories import community_of
from tests.redrawing import check_constraints, signed_in


@pytest.fixture
def community(laws: None) -> Division:
    factories.incident_type("A")
    made = community_of("AB")
    check_constraints()
    return made


@pytest.fixture
def dispatcher(community: Division) -> Client:
    return signed_in("sun", Role.DISPATCHER, community)


@pytest.fixture
def supervisor(community: Division) -> Client:
    return signed_in("wang", Role.SUPERVISOR, community)


@pytest.fixture
def collector(community: Division) -> Client:
    return signed_in("li", Role.COLLECTOR, community)
