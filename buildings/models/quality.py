"""What people said of cases of the quality work list: that they were seen and are right."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.constraints import dated, in_calendar
from gisserver.common.db.fields import ValidityField
from gisserver.common.db.guards import never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet


class QualityDecision(models.Model):
    """A case was seen and is right (核实无误): ``kind`` of case, its target's id, and what the case said then.

    It holds while the case says the same. Cases themselves are not kept: they are read off the registers. One that is
    taken back ends, by ``ended_by`` for ``ended_reason``.
    """

    kind = models.CharField(max_length=40)
    target_id = models.BigIntegerField()
    detail = models.TextField(blank=True)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.TextField(blank=True, db_default="")
    valid = ValidityField()

    objects = DatedQuerySet["QualityDecision"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("kind", "target_id", "detail", "reason", "decided_by"),
        only_ends(),
    )

    class Meta:
        verbose_name = _("decision on a quality case")
        verbose_name_plural = _("decisions on quality cases")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target_id"], condition=Q(valid__upper_inf=True), name="buildings_qualitydecision_once"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="buildings_qualitydecision_reason"),
            models.CheckConstraint(
                condition=Q(valid__upper_inf=True, ended_by__isnull=True)
                | Q(valid__upper_inf=False, ended_by__isnull=False),
                name="buildings_qualitydecision_ended",
            ),
            dated("buildings_qualitydecision"),
            in_calendar("buildings_qualitydecision", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"
