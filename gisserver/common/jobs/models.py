"""Jobs: what was asked, by whom, how far it has come."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer


class JobStatus(models.TextChoices):
    """The life of a job."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    """The reading vocabulary of jobs."""

    def visible_to(self, user: Viewer) -> "JobQuerySet":
        """Return the user's own jobs: their files may hold what only their author may see."""
        return self.filter(author_id=user.pk) if user.is_authenticated else self.none()


class Job(models.Model):
    """A file to be worked through row by row (任务). Its files lie in the home, in a folder of their own.

    ``rows_done`` and ``bytes_done`` say up to where the result is good: what lies beyond is a crash's remains.
    """

    kind = models.CharField(max_length=40)
    arguments: "models.JSONField[Any]" = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    status = models.CharField(max_length=20, choices=JobStatus, default=JobStatus.QUEUED)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    starts = models.PositiveIntegerField(default=0, db_default=0)  # since the last piece that was kept
    code = models.CharField(max_length=60, blank=True, default="")
    detail = models.TextField(blank=True, default="")  # in English
    said: "models.JSONField[Any]" = models.JSONField(null=True)  # template and values of the detail
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["author", "-id"], name="jobs_job_author")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="jobs_job_status"),
            models.CheckConstraint(
                condition=Q(rows_total__isnull=True) | Q(rows_done__lte=F("rows_total")), name="jobs_job_rows"
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNFINISHED, ended_at__isnull=True)
                | (~Q(status__in=UNFINISHED) & Q(ended_at__isnull=False)),
                name="jobs_job_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def folder(self) -> Path:
        """The folder of its files."""
        return Path(settings.GISSERVER_HOME) / "jobs" / str(self.pk)

    @property
    def source(self) -> Path:
        """The file that came."""
        return self.folder / "source"

    @property
    def result(self) -> Path:
        """The file of the pieces, good up to ``bytes_done``."""
        return self.folder / "result"

    @property
    def finished(self) -> Path:
        """What is made of all pieces, for a kind whose result can't be written in pieces."""
        return self.folder / "finished"

    @property
    def outgoing(self) -> Path:
        """The file that goes out when the job is done."""
        return self.finished if self.finished.exists() else self.result
