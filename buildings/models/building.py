"""Buildings: their place, their footprint, what they are, the grid responsible for them, their codes."""

from datetime import datetime

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.models.base import (
    RULES,
    AsOf,
    AsOfQuerySet,
    Changing,
    IssuedCode,
    PlacedQuerySet,
    State,
    issued_once,
    on_ground,
)
from buildings.models.guards import HangsOn, no_child_left_open, registered, reissued_to
from gisserver.common.db.constraints import dated, geometry_laws, in_calendar, one_at_a_time, one_reference
from gisserver.common.db.fields import SurveyMultiPolygonField, SurveyPointField, ValidityField, web_mercator
from gisserver.common.db.guards import announced, never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet
from grids.models import Division, Grid, GridVersion


class BuildingKind(models.TextChoices):
    """What a building is for."""

    RESIDENTIAL = "residential", _("residential")
    COMMERCIAL = "commercial", _("commercial")
    INDUSTRIAL = "industrial", _("industrial")
    PUBLIC = "public", _("public")
    MIXED = "mixed", _("mixed use")
    OTHER = "other", _("other")


class BuildingStatus(models.TextChoices):
    """In what condition a building is; that it is gone says the event that ended it."""

    PLANNED = "planned", _("planned")
    UNDER_CONSTRUCTION = "under_construction", _("under construction")
    IN_USE = "in_use", _("in use")
    DISUSED = "disused", _("out of use")


class BuildingWords(models.Model):
    """What is said of a building, and may change."""

    community = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    footprint = SurveyMultiPolygonField(null=True, blank=True, spatial_index=False)
    footprint_3857 = web_mercator("footprint", models.MultiPolygonField)
    location = SurveyPointField()
    location_3857 = web_mercator("location", models.PointField)
    name = models.CharField(max_length=200, blank=True, db_default="")
    kind = models.CharField(max_length=20, choices=BuildingKind, default=BuildingKind.OTHER)
    status = models.CharField(
        max_length=20, choices=BuildingStatus, default=BuildingStatus.IN_USE, db_default=BuildingStatus.IN_USE
    )
    floors = models.SmallIntegerField(null=True, blank=True)
    height_m = models.FloatField(null=True, blank=True)

    class Meta:
        abstract = True


class Building(BuildingWords, Changing):
    """A building: its place, its footprint if known, what it is (楼栋)."""

    source = models.CharField(max_length=100, blank=True, db_default="")
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")
    recorded_at = models.DateTimeField(db_default=Now())

    objects = PlacedQuerySet["Building"].as_manager()

    guards = (*registered(known_later=("community",)), no_child_left_open(), announced("buildings"))

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        indexes = [
            GistIndex(fields=["footprint_3857"], name="buildings_building_fp_3857"),
            models.Index(fields=["source", "source_ref"], name="buildings_building_source"),
        ]
        constraints = [
            *geometry_laws("buildings_building", "footprint"),
            *geometry_laws("buildings_building", "location"),
            models.CheckConstraint(condition=Q(kind__in=BuildingKind.values), name="buildings_building_kind"),
            models.CheckConstraint(condition=Q(status__in=BuildingStatus.values), name="buildings_building_status"),
            dated("buildings_building"),
            in_calendar("buildings_building", "valid", "changed_at"),
            one_reference("buildings_building"),
        ]

    def __str__(self) -> str:
        return self.name or f"building {self.pk}"


class BuildingState(BuildingWords, State):
    """What was said of a building before."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="states")

    objects = DatedQuerySet["BuildingState"].as_manager()

    class Meta:
        verbose_name = _("former state of a building")
        verbose_name_plural = _("former states of buildings")
        indexes = [GistIndex(fields=["footprint_3857"], name="buildings_bstate_fp_3857")]
        constraints = [
            one_at_a_time("buildings_buildingstate", "building"),
            dated("buildings_buildingstate"),
            in_calendar("buildings_buildingstate", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.building_id} {self.valid}"


class BuildingAsOf(BuildingWords, AsOf):
    """Buildings as they were at a moment."""

    source = models.CharField(max_length=100)
    source_ref = models.CharField(max_length=100, db_collation="C")
    recorded_at = models.DateTimeField()

    objects = AsOfQuerySet["BuildingAsOf"].as_manager()

    class Meta(AsOf.Meta):
        managed = False
        db_table = "buildings_building_asof"

    @staticmethod
    def stood_in(communities: RawSQL, at: datetime) -> Q:
        """Return the condition that a building stood in one of the communities at ``at``."""
        return on_ground(BuildingAssignment.objects.at(at), "building_id", communities)


class BuildingAssignment(models.Model):
    """The grid responsible for a building, by which rule and how far from its border (归属)."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="assignments")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="building_assignments")
    grid_version = models.ForeignKey(GridVersion, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=10, choices=RULES)
    margin_m = models.FloatField(null=True, blank=True)
    valid = ValidityField()

    objects = DatedQuerySet["BuildingAssignment"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("building", "grid", "grid_version", "rule", "margin_m"),
        only_ends("grids_only_end"),
        HangsOn("building"),
    )

    class Meta:
        verbose_name = _("building assignment")
        verbose_name_plural = _("building assignments")
        constraints = [
            one_at_a_time("buildings_buildingassignment", "building"),
            in_calendar("buildings_buildingassignment", "valid"),
            models.CheckConstraint(
                condition=Q(rule="none", grid__isnull=True)
                | Q(rule__in=["inside", "border", "nearest"], grid__isnull=False),
                name="buildings_buildingassignment_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building_id} → {self.grid_id} ({self.rule})"


class BuildingCode(IssuedCode):
    """A code of a building, 19 digits in Shenzhen."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="codes")

    objects = DatedQuerySet["BuildingCode"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("building", "code", "scheme", "issuer"),
        only_ends(),
        HangsOn("building"),
        reissued_to("building"),
    )

    class Meta:
        verbose_name = _("building code")
        verbose_name_plural = _("building codes")
        constraints = issued_once("buildings_buildingcode", "building")

    def __str__(self) -> str:
        return self.code
