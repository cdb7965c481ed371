"""Named questions about jobs."""

from gisserver.common.access.models import Viewer
from gisserver.common.errors import Conflict, NotFound
from gisserver.common.jobs.models import Job, JobQuerySet, JobStatus
from gisserver.common.sentences import Sentence


def jobs_of(user: Viewer) -> JobQuerySet:
    """Return the user's jobs."""
    return Job.objects.visible_to(user)


def job_of(user: Viewer, job_id: int) -> Job:
    """Return one of the user's jobs. Raises NotFound."""
    job = jobs_of(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound("job_not_found", Sentence("You have no job {job_id}.", job_id=job_id))
    return job


def finished_job_of(user: Viewer, job_id: int) -> Job:
    """Return one of the user's jobs that is done. Raises NotFound, or Conflict ``job_not_done``."""
    job = job_of(user, job_id)
    if job.status != JobStatus.DONE:
        raise Conflict(
            "job_not_done",
            Sentence("The job is {status}, its result is not there.", status=job.status),
            job_status=job.status,
        )
    return job
