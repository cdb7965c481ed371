"""`/api/jobs/` as its author, and anybody else, meets it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.jobs import runner
from tests.capitals import Start


def signed_in(name: str) -> Client:
    user, _created = User.objects.get_or_create(username=name)
    Grant.objects.get_or_create(user=user, role=Role.ANALYST)
    client = Client()
    client.force_login(user)
    return client


def test_an_author_watches_a_job_and_fetches_its_result(start: Start) -> None:
    ana, job = signed_in("ana"), start(lines=3)
    assert ana.get(f"/api/jobs/{job.pk}/").json()["status"] == "queued"
    runner.run(job.pk)
    state = ana.get(f"/api/jobs/{job.pk}/").json()
    assert (state["status"], state["progress"]) == ("done", 1.0)
    result = ana.get(state["result"])
    assert b"".join(result.streaming_content) == b"LINE 0\nLINE 1\nLINE 2\n"  # type: ignore[attr-defined]
    assert result["Content-Type"] == "text/plain"


def test_who_fetches_a_result_is_noted(
    start: Start, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    ana, job = signed_in("ana"), start(lines=3)
    runner.run(job.pk)
    with caplog.at_level("INFO", "gisserver.security"), django_capture_on_commit_callbacks(execute=True):
        ana.get(f"/api/jobs/{job.pk}/result/").getvalue()
    [event] = [record.__dict__["members"] for record in caplog.records if record.name == "gisserver.security"]
    assert (event["kind"], event["subject"], event["door"]) == (
        "export",
        job.author_id,
        "/api/jobs/<int:job_id>/result/",
    )


def test_a_job_is_its_author_s_alone(start: Start) -> None:
    job = start(name="ana")
    bo = signed_in("bo")
    assert bo.get("/api/jobs/").json()["results"] == []
    assert bo.get(f"/api/jobs/{job.pk}/").status_code == 404
    assert bo.delete(f"/api/jobs/{job.pk}/").status_code == 404


def test_a_result_that_is_not_there_yet_is_a_conflict(start: Start) -> None:
    job = start()
    answer = signed_in("ana").get(f"/api/jobs/{job.pk}/result/")
    assert (answer.status_code, answer.json()["code"]) == (409, "job_not_done")


def test_a_job_is_cancelled_once(start: Start) -> None:
    ana, job = signed_in("ana"), start()
    assert ana.delete(f"/api/jobs/{job.pk}/").json()["status"] == "cancelled"
    assert ana.delete(f"/api/jobs/{job.pk}/").status_code == 409


@pytest.mark.django_db
def test_nobody_else_gets_in() -> None:
    assert Client().get("/api/jobs/").status_code == 401
