"""A long file is worked on by several processes; its bytes are those of one."""

import multiprocessing
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from buildings.geocoding.files.kinds import PIECE, kind_name
from buildings.geocoding.files.work import Asked
from gisserver.common.jobs import runner, sharing
from gisserver.common.jobs.kinds import kind_of
from gisserver.common.jobs.models import Job
from gisserver.common.jobs.services import start_job
from tests.databases import cluster_url

ROWS = 3 * PIECE + 5


@pytest.fixture
def job(transactional_db: None, settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Job:
    """A file of places, every other one of which is none; other processes find the database and the home."""
    settings.GISSERVER_HOME = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setenv("GISSERVER_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", cluster_url(str(connection.settings_dict["NAME"])))
    monkeypatch.setattr(sharing, "PROCESSES", 2)
    rows = "".join(f"{number},{91 + number % 2},200\n" for number in range(ROWS))
    user = User.objects.create(username="ana", is_superuser=True)
    return start_job(
        user=user,
        kind=kind_name("reverse/csv"),
        arguments=Asked().to_json(),
        source=[b"name,lat,lon\n", rows.encode()],
    )


def test_a_shared_job_has_the_bytes_of_one_process(job: Job) -> None:
    alone = b"".join(piece.content for piece in kind_of(job).open(job).pieces(0))
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.rows_done) == ("done", ROWS)
    assert job.result.read_bytes() == alone


def test_the_end_of_one_of_the_processes_is_a_crash_of_the_worker(job: Job) -> None:
    pieces = sharing.shared_pieces(job.pk, 0)
    assert next(pieces).rows_done == PIECE
    for process in multiprocessing.active_children():
        process.kill()
    with pytest.raises(OperationalError, match="has ended"):
        list(pieces)
    assert multiprocessing.active_children() == []
