"""Until when each state of an incident must be left, as dated data; and what was told of those that were late."""

from datetime import datetime

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Least, Now
from django.utils.translation import gettext_lazy as _

from buildings.models import PlacedQuerySet
from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import dated, in_calendar
from gisserver.common.db.fields import ValidityField
from gisserver.common.db.guards import (
    announced,
    never_changed,
    never_deleted,
    never_rewritten,
    only_ends,
    refers_together,
)
from gisserver.common.db.validity import DatedQuerySet
from grids.models import Grid, Officer, visible_communities
from incidents.lifecycle.deadlines import Notice as Kind
from incidents.lifecycle.states import State
from incidents.models.incidents import Incident, IncidentType
from incidents.models.steps import LEVELS


class Deadline(models.Model):
    """Within how many minutes a state is left, for incidents of a type and level (时限).

    No type: all types; a type's holds for those below it that have none. No level: all levels. Types go first.
    """

    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State])
    type = models.ForeignKey(IncidentType, models.PROTECT, null=True, blank=True, related_name="deadlines")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveIntegerField()
    remind_before = models.PositiveIntegerField(null=True, blank=True)  # minutes
    escalate_after = models.PositiveIntegerField(null=True, blank=True)  # minutes
    valid = ValidityField()
    source = models.CharField(max_length=100, blank=True, db_default="")

    objects = DatedQuerySet["Deadline"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("state", "type", "level", "minutes", "remind_before", "escalate_after"),
        only_ends(),
    )

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            dated("incidents_deadline"),
            in_calendar("incidents_deadline", "valid"),
            models.CheckConstraint(
                condition=(Q(level__isnull=True) | Q(level__in=LEVELS)) & Q(minutes__gt=0),
                name="incidents_deadline_level",
            ),
            ExclusionConstraint(
                name="incidents_deadline_one_at_a_time",
                expressions=[
                    ("state", RangeOperators.EQUAL),
                    (Coalesce("type_id", Value(0)), RangeOperators.EQUAL),
                    (Coalesce("level", Value(0)), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.minutes} min"


class RunningTerm(models.Model):
    """The term that an unfinished incident is under now, by its last step or since its receipt: what `overdue` reads.

    Derived: written when an incident is recorded and by the trigger of its steps; without a deadline there is no row.
    """

    incident_id = models.BigIntegerField(primary_key=True)
    occurred_at = models.DateTimeField()
    number = models.PositiveIntegerField()  # of the step whose term it is; 0: none yet
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("running term")
        verbose_name_plural = _("running terms")
        indexes = [
            models.Index(fields=["due_at"], name="incidents_runningterm_due"),
            models.Index(Least("remind_at", "due_at"), name="incidents_runningterm_tell"),
        ]
        constraints = [in_calendar("incidents_runningterm", "occurred_at", "due_at", "remind_at", "escalate_at")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.due_at}"


class NoticeQuerySet(PlacedQuerySet["Notice"]):
    """The reading vocabulary of notices."""

    def visible_to(self, user: Viewer, at: datetime | None = None) -> "NoticeQuerySet":
        """Return the notices of grids in the user's areas; those of no grid with their incidents.

        So both sides are told of an incident that leaves a community, each of its own grid and officer only.
        """
        areas = visible_communities(user)
        if areas is None:
            return self
        return self.filter(
            Q(grid__community_id__any_of=areas) | Q(grid__isnull=True, incident__community_id__any_of=areas)
        )


class Notice(models.Model):
    """Something told of an incident: a term that ends or has ended, or that it went to another grid (通知).

    ``about`` is the number of the step whose term it is (0: none yet), or the assignment with which it changed hands.
    ``officer`` is whom it is for, as who serves ``grid``; without one it is for whoever dispatches in the community.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="notices", db_constraint=False)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    about = models.BigIntegerField()
    due_at = models.DateTimeField(null=True, blank=True)
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="notices")
    recorded_at = models.DateTimeField(db_default=Now())

    objects = NoticeQuerySet.as_manager()

    guards = (
        never_deleted(),
        never_changed(),
        refers_together("incident", ("incident", "occurred_at"), ("id", "occurred_at")),
        announced("notices", on=("INSERT",)),
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "about", "grid", "officer"],
                nulls_distinct=False,
                name="incidents_notice_once",
            ),
            in_calendar("incidents_notice", "occurred_at", "recorded_at", "due_at"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"
