"""What somebody has decided of incidents that look alike: that they are not the same."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import never_deleted, never_rewritten, refers_together
from incidents.models.incidents import Incident


class DistinctPair(models.Model):
    """Two incidents that look alike and are not the same, as somebody decided; until it is taken back (并非重复)."""

    first = models.ForeignKey(Incident, models.PROTECT, related_name="+", db_constraint=False)
    first_occurred_at = models.DateTimeField()
    second = models.ForeignKey(Incident, models.PROTECT, related_name="+", db_constraint=False)
    second_occurred_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True, db_default="")
    decided_at = models.DateTimeField(db_default=Now())
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    guards = (
        never_deleted(),
        never_rewritten(
            *("first", "first_occurred_at", "second", "second_occurred_at", "by", "reason", "decided_at"),
        ),
        refers_together("first", ("first", "first_occurred_at"), ("id", "occurred_at")),
        refers_together("second", ("second", "second_occurred_at"), ("id", "occurred_at")),
    )

    class Meta:
        verbose_name = _("pair of distinct incidents")
        verbose_name_plural = _("pairs of distinct incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(withdrawn_at__isnull=True),
                name="incidents_distinctpair_once",
            ),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="incidents_distinctpair_ordered"),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="incidents_distinctpair_withdrawn",
            ),
            in_calendar(
                "incidents_distinctpair",
                *("first_occurred_at", "second_occurred_at", "decided_at", "withdrawn_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
