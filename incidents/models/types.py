"""What has become of types when a taxonomy got a new version."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.guards import never_changed, never_deleted
from incidents.models.incidents import IncidentType


class TypeSuccession(models.Model):
    """``share`` of the incidents of a former type would be of ``successor`` (类型对照).

    The shares of one type's successors make 1 together; a type without any has no counterpart in the next version.
    """

    former = models.ForeignKey(IncidentType, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(IncidentType, models.PROTECT, related_name="preceded_by")
    share = models.FloatField(default=1)
    source = models.CharField(max_length=100, blank=True, db_default="")

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("succession of types")
        verbose_name_plural = _("successions of types")
        constraints = [
            models.UniqueConstraint(fields=["former", "successor"], name="incidents_typesuccession_once"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1) & ~Q(former=models.F("successor")),
                name="incidents_typesuccession_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former_id} → {self.successor_id}"
