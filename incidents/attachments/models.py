"""Which files belong to which incident."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import announced, keeps_history, never_deleted, never_rewritten, refers_together
from incidents.attachments.media import MEDIA_TYPES
from incidents.models import Incident

_SAID = (
    *("incident", "occurred_at", "digest", "media_type", "size", "name", "width", "height"),
    *("taken_at", "taken_lon", "taken_lat", "added_by", "added_at"),
)


class Attachment(models.Model):
    """A file of an incident (附件), kept under the SHA-256 of its bytes.

    Of a picture ``taken_at``, ``taken_lon``, ``taken_lat`` (WGS84) are what it said of itself; what is served says it
    no more. It is never removed, but may be hidden with a reason.
    """

    # The pair with ``occurred_at`` is the foreign key in the database (`refers_together`).
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+", db_constraint=False)
    occurred_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_lon = models.FloatField(null=True)
    taken_lat = models.FloatField(null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    hidden_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    guards = (
        never_deleted(),
        never_rewritten(*_SAID),
        keeps_history(),
        refers_together("incident", ("incident", "occurred_at"), ("id", "occurred_at")),
        announced("incidents", "incident_id"),
    )

    class Meta:
        app_label = "incidents"
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(fields=["incident", "digest"], name="incidents_attachment_once"),
            in_calendar("incidents_attachment", "occurred_at", "taken_at", "hidden_at"),
            models.CheckConstraint(condition=Q(media_type__in=MEDIA_TYPES), name="incidents_attachment_media_type"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
                name="incidents_attachment_hidden",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.name or self.digest[:8]}"

    @property
    def is_picture(self) -> bool:
        """Whether it has a thumbnail."""
        return self.width is not None

    def file(self, part: str) -> Path:
        """Return where a part lies: ``original`` as it came, ``served`` and ``thumbnail`` of a picture."""
        return folder_of(self.digest) / f"{self.digest}.{part}"


def folder_of(digest: str) -> Path:
    """Return the folder of the files of this digest."""
    return Path(settings.GISSERVER_HOME) / "attachments" / digest[:2]
