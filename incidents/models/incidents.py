"""Incidents, their types, and the receipts of their assignment to grids."""

from datetime import datetime

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.models import RULES as GRID_RULES
from buildings.models import Building, PlacedQuerySet, Unit, on_ground
from gisserver.common.dates import FLOOR
from gisserver.common.db.constraints import geometry_laws, in_calendar, one_at_a_time
from gisserver.common.db.fields import SurveyPointField, ValidityField, web_mercator
from gisserver.common.db.guards import (
    announced,
    keeps_history,
    never_changed,
    never_deleted,
    never_rewritten,
    only_ends,
    refers_for_ever,
)
from gisserver.common.db.validity import DatedQuerySet
from grids.models import Division, Grid, GridVersion
from incidents.placed_by import Member

EARLIEST = FLOOR
# Manual: somebody has decided, whatever the place says. Road side: a border's road is the other grid's.
RULES = [*GRID_RULES, ("road_side", "road_side"), ("manual", "manual")]
REDRAWN = Q(reason="redraw") | Q(reason="decision_ended")
# Which member of the report said where it is; none of these: the point, if any did.
PLACED_BY = [member.value for member in Member if member is not Member.POINT]


class Stream(models.TextChoices):
    """The three streams of incidents that one network dispatches, each with its own tree of types (三类事件)."""

    SERVICE = "service", _("service")
    SOCIAL = "social", _("social management")
    URBAN = "urban", _("digital urban management")


class IncidentType(models.Model):
    """A type in the taxonomy of a stream, which is data with dates: every city has its own (事件类型).

    A code names one type at a time; a new version of the taxonomy may give it to another.
    """

    stream = models.CharField(max_length=20, choices=Stream, blank=True, db_default="")
    code = models.CharField(max_length=60, db_collation="C", db_index=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, db_default="")
    valid = ValidityField()
    source = models.CharField(max_length=100, blank=True, db_default="")

    objects = DatedQuerySet["IncidentType"].as_manager()

    guards = (never_deleted(), keeps_history())

    class Meta:
        verbose_name = _("incident type")
        verbose_name_plural = _("incident types")
        constraints = [
            in_calendar("incidents_incidenttype", "valid"),
            one_at_a_time("incidents_incidenttype", "code"),
            models.CheckConstraint(condition=Q(stream__in=["", *Stream.values]), name="incidents_incidenttype_stream"),
        ]

    def __str__(self) -> str:
        return self.name


class IncidentStatus(models.TextChoices):
    """The life of an incident."""

    NEW = "new", _("new")
    ASSIGNED = "assigned", _("assigned")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")


OPEN_STATUSES = [IncidentStatus.NEW, IncidentStatus.ASSIGNED, IncidentStatus.IN_PROGRESS]
# Spelt out: PostgreSQL words an IN otherwise each time that it reads its own words.
IS_OPEN = Q(status="new") | Q(status="assigned") | Q(status="in_progress")
IS_UNFINISHED = IS_OPEN | Q(status="resolved")


