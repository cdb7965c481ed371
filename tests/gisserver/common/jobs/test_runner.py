"""Jobs worked through, broken off, gone on with."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from gisserver.common.errors import Conflict
from gisserver.common.jobs import kinds, runner
from gisserver.common.jobs.kinds import Piece, Run
from gisserver.common.jobs.models import Job
from gisserver.common.jobs.services import MAX_UNFINISHED, cancel_job, forget_old_jobs
from tests.capitals import CAPITALS, Start, open_capitals

EXPECTED = "".join(f"LINE {number}\n" for number in range(35)).encode()


class Killed(BaseException):
    """What ends a worker at once, whatever it is doing."""


def breaking(after: int, error: BaseException) -> Callable[[Job], Run]:
    """Return the kind's opening, for a worker that dies after so many pieces."""

    def opened(job: Job) -> Run:
        run = open_capitals(job)

        def pieces(start: int) -> Iterator[Piece]:
            for number, piece in enumerate(run.pieces(start)):
                if number == after:
                    raise error
                yield piece

        return replace(run, pieces=pieces)

    return opened


@pytest.fixture
def worker_that_dies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Job, int, BaseException], None]]:
    """Work at a job until it dies there."""

    def work(job: Job, after: int, error: BaseException) -> None:
        with monkeypatch.context() as patch:
            patch.setitem(kinds._kinds, "capitals", replace(CAPITALS, open=breaking(after, error)))
            with pytest.raises(type(error)):
                runner.run(job.pk)
        job.refresh_from_db()

    yield work


def finished(job: Job) -> Job:
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_ends_with_a_line_for_each_line(start: Start) -> None:
    job = finished(start())
    assert (job.status, job.rows_done, job.rows_total) == ("done", 35, 35)
    assert job.result.read_bytes() == EXPECTED


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_resumed_job_has_the_same_bytes(start: Start, worker_that_dies: Callable[..., None], after: int) -> None:
    job = start()
    worker_that_dies(job, after, Killed())
    assert (job.status, job.rows_done) == ("running", after * 10)
    assert finished(job).result.read_bytes() == EXPECTED


def test_a_job_that_brings_down_one_worker_after_the_other_is_given_up(
    start: Start, worker_that_dies: Callable[..., None]
) -> None:
    job = start()
    worker_that_dies(job, 1, Killed())
    for _ in range(runner.MAX_STARTS):
        worker_that_dies(job, 0, Killed())
    job = finished(job)
    assert (job.status, job.code, job.rows_done) == ("failed", "job_crashes", 10)


def test_crashes_at_different_pieces_are_forgiven(start: Start, worker_that_dies: Callable[..., None]) -> None:
    job = start()
    for _ in range(3):
        worker_that_dies(job, 1, Killed())
        worker_that_dies(job, 0, Killed())
    assert finished(job).result.read_bytes() == EXPECTED


def test_what_a_crash_left_half_written_is_written_over(start: Start, worker_that_dies: Callable[..., None]) -> None:
    job = start()
    worker_that_dies(job, 2, Killed())
    with job.result.open("ab") as result:
        result.write(b"HALF A PIE")
    assert finished(job).result.read_bytes() == EXPECTED


def test_a_lost_database_is_no_failure(start: Start, worker_that_dies: Callable[..., None]) -> None:
    job = start()
    worker_that_dies(job, 1, OperationalError("gone"))
    assert job.status == "running"


def test_a_source_that_cannot_be_read_fails_with_its_reason(start: Start) -> None:
    job = finished(start(text="good\nbad\n"))
    assert (job.status, job.code, job.detail) == ("failed", "bad_line", "A line is bad.")


def test_an_ended_job_is_not_worked_at_again(start: Start) -> None:
    job = finished(start())
    job.result.write_bytes(b"as it was")
    assert finished(job).result.read_bytes() == b"as it was"


def test_two_workers_never_share_a_job(start: Start) -> None:
    job = start()
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('jobs.job'), %s)", [job.pk])
        assert finished(job).status == "queued"
    finally:
        other.close()


def test_a_cancelled_job_stops(start: Start) -> None:
    job = start()
    cancel_job(user=job.author, job_id=job.pk)
    assert finished(job).status == "cancelled"


def test_an_ended_job_cannot_be_cancelled(start: Start) -> None:
    job = finished(start())
    with pytest.raises(Conflict, match="ended already"):
        cancel_job(user=job.author, job_id=job.pk)


def test_one_user_cannot_fill_the_queue(start: Start) -> None:
    for _ in range(MAX_UNFINISHED):
        start(lines=1)
    with pytest.raises(Conflict, match="wait or cancel"):
        start(lines=1)


def test_jobs_are_forgotten_a_week_after_their_end(start: Start) -> None:
    job = finished(start())
    assert forget_old_jobs(now=timezone.now() + timedelta(days=8)) == 1
    assert not job.folder.exists()
