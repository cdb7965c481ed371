"""The steps that incidents have taken: a log to which rows are added, and the law that their states follow from it."""

from pathlib import Path

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import announced, never_changed, never_deleted, refers_together
from gisserver.common.db.sql import read
from grids.models import Officer
from incidents.lifecycle.states import STATE_OF_STATUS, State
from incidents.lifecycle.steps import STEPS, legal
from incidents.models.incidents import Incident

LEVELS = (1, 2, 3, 4)  # the first is the most urgent
_LAW = Path(__file__).parent / "lifecycle.sql"


def follows_lifecycle(model: type[models.Model]) -> str:
    """Refuse every step but those of the table `lifecycle.steps`, and a status that does not follow from the last."""
    quoted = [", ".join(f"'{word}'" for word in triple) for triple in legal()]
    return read(_LAW).format(
        legal=", ".join(f"({triple})" for triple in quoted),
        state_of_status=_case("came_with", {status: state.value for status, state in STATE_OF_STATUS.items()}),
        status_of_state=_case("state", {state.value: state.status for state in State}),
    )


def _case(operand: str, words: dict[str, str]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN '{meant}'" for word, meant in words.items())
    return f"CASE {operand} {cases} END"


class IncidentStep(models.Model):
    """A step in an incident's life: which, from and to which state, who took it when and why (流转).

    Its last step says where an incident stands, and until when that state must be left. An incident that has taken none
    stands where its status says (`STATE_OF_STATUS`), since its receipt.
    """

    # The pair with ``occurred_at`` is the foreign key in the database (`refers_together`).
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps", db_constraint=False)
    occurred_at = models.DateTimeField()
    number = models.PositiveIntegerField()  # from 1 for each incident
    step = models.CharField(max_length=20, choices=[(name, name) for name in STEPS])
    before = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State])
    after = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True, db_default="")
    # Said by a step, and valid until a later one says otherwise.
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="incident_steps")
    unit = models.CharField(max_length=200, blank=True, db_default="")
    duplicate_of = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="duplicates", db_constraint=False
    )
    duplicate_occurred_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(db_default=Now())

    guards = (
        never_deleted(),
        never_changed(),
        refers_together("incident", ("incident", "occurred_at"), ("id", "occurred_at")),
        refers_together("original", ("duplicate_of", "duplicate_occurred_at"), ("id", "occurred_at")),
        announced("incidents", "incident_id", on=("INSERT",)),
        follows_lifecycle,
    )

    class Meta:
        verbose_name = _("step of an incident")
        verbose_name_plural = _("steps of incidents")
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="incidents_incidentstep_number"),
            in_calendar(
                "incidents_incidentstep",
                *("occurred_at", "taken_at", "duplicate_occurred_at", "due_at", "remind_at", "escalate_at"),
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=LEVELS), name="incidents_incidentstep_level"
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True, duplicate_occurred_at__isnull=True) & ~Q(step="merge")
                | Q(duplicate_of__isnull=False, duplicate_occurred_at__isnull=False, step="merge")
                & ~Q(duplicate_of=models.F("incident")),
                name="incidents_incidentstep_duplicate",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=[step.name for step in STEPS.values() if "reason" in step.needs]) | ~Q(reason=""),
                name="incidents_incidentstep_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.number} {self.step}"