class Incident(models.Model):
    """Something that happened at a place and time, partitioned by month of ``occurred_at`` (事件).

    The table's key is (id, occurred_at), as PostgreSQL asks of a partitioned table; ids come from one
    sequence, so ``id`` alone identifies a row. ``occurred_at`` and the reported position never change.
    """

    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    type = models.ForeignKey(IncidentType, models.PROTECT, related_name="incidents")
    source = models.CharField(max_length=100, blank=True, db_default="")
    external_id = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")
    title = models.CharField(max_length=200, blank=True, db_default="")
    text = models.TextField(blank=True, db_default="")
    address = models.CharField(max_length=300, blank=True, db_default="")
    location = SurveyPointField(null=True, blank=True)
    location_3857 = web_mercator("location", models.PointField)
    declared_crs = models.CharField(max_length=20, blank=True, db_default="")
    reported_x = models.FloatField(null=True, blank=True)
    reported_y = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=IncidentStatus, default=IncidentStatus.NEW)
    community = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="incidents")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="incidents")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="incidents")
    # Which member of the report has said where it is (blank: the point), by which version of the order (null: none).
    placed_by = models.CharField(max_length=10, choices=[(each, each) for each in PLACED_BY], blank=True, db_default="")
    placing_order = models.ForeignKey(
        "incidents.PlacingOrder", models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    demo = models.BooleanField(default=False, db_default=False)

    objects = PlacedQuerySet["Incident"].as_manager()

    # Where and when something happened, as it was reported, is testimony. Never deleted: `db/never_deleted.sql`.
    guards = (
        never_rewritten(
            *(
                "occurred_at",
                "received_at",
                "reported_x",
                "reported_y",
                "declared_crs",
                "source",
                "external_id",
                "placed_by",
            ),
            "placing_order",
        ),
        keeps_history(),
        announced("incidents", on=("UPDATE",)),  # a new one is told with its assignment
    )

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            GistIndex(fields=["location_3857"], name="incidents_incident_loc_3857"),
            # Redraws ask what is open in their area, and the open ones are few among all that ever happened.
            # As an expression: Django leaves out the condition of an index on a geometry field.
            GistIndex("location", name="incidents_incident_open_place", condition=IS_OPEN),
            models.Index(fields=["occurred_at", "id"], name="incidents_incident_occurred"),
            # Queues ask for what is not over, oldest first.
            models.Index(fields=["received_at", "id"], name="incidents_incident_unfinished", condition=IS_UNFINISHED),
        ]
        constraints = [
            *geometry_laws("incidents_incident", "location"),
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="incidents_incident_status"),
            in_calendar("incidents_incident", "occurred_at", "received_at"),
            models.CheckConstraint(
                condition=Q(location__isnull=True) | ~Q(declared_crs=""),
                name="incidents_incident_declared_crs",
            ),
            models.CheckConstraint(
                condition=Q(placed_by="")
                | Q(placed_by="address", location__isnull=False)
                | Q(placed_by="building", location__isnull=False, building__isnull=False)
                | Q(placed_by="unit", location__isnull=False, unit__isnull=False),
                name="incidents_incident_placed_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"

    @staticmethod
    def stood_in(communities: RawSQL, at: datetime) -> Q:
        """Return the condition that an incident lay in one of the communities at ``at``."""
        return on_ground(Assignment.objects.at(at), "incident_id", communities)


class SourceReference(models.Model):
    """A source's own id of an incident: what makes a second report the same report (law 8).

    Beside the incidents, because a unique key of a partitioned table would have to hold the month too. A trigger writes
    the row of every incident that has an ``external_id``, whoever records it.
    """

    source = models.CharField(max_length=100, blank=True)
    external_id = models.CharField(max_length=100, db_collation="C")
    # The pair with ``occurred_at`` names the row, which the database sees to (`refers_for_ever`).
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="references", db_constraint=False)
    occurred_at = models.DateTimeField()

    guards = (
        never_deleted(),
        never_changed(),
        refers_for_ever("incident", ("incident", "occurred_at"), ("id", "occurred_at")),
    )

    class Meta:
        verbose_name = _("source reference")
        verbose_name_plural = _("source references")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="incidents_sourcereference_once"),
            in_calendar("incidents_sourcereference", "occurred_at"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class Assignment(models.Model):
    """Which grid an incident went to: the rule, the margin, how sure; a receipt that can be recomputed (归属)."""

    # The pair with ``occurred_at`` names the row, which the database sees to (`refers_for_ever`).
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assignments", db_constraint=False)
    occurred_at = models.DateTimeField()
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="incident_assignments")
    grid_version = models.ForeignKey(GridVersion, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=10, choices=RULES)
    margin_m = models.FloatField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, db_default="")
    # Who decided by hand, and why.
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, db_default="")
    recorded_at = models.DateTimeField(null=True, blank=True, db_default=Now())  # None: before this was kept
    valid = ValidityField()

    objects = DatedQuerySet["Assignment"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten(
            *("incident", "occurred_at", "grid", "grid_version", "rule", "margin_m", "confidence", "reason"),
            *("decided_by", "note", "recorded_at"),
        ),
        only_ends("grids_only_end"),
        refers_for_ever("incident", ("incident", "occurred_at"), ("id", "occurred_at")),
        announced("incidents", "incident_id"),
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index(
                models.Func("valid", function="lower", output_field=models.DateTimeField()),
                name="incidents_assignment_redrawn",
                condition=REDRAWN,
            ),
            models.Index(fields=["incident"], name="incidents_assignment_manual", condition=Q(rule="manual")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(valid__upper_inf=True),
                name="incidents_assignment_one_current",
            ),
            one_at_a_time("incidents_assignment", "incident"),
            in_calendar("incidents_assignment", "valid", "occurred_at"),
            models.CheckConstraint(
                condition=Q(rule="none", grid__isnull=True)
                | Q(rule__in=["inside", "border", "nearest", "road_side", "manual"], grid__isnull=False),
                name="incidents_assignment_rule",
            ),
            models.CheckConstraint(
                condition=~Q(rule="manual") | (Q(decided_by__isnull=False) & ~Q(note="")),
                name="incidents_assignment_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.grid_id} ({self.rule})"
