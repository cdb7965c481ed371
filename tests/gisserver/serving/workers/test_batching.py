"""Requests that a worker answers together."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection

from gisserver.serving.front.http.request import cgi_variables
from gisserver.serving.workers import batching
from gisserver.serving.workers.batching import Alone, Environ, One
from gisserver.serving.workers.worker import Worker
from tests.gisserver.serving.stand_ins import Scope, echo

DOOR = ("GET", "/api/there")


def test_a_connection_that_was_lost_is_not_used_again(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended_once(environs: Sequence[Environ], alone: Alone) -> list[One]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()" if ended else "SELECT pg_terminate_backend(pg_backend_pid())")
        return [(200, [], b"")]

    ended: list[bool] = []
    monkeypatch.setitem(batching.DOORS, DOOR, ended_once)
    worker = Worker(echo, Path(), 1, {}, frozenset())
    asked = {"batch": DOOR, "requests": [cgi_variables(Scope(), "id")], "sizes": [0]}
    statuses = []
    for _ in range(2):
        [(status, _headers, _size)] = worker._batched(DOOR, (asked, b""))[0]["answers"]
        statuses.append(status)
        ended.append(True)
    assert statuses == [503, 200]
