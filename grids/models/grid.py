"""Grids and their dated boundaries."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import (
    DoubleAreaMm2,
    code_never_reused,
    dated,
    geometry_laws,
    in_calendar,
    one_at_a_time,
)
from gisserver.common.db.fields import SurveyMultiPolygonField, ValidityField, web_mercator
from gisserver.common.db.guards import announced, never_changed, never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet
from grids.models.division import Division, visible_communities


class Grid(models.Model):
    """A grid's identity. It belongs to one community for ever (网格)."""

    community = models.ForeignKey(Division, models.PROTECT, related_name="grids")
    created_at = models.DateTimeField(db_default=Now())

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")

    def __str__(self) -> str:
        return f"grid {self.pk}"


class GridKind(models.TextChoices):
    """Grids of residents, and grids of one compound such as a park, a school or a hospital."""

    BASE = "base", _("basic grid")
    SPECIAL = "special", _("dedicated grid")


class GridVersionQuerySet(DatedQuerySet["GridVersion"]):
    """The reading vocabulary of grids."""

    def visible_to(self, user: Viewer) -> "GridVersionQuerySet":
        """Return the grids in the user's areas."""
        communities = visible_communities(user)
        return self if communities is None else self.filter(community_id__any_of=communities)


class GridVersion(models.Model):
    """A dated boundary of a grid, with the code and name that it had meanwhile (网格版本)."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="versions")
    community = models.ForeignKey(Division, models.PROTECT, related_name="grid_versions")
    code = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=100, blank=True, db_default="")
    kind = models.CharField(max_length=20, choices=GridKind, default=GridKind.BASE)
    officer = models.CharField(max_length=100, blank=True, db_default="")
    geom = SurveyMultiPolygonField()
    geom_3857 = web_mercator("geom", models.MultiPolygonField)
    double_area_mm2 = models.GeneratedField(
        expression=DoubleAreaMm2("geom"),
        output_field=models.DecimalField(max_digits=30, decimal_places=0),
        db_persist=True,
    )
    valid = ValidityField()
    source = models.CharField(max_length=200, blank=True, db_default="")
    redraw = models.ForeignKey("Redraw", models.PROTECT, null=True, blank=True, related_name="versions")
    recorded_at = models.DateTimeField(db_default=Now())

    objects = GridVersionQuerySet.as_manager()

    guards = (
        never_deleted(),
        never_rewritten(
            *("grid", "community", "code", "name", "kind", "officer", "geom", "source", "redraw", "recorded_at")
        ),
        only_ends("grids_only_end"),
        announced("grids", "grid_id"),
    )

    class Meta:
        verbose_name = _("grid version")
        verbose_name_plural = _("grid versions")
        indexes = [
            GistIndex(fields=["geom_3857"], name="grids_gridversion_3857"),
            models.Index(fields=["code"], name="grids_gridversion_code"),
            models.Index(RangeStartsWith("valid"), name="grids_gridversion_begins"),
            models.Index(RangeEndsWith("valid"), name="grids_gridversion_ends"),
        ]
        constraints = [
            *geometry_laws("grids_gridversion"),
            one_at_a_time("grids_gridversion", "grid"),
            code_never_reused("grids_gridversion", "grid"),
            models.CheckConstraint(condition=Q(kind__in=GridKind.values), name="grids_gridversion_kind"),
            dated("grids_gridversion", may_be_called_off=True),
            in_calendar("grids_gridversion", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def area_m2(self) -> float:
        """The area in square metres in the survey CRS, exact to half a square millimetre."""
        return float(self.double_area_mm2) / 2e6
