"""Working through a job: piece by piece, each one kept for good before it counts, so that a crash loses one at most."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.db import OperationalError, connection, transaction

from gisserver.common.db.clock import database_now
from gisserver.common.errors import DomainError
from gisserver.common.jobs.kinds import Piece, Run, kind_of
from gisserver.common.jobs.models import UNFINISHED, Job, JobStatus
from gisserver.common.jobs.sharing import shared_pieces, worth_sharing
from gisserver.common.sentences import Sentence, to_json

logger = logging.getLogger(__name__)

# A file that brings its worker down before a piece is done would do so for ever.
MAX_STARTS = 5


def run(job_id: int) -> None:
    """Work through a job from where it stands; nothing when it has ended, or when another worker is at it.

    A failure ends it with a code and a sentence; a crash leaves it as it is, for the next worker, unless five in a row
    have crashed at the same piece.
    """
    with _alone_with(job_id) as alone:
        job = Job.objects.filter(pk=job_id, status__in=UNFINISHED).first() if alone else None
        if job is None:
            return
        if job.starts >= MAX_STARTS:
            said = Sentence("{starts} workers in a row broke off here.", starts=job.starts)
            _end(job, JobStatus.FAILED, "job_crashes", said)
            return
        try:
            _work(job)
        except OperationalError:  # the database went away: the job did not fail, it goes on when that is back
            raise
        except DomainError as error:
            _end(job, JobStatus.FAILED, error.code, error.detail)
        except Exception:
            logger.exception("job %s failed", job)
            _end(job, JobStatus.FAILED, "job_failed", Sentence("The job failed; the server's log says why."))


@contextmanager
def _alone_with(job_id: int) -> Iterator[bool]:
    """Hold the job for this session of the database: whoever dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('jobs.job'), %s)", [job_id])
        row = cursor.fetchone()
        got = bool(row and row[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('jobs.job'), %s)", [job_id])


def _work(job: Job) -> None:
    job.status, job.starts = JobStatus.RUNNING, job.starts + 1
    job.started_at = job.started_at or database_now()
    if not _saved(job, "status", "starts", "started_at"):
        return
    opened = kind_of(job).open(job)
    job.rows_total = opened.rows
    _saved(job, "rows_total")
    with job.result.open("r+b" if job.result.exists() else "x+b") as result:
        done = all(_kept(job, result, piece) for piece in _left(job, opened))
    if done:
        _finish(job, opened)
        _end(job, JobStatus.DONE)


def _finish(job: Job, opened: Run) -> None:
    """Make the file that goes out of the kept pieces; again from the start, after a crash."""
    if opened.finish is not None:
        unfinished = job.folder / "unfinished"
        opened.finish(job.result, unfinished)
        unfinished.replace(job.finished)


def _left(job: Job, opened: Run) -> Iterator[Piece]:
    """Yield the pieces that are not kept yet; an empty file still has its heading."""
    if opened.share and worth_sharing(opened.rows - job.rows_done):
        return shared_pieces(job.pk, job.rows_done)
    return opened.pieces(job.rows_done) if job.rows_done < opened.rows or not job.bytes_done else iter(())


def _kept(job: Job, result: BinaryIO, piece: Piece) -> bool:
    """Write a piece behind the good bytes, and only then say that it is there; False when the job was cancelled."""
    result.seek(job.bytes_done)
    result.write(piece.content)
    result.truncate()
    result.flush()
    os.fsync(result.fileno())
    job.rows_done, job.bytes_done, job.starts = piece.rows_done, job.bytes_done + len(piece.content), 0
    return _saved(job, "rows_done", "bytes_done", "starts")


def _saved(job: Job, *names: str) -> bool:
    values = {name: getattr(job, name) for name in names}
    return bool(Job.objects.filter(pk=job.pk, status__in=UNFINISHED).update(**values))


@transaction.atomic
def _end(job: Job, status: JobStatus, code: str = "", detail: Sentence | None = None) -> None:
    Job.objects.filter(pk=job.pk, status__in=UNFINISHED).update(
        status=status, code=code, detail=detail or "", said=to_json(detail), ended_at=database_now()
    )
