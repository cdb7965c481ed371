"""Databases in the cluster that the tests run on, as other processes are told of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from psycopg import sql


def cluster_url(name: str) -> str:
    """Return the address of a database in the cluster that the tests run on."""
    database = settings.DATABASES["default"]
    host, port = str(database["HOST"] or ""), str(database["PORT"] or "")
    words = {"host": host, "port": port, "user": database["USER"], "password": database["PASSWORD"]}
    query = urlencode({word: value for word, value in words.items() if value}, quote_via=quote)
    return f"postgresql:///{name}?{query}"


@contextmanager
def new_database(name: str) -> Iterator[str]:
    """Make an empty database for as long as it is needed; yield its address."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
    with psycopg.connect(cluster_url("postgres"), autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(create)
        try:
            yield cluster_url(name)
        finally:
            connection.execute(drop)
