"""What a worker does: work through a job, go on with those that a crash has left, forget the old ones."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from gisserver.common.collecting import collect_rarely


@app.task(name="jobs.run")
def run_job(job_id: int) -> None:
    """Work through a job."""
    from gisserver.common.jobs import runner  # the runner's models are not loaded when tasks are

    collect_rarely()
    runner.run(job_id)


@app.periodic(cron="* * * * *")
@app.task(name="jobs.resume", queueing_lock="jobs.resume", pass_context=False)
def resume_jobs(timestamp: int) -> None:
    """Queue every unfinished job again: one that a worker is at is left to it, one that a crash left goes on."""
    from gisserver.common.jobs.models import UNFINISHED, Job

    for job_id in Job.objects.filter(status__in=UNFINISHED).order_by("pk").values_list("pk", flat=True):
        try:
            run_job.configure(queueing_lock=f"job {job_id}").defer(job_id=job_id)
        except AlreadyEnqueued:
            continue


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.forget", queueing_lock="jobs.forget", pass_context=False)
def forget_jobs(timestamp: int) -> None:
    """Forget the jobs that ended a week ago, the reports of a month ago, and who signed in half a year ago."""
    from gisserver.common.access.credentials import sign_ins
    from gisserver.common.imports import reports
    from gisserver.common.jobs import services

    services.forget_old_jobs()
    reports.forget_old()
    sign_ins.forget_old()
