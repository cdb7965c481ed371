"""Every statement of a web server has a limit, and the refusal says which."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from gisserver.common.web.problems import problem_of, problem_response
from gisserver.settings.database import database_from_url
from tests.databases import cluster_url


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("process", "limits"), [("web", ["15s", "5s", "1min"]), ("job", ["0", "1min", "10min"]), ("command", ["0"] * 3)]
)
def test_each_kind_of_process_has_its_limits(process: str, limits: list[str], tmp_path: Path) -> None:
    entry = database_from_url(cluster_url(str(connection.settings_dict["NAME"])), home=tmp_path, process=process)
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    url = cluster_url(str(connection.settings_dict["NAME"]))
    with psycopg.connect(url, options=entry["OPTIONS"]["options"]) as server:
        found = [server.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
    assert [row[0] for row in found if row] == limits


def test_a_statement_of_a_web_server_waits_for_no_other_process(tmp_path: Path) -> None:
    entry = database_from_url("postgres:///gisserver", home=tmp_path, process="web")
    assert "max_parallel_workers_per_gather=0" in entry["OPTIONS"]["options"]


def test_another_kind_of_process_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="GISSERVER_PROCESS must be one of web, job, command"):
        database_from_url("", home=tmp_path, process="wep")


def failure(statement: str, limit: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as failed, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {limit}")
        cursor.execute(statement)
    return failed.value


@pytest.fixture
def locked_elsewhere(transactional_db: None) -> Any:
    with psycopg.connect(cluster_url(str(connection.settings_dict["NAME"]))) as other:
        other.execute("LOCK TABLE auth_user")
        yield


@pytest.mark.django_db
def test_a_statement_beyond_its_time_is_a_503_that_says_when_to_come_back() -> None:
    body = problem_of(failure("SELECT pg_sleep(30)", "statement_timeout = '10ms'"))
    assert body is not None
    assert (body["status"], body["code"]) == (503, "query_timeout")
    assert problem_response(RequestFactory().get("/"), body)["Retry-After"] == "5"


def test_a_lock_that_is_not_had_in_time_is_a_503(locked_elsewhere: Callable[..., None]) -> None:
    body = problem_of(failure("LOCK TABLE auth_user", "lock_timeout = '10ms'"))
    assert body is not None
    assert (body["status"], body["code"]) == (503, "lock_timeout")
