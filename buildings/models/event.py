"""Life-cycle events: what happened to buildings, units and their codes and addresses, by whom, and why."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import never_changed, never_deleted


class EventKind(models.TextChoices):
    """What happens to buildings, to what is in them, and to who lives there."""

    CREATE = "create", _("create")
    UPDATE = "update", _("change")
    SPLIT = "split", _("split")
    MERGE = "merge", _("merge")
    RENUMBER = "renumber", _("renumber")
    READDRESS = "readdress", _("readdress")
    RECODE = "recode", _("recode")
    DEMOLISH = "demolish", _("demolish")
    MOVE_IN = "move_in", _("move in")
    MOVE = "move", _("move")
    MOVE_OUT = "move_out", _("move out")
    DISSOLVE = "dissolve", _("dissolve")
    IMPORT = "import", _("import")
    REVERT = "revert", _("revert")


class Target(models.TextChoices):
    """What an event may touch."""

    BUILDING = "building", _("building")
    ENTRANCE = "entrance", _("entrance")
    UNIT = "unit", _("unit")
    HOUSEHOLD = "household", _("household")
    LEGAL_PERSON = "legal_person", _("legal person")
    ADDRESS = "address", _("address")
    BUILDING_CODE = "building_code", _("building code")
    UNIT_CODE = "unit_code", _("unit code")


class Role(models.TextChoices):
    """What an event did to one of its targets."""

    BEGUN = "begun", _("begins")
    CHANGED = "changed", _("changes")
    ENDED = "ended", _("ends")
    REVIVED = "revived", _("is restored")


class LifecycleEvent(models.Model):
    """One event with its author, reason and source; never changed (生命周期事件)."""

    kind = models.CharField(max_length=20, choices=EventKind)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True, db_default="")
    source = models.CharField(max_length=100, blank=True, db_default="")
    reverts = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reverted_by")

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("life-cycle event")
        verbose_name_plural = _("life-cycle events")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="buildings_event_kind"),
            models.CheckConstraint(
                condition=Q(kind="revert", reverts__isnull=False) | (~Q(kind="revert") & Q(reverts__isnull=True)),
                name="buildings_event_reverts",
            ),
            in_calendar("buildings_event", "effective_at"),
            # A clock may differ a little between the server and its database.
            models.CheckConstraint(
                condition=Q(effective_at__lte=F("recorded_at") + models.Value("00:01:00", models.DurationField())),
                name="buildings_event_not_ahead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EventEffect(models.Model):
    """What an event did to one target; ``building`` is where that target was. ``before``: what it said then."""

    event = models.ForeignKey(LifecycleEvent, models.PROTECT, related_name="effects")
    target = models.CharField(max_length=20, choices=Target)
    target_id = models.BigIntegerField()
    building_id = models.BigIntegerField(null=True, db_index=True)
    role = models.CharField(max_length=10, choices=Role)
    before: "models.JSONField[Any]" = models.JSONField(null=True)
    after: "models.JSONField[Any]" = models.JSONField(null=True)

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("effect of an event")
        verbose_name_plural = _("effects of events")
        indexes = [models.Index(fields=["target", "target_id"], name="buildings_effect_target")]
        constraints = [
            models.CheckConstraint(condition=Q(target__in=Target.values), name="buildings_effect_target_known"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="buildings_effect_role"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.target} {self.target_id} {self.role}"
