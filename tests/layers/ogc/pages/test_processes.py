"""Processes: a query that a worker answers, for who asked for it alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.jobs import runner
from layers.models import UploadedLayer
from tests import factories
from tests.layers.conftest import read, refusal, signed_in

HIGH = {"query": {"collections": ["places"], "filter": "floors > 4", "properties": ["name", "floors"]}}


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.GISSERVER_HOME = tmp_path


def execute(client: Client, inputs: Any, process: str = "query") -> Any:
    """Ask for a job."""
    body = json.dumps({"inputs": inputs})
    return client.post(f"/ogc/processes/{process}/execution", body, content_type="application/json")


def test_a_process_says_what_it_takes(analyst: Client) -> None:
    assert "query" in [each["id"] for each in read(analyst, "/processes")["processes"]]
    assert list(read(analyst, "/processes/query")["inputs"]) == ["query", "f"]


def test_a_job_runs_and_its_result_is_fetched(analyst: Client, places: UploadedLayer) -> None:
    asked = execute(analyst, HIGH)
    job = asked.json()["jobID"]
    assert (asked.status_code, asked.json()["status"]) == (201, "accepted")
    assert asked["Location"].endswith(f"/ogc/jobs/{job}")
    runner.run(int(job))
    assert (read(analyst, f"/jobs/{job}")["status"], read(analyst, f"/jobs/{job}")["progress"]) == ("successful", 100)
    rows = b"".join(analyst.get(f"/ogc/jobs/{job}/results")).decode("utf-8-sig").split()
    assert rows == ["fid,name,floors", "3,丙,18", "4,丁,5"]


def test_statistics_are_a_query_too(analyst: Client, places: UploadedLayer) -> None:
    query = {"collections": ["places"], "statistics": "count", "filter": "floors > 4"}
    job = execute(analyst, {"query": query, "f": "json"}).json()["jobID"]
    runner.run(int(job))
    assert json.loads(b"".join(analyst.get(f"/ogc/jobs/{job}/results")))["groups"] == [{"count": 2}]


def test_a_job_is_its_authors_alone(analyst: Client, places: UploadedLayer) -> None:
    job = execute(analyst, HIGH).json()["jobID"]
    runner.run(int(job))
    other = signed_in(factories.user("other", role=Role.ANALYST, everywhere=True))
    assert [refusal(other, f"/jobs/{job}{page}")[0] for page in ("", "/results")] == [404, 404]
    assert other.delete(f"/ogc/jobs/{job}").status_code == 404
    assert read(other, "/jobs")["jobs"] == []


def test_a_job_is_dismissed(analyst: Client, places: UploadedLayer) -> None:
    job = execute(analyst, HIGH).json()["jobID"]
    assert analyst.delete(f"/ogc/jobs/{job}").json()["status"] == "dismissed"
    assert refusal(analyst, f"/jobs/{job}/results") == (409, "job_not_done")


def test_who_may_not_export_has_no_jobs(collector: Client, places: UploadedLayer) -> None:
    assert execute(collector, HIGH).status_code == 403


@pytest.mark.parametrize(
    ("inputs", "process", "code"),
    [
        ({"query": []}, "query", "bad_query"),
        ({"query": {"collections": ["nowhere"]}}, "query", "unknown_collection"),
        ({"colour": "red"}, "query", "bad_inputs"),
        (None, "query", "bad_inputs"),
        (HIGH | {"f": "pdf"}, "query", "unsupported_format"),
        ({}, "nothing", "unknown_process"),
    ],
)
def test_what_is_not_understood_is_refused(
    analyst: Client, places: UploadedLayer, inputs: Any, process: str, code: str
) -> None:
    assert execute(analyst, inputs, process).json()["code"] == code


def test_a_format_is_a_word(analyst: Client, places: UploadedLayer) -> None:
    refused = execute(analyst, HIGH | {"f": ["csv"]})
    assert (refused.status_code, refused.json()["code"]) == (400, "unsupported_format")
