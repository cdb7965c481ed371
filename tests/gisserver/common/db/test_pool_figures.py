"""What a real pool of connections does is seen in the figures."""

from collections.abc import Iterator

import pytest
from django.db import connection
from prometheus_client import REGISTRY
from psycopg_pool import ConnectionPool

from gisserver.common.db.pool_figures import Sampler


@pytest.fixture
def pool(db: None) -> Iterator[ConnectionPool]:
    parameters = {name: value for name, value in connection.get_connection_params().items() if name != "context"}
    with ConnectionPool(kwargs={**parameters, "cursor_factory": None}, min_size=2, max_size=2, open=False) as pool:
        pool.wait()
        yield pool


def figure(name: str) -> float:
    value = REGISTRY.get_sample_value(name)
    assert value is not None
    return value


def test_connections_in_use_are_told_from_idle_ones(pool: ConnectionPool) -> None:
    with pool.connection():
        Sampler(pool).sample()
        assert (figure("gisserver_pool_connections"), figure("gisserver_pool_idle")) == (2, 1)
    Sampler(pool).sample()
    assert figure("gisserver_pool_idle") == 2


def test_what_was_asked_for_is_counted_once_however_often_it_is_looked_at(pool: ConnectionPool) -> None:
    sampler, before = Sampler(pool), figure("gisserver_pool_requests_total")
    for _ in range(3):
        with pool.connection():
            pass
        sampler.sample()
    sampler.sample()
    assert figure("gisserver_pool_requests_total") - before == 3
