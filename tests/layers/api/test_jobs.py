"""POST /api/layers/jobs/: a worker publishes a large file, nobody's request waits."""

from pathlib import Path
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gisserver.common.access.models import Grant
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import Job, JobStatus
from layers import jobs
from layers.models import UploadedLayer


def send(client: Client, path: Path, **fields: Any) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post("/api/layers/jobs/", {"file": file, **fields})


def test_a_worker_publishes_the_file_under_its_owner(analyst: Client, places_file: Path) -> None:
    answer = send(analyst, places_file, id="mine")
    assert (answer.status_code, UploadedLayer.objects.count()) == (202, 0)
    runner.run(answer.json()["id"])
    layer = UploadedLayer.objects.get()
    assert (layer.slug, layer.source_name, layer.owner.username) == ("mine", "places.geojson", "analyst")  # type: ignore[union-attr]
    result = analyst.get(analyst.get(answer["Location"]).json()["result"])
    told = orjson.loads(b"".join(result.streaming_content))  # type: ignore[attr-defined]
    assert (told["id"], told["changed"], told["refused_count"]) == ("mine", True, 0)


def test_a_file_that_can_not_be_read_ends_the_job_with_its_code(analyst: Client, tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    path.write_text("no JSON")
    runner.run(send(analyst, path).json()["id"])
    assert (Job.objects.get().status, Job.objects.get().code) == (JobStatus.FAILED, "unreadable_file")


def test_a_job_that_is_cancelled_before_it_commits_publishes_nothing(
    analyst: Client, places_file: Path, monkeypatch: Any
) -> None:
    path = f"/api/jobs/{send(analyst, places_file).json()['id']}/"
    publish = jobs._published

    def cancelled_meanwhile(*arguments: Any, **options: Any) -> Any:
        assert analyst.delete(path).status_code == 200
        return publish(*arguments, **options)

    monkeypatch.setattr(jobs, "_published", cancelled_meanwhile)
    runner.run(Job.objects.get().pk)
    assert (Job.objects.get().status, UploadedLayer.objects.count()) == (JobStatus.CANCELLED, 0)


def test_who_may_publish_no_more_when_the_worker_comes_publishes_nothing(analyst: Client, places_file: Path) -> None:
    job = send(analyst, places_file).json()["id"]
    Grant.objects.filter(user=User.objects.get(username="analyst")).delete()
    runner.run(job)
    assert (Job.objects.get().code, UploadedLayer.objects.count()) == ("forbidden", 0)


def test_who_may_not_upload_starts_no_job(collector: Client, places_file: Path) -> None:
    assert send(collector, places_file).status_code == 403
    assert Job.objects.count() == 0
