"""Two officers of the community of `tests/grids/conftest.py`."""

import pytest
from django.test import Client

from tests.staff import joined


@pytest.fixture
def chen(supervisor: Client) -> int:
    return joined(supervisor, "陈静", phone="13800001234", since="2025-01-01T00:00:00+08:00")


@pytest.fixture
def lin(supervisor: Client) -> int:
    return joined(supervisor, "林涛", since="2025-01-01T00:00:00+08:00")
