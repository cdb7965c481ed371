"""Named changes of state of jobs."""

import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from procrastinate.contrib.django import app

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, TooLarge
from gisserver.common.jobs.models import UNFINISHED, Job, JobStatus
from gisserver.common.sentences import Sentence

MAX_BYTES = 1024**3
MAX_UNFINISHED = 20
KEPT = timedelta(days=7)


@transaction.atomic
def start_job(*, user: AbstractBaseUser, kind: str, arguments: Mapping[str, Any], source: Iterable[bytes]) -> Job:
    """Keep a file and have a worker go through it once this transaction commits.

    Raises Conflict ``too_many_jobs`` for a user who has 20 waiting, TooLarge above 1 GiB.
    """
    if Job.objects.visible_to(user).filter(status__in=UNFINISHED).count() >= MAX_UNFINISHED:
        raise Conflict(
            "too_many_jobs",
            Sentence(
                "{max_unfinished} of your jobs are not finished; wait or cancel one.", max_unfinished=MAX_UNFINISHED
            ),
        )
    job = Job.objects.create(kind=kind, arguments=dict(arguments), author_id=user.pk)
    try:
        _keep(job, source)
    except BaseException:
        shutil.rmtree(job.folder, ignore_errors=True)
        raise
    app.configure_task("jobs.run", queueing_lock=f"job {job.pk}").defer(job_id=job.pk)
    return job


def _keep(job: Job, source: Iterable[bytes]) -> None:
    job.folder.mkdir(mode=0o700, parents=True)
    size = 0
    with job.source.open("wb") as file:
        for block in source:
            size += len(block)
            if size > MAX_BYTES:
                raise TooLarge(
                    "file_too_large",
                    Sentence("The file may have at most {max_bytes} MiB; split it.", max_bytes=MAX_BYTES // 2**20),
                )
            file.write(block)


@transaction.atomic
def cancel_job(*, user: AbstractBaseUser, job_id: int) -> Job:
    """Cancel a job that has not ended: its worker stops after the piece at hand. Locks the job's row.

    Raises Job.DoesNotExist for one that is not the user's, Conflict ``job_ended``.
    """
    job = Job.objects.visible_to(user).select_for_update().get(pk=job_id)
    if job.status not in UNFINISHED:
        raise Conflict(
            "job_ended", Sentence("The job has ended already: {status}.", status=job.status), job_status=job.status
        )
    job.status, job.ended_at = JobStatus.CANCELLED, database_now()
    job.save(update_fields=["status", "ended_at"])
    return job


def forget_old_jobs(*, now: datetime | None = None) -> int:
    """Remove the jobs that ended a week ago, with their files; return how many."""
    old = Job.objects.filter(ended_at__lt=(now or database_now()) - KEPT)
    jobs = list(old)
    for job in jobs:
        shutil.rmtree(job.folder, ignore_errors=True)
    Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)
