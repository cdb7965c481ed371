"""Imports of registers as wholes: what each read, and whether it told everybody of a source and an area."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from buildings.models.event import LifecycleEvent
from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import never_changed, never_deleted


def run_name(source: str, moment: datetime) -> str:
    """Return how the review queue names the import of a source that tells of a moment."""
    return f"{source} {moment:%Y-%m-%dT%H:%M:%S}"


class RegisterRun(models.Model):
    """One import of a register (台账导入): ``event`` is all that it did, and takes it back.

    ``full``: it told every household that its ``source`` knows in ``communities`` (ids of divisions; none: anywhere),
    as they were at ``moment``. ``counts`` are numbers of rows.
    """

    event = models.OneToOneField(LifecycleEvent, models.PROTECT, related_name="run")
    register = models.CharField(max_length=20)
    source = models.CharField(max_length=100)
    moment = models.DateTimeField()
    full = models.BooleanField()
    communities = ArrayField(models.BigIntegerField(), default=list)
    counts: "models.JSONField[Any]" = models.JSONField(default=dict)

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")
        indexes = [models.Index(fields=["register", "source", "moment"], name="buildings_run_source")]
        constraints = [in_calendar("buildings_registerrun", "moment")]

    def __str__(self) -> str:
        return f"{self.register} {self.source} {self.moment}"
