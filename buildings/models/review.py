"""The review queue: rows of registers whose address could not be told for sure, and what people decided."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.masking import address_part, mask_candidates, mask_row
from buildings.models.address import Address
from buildings.models.building import Building
from buildings.models.event import LifecycleEvent
from buildings.models.inside import Entrance, HouseholdWords, Unit
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db.constraints import OneOf, in_calendar
from gisserver.common.db.guards import keeps_history, never_deleted
from gisserver.common.personal import Mask
from grids.models import Division, visible_communities

# Under which names the rows of registers have addresses.
_ADDRESSES = ("address", "registered_address", "actual_address")


class Doubt(models.TextChoices):
    """Why a row waits."""

    AMBIGUOUS = "ambiguous", _("several candidates")
    UNMATCHED = "unmatched", _("not found")
    TOO_COARSE = "too_coarse", _("not detailed enough")
    UNSURE = "unsure", _("not sure enough")
    UNKNOWN_UNIT = "unknown_unit", _("unit not registered")
    ENDED_HOME = "ended_home", _("home no longer stands")


class ReviewStatus(models.TextChoices):
    """Whether somebody has decided."""

    OPEN = "open", _("waiting")
    DECIDED = "decided", _("decided")
    DISMISSED = "dismissed", _("dismissed")


class ReviewItemQuerySet(models.QuerySet["ReviewItem"]):
    """The reading vocabulary of the queue."""

    def visible_to(self, user: Viewer) -> "ReviewItemQuerySet":
        """Return the rows where the user may edit registers; those of no known community only for the whole city."""
        communities = visible_communities(user, Permission.EDIT_REGISTERS)
        return self if communities is None else self.filter(community_id__any_of=communities)

    def reopen(self) -> int:
        """Let these rows wait again; what was decided of them stays in the history of rows."""
        undone = dict.fromkeys(("decided_by", "decided_at", "building", "entrance", "unit", "alias", "event"))
        return self.update(status=ReviewStatus.OPEN, comment="", loaded=False, **undone)


class ReviewItem(models.Model):
    """A row of a register that waits for a person's eye; ``row`` is what it said (待审).

    A raw text may name people, so all that comes of it is personal; an address that everybody reads is its
    `buildings.masking.address_part` only.
    """

    PERSONAL: ClassVar[Mapping[str, Mask]] = {
        "text": address_part,
        "row": lambda row: mask_row(row, {**HouseholdWords.PERSONAL, **dict.fromkeys(_ADDRESSES, address_part)}),
        "candidates": mask_candidates,
    }
    register = models.CharField(max_length=20)
    run = models.CharField(max_length=150)
    row_number = models.PositiveIntegerField()
    source = models.CharField(max_length=100, blank=True, db_default="")
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")
    text = models.CharField(max_length=300)
    normalized = models.CharField(max_length=300, db_collation="C", db_index=True)
    # The same row of the same source waits once, however often its file is read.
    digest = models.CharField(max_length=64)
    row: "models.JSONField[Any]" = models.JSONField()
    reason = models.CharField(max_length=20, choices=Doubt)
    candidates: "models.JSONField[Any]" = models.JSONField(default=list)
    community = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    status = models.CharField(max_length=10, choices=ReviewStatus, default=ReviewStatus.OPEN)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    # The life-cycle event of all that the decision did; taking that back lets the row wait again.
    event = models.ForeignKey(LifecycleEvent, models.PROTECT, null=True, blank=True, related_name="+")
    alias = models.ForeignKey(Address, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, db_default="")
    loaded = models.BooleanField(default=False, db_default=False)

    objects = ReviewItemQuerySet.as_manager()

    guards = (never_deleted(), keeps_history())

    class Meta:
        verbose_name = _("review item")
        verbose_name_plural = _("review items")
        indexes = [models.Index(fields=["community", "status", "reason"], name="buildings_review_list")]
        constraints = [
            models.UniqueConstraint(fields=["register", "source", "digest"], name="buildings_review_once"),
            in_calendar("buildings_review", "decided_at"),
            models.CheckConstraint(condition=Q(reason__in=Doubt.values), name="buildings_review_reason"),
            models.CheckConstraint(condition=Q(status__in=ReviewStatus.values), name="buildings_review_status"),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True, decided_by__isnull=True)
                | Q(status__in=["decided", "dismissed"], decided_at__isnull=False, decided_by__isnull=False),
                name="buildings_review_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | Q(OneOf("building", "entrance", "unit")),
                name="buildings_review_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.pk}"
