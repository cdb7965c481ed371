"""Redraws: their commands and their log."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import announced, never_changed, never_deleted, never_rewritten, refers_together
from grids.models.division import Division, visible_communities


class RedrawStatus(models.TextChoices):
    """The life of a redraw (DESIGN §2)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RedrawQuerySet(models.QuerySet["Redraw"]):
    """The reading vocabulary of redraws."""

    def visible_to(self, user: Viewer) -> "RedrawQuerySet":
        """Return the redraws all of whose communities the user may see."""
        communities = visible_communities(user)
        if communities is None:
            return self
        hidden = Redraw.communities.through.objects.exclude(division_id__any_of=communities)
        return self.exclude(pk__in=hidden.values("redraw_id"))


class Redraw(models.Model):
    """A change set of grid boundaries, a list of commands on a base (划格方案)."""

    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True, db_default="")
    status = models.CharField(max_length=20, choices=RedrawStatus, default=RedrawStatus.DRAFT)
    communities = models.ManyToManyField(Division, related_name="redraws")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    created_at = models.DateTimeField(db_default=Now())
    effective_at = models.DateTimeField(null=True, blank=True)

    objects = RedrawQuerySet.as_manager()

    guards = (never_deleted(), announced("redraws"))

    class Meta:
        verbose_name = _("redraw")
        verbose_name_plural = _("redraws")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RedrawStatus.values), name="grids_redraw_status"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(effective_at__isnull=False),
                name="grids_redraw_effective",
            ),
            in_calendar("grids_redraw", "effective_at"),
        ]

    def __str__(self) -> str:
        return self.title


class RedrawCommand(models.Model):
    """One edit inside a redraw; an undone command stays, marked (命令)."""

    redraw = models.ForeignKey(Redraw, models.PROTECT, related_name="commands")
    community = models.ForeignKey(Division, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=30)
    arguments: "models.JSONField[Any]" = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True, blank=True)

    guards = (
        never_deleted(),
        never_rewritten("redraw", "community", "number", "verb", "arguments", "author", "created_at"),
    )

    class Meta:
        verbose_name = _("redraw command")
        verbose_name_plural = _("redraw commands")
        ordering = ["redraw", "number"]
        constraints = [
            models.UniqueConstraint(fields=["redraw", "number"], name="grids_redrawcommand_once"),
            in_calendar("grids_redrawcommand", "undone_at"),
        ]

    def __str__(self) -> str:
        return f"{self.redraw_id}#{self.number} {self.verb}"


class RedrawAction(models.TextChoices):
    """What happens to a redraw."""

    CREATED = "created", _("created")
    EDITED = "edited", _("reworded")
    UNDONE = "undone", _("command undone")
    REDONE = "redone", _("command redone")
    SUBMITTED = "submitted", _("handed in")
    APPROVED = "approved", _("approval")
    REJECTED = "rejected", _("rejection")
    REOPENED = "reopened", _("reopened")
    WITHDRAWN = "withdrawn", _("withdrawal")
    PUBLISHED = "published", _("publication")
    CORRECTED = "corrected", _("correction")
    PLAN_CANCELLED = "plan_cancelled", _("plan cancelled")


class RedrawEvent(models.Model):
    """Who did what to a redraw, when, and why; never changed (方案日志)."""

    redraw = models.ForeignKey(Redraw, models.PROTECT, related_name="events")
    action = models.CharField(max_length=20, choices=RedrawAction)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    comment = models.TextField(blank=True, db_default="")
    command = models.PositiveIntegerField(null=True, blank=True)
    # A line of the same redraw.
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    created_at = models.DateTimeField(db_default=Now())

    guards = (
        never_deleted(),
        never_changed(),
        refers_together("corrects_own", ("corrects", "redraw"), ("id", "redraw_id"), deferred=False),
    )

    class Meta:
        verbose_name = _("redraw event")
        verbose_name_plural = _("redraw events")
        ordering = ["redraw", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=RedrawAction.values), name="grids_redrawevent_action"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) & ~Q(action="corrected")
                | Q(corrects__isnull=False, action="corrected") & ~Q(comment=""),
                name="grids_redrawevent_correction",
            ),
            models.UniqueConstraint(fields=["id", "redraw"], name="grids_redrawevent_of_redraw"),
        ]

    def __str__(self) -> str:
        return f"{self.redraw_id} {self.action}"
