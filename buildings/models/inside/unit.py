"""Units of buildings, and their codes."""

from datetime import datetime

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from buildings.models.base import AsOf, AsOfQuerySet, Changing, IssuedCode, PlacedQuerySet, State, issued_once
from buildings.models.building import Building, BuildingAsOf, BuildingKind
from buildings.models.guards import HangsOn, no_child_left_open, registered, reissued_to
from buildings.models.inside.entrance import Entrance
from gisserver.common.db.constraints import dated, geometry_laws, in_calendar, one_at_a_time
from gisserver.common.db.fields import SurveyPointField
from gisserver.common.db.guards import announced, never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet


class UnitWords(models.Model):
    """What is said of a unit, and may change; without a place of its own it has its entrance's or building's."""

    community_path = "building__community_id"

    building = models.ForeignKey(Building, models.PROTECT, related_name="%(class)ss")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    number = models.CharField(max_length=50)
    floor = models.SmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=BuildingKind, default=BuildingKind.RESIDENTIAL)
    location = SurveyPointField(null=True, blank=True, spatial_index=False)

    class Meta:
        abstract = True


class Unit(UnitWords, Changing):
    """A lockable unit: a flat, a shop, a workshop (房屋)."""

    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")

    objects = PlacedQuerySet["Unit"].as_manager()

    guards = (*registered(), HangsOn("building"), HangsOn("entrance"), no_child_left_open(), announced("units"))

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "entrance", "number"],
                condition=Q(valid__upper_inf=True),
                nulls_distinct=False,
                name="buildings_unit_number_once",
            ),
            *geometry_laws("buildings_unit", "location"),
            dated("buildings_unit"),
            in_calendar("buildings_unit", "valid", "changed_at"),
        ]

    def __str__(self) -> str:
        return self.number


class UnitState(UnitWords, State):
    """What was said of a unit before."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="states")

    objects = DatedQuerySet["UnitState"].as_manager()

    class Meta:
        verbose_name = _("former state of a unit")
        verbose_name_plural = _("former states of units")
        constraints = [
            one_at_a_time("buildings_unitstate", "unit"),
            dated("buildings_unitstate"),
            in_calendar("buildings_unitstate", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.valid}"


class UnitAsOf(UnitWords, AsOf):
    """Units as they were at a moment."""

    source_ref = models.CharField(max_length=100, db_collation="C")

    objects = AsOfQuerySet["UnitAsOf"].as_manager()

    class Meta(AsOf.Meta):
        managed = False
        db_table = "buildings_unit_asof"

    @staticmethod
    def stood_in(communities: RawSQL, at: datetime) -> Q:
        """Return the condition that a unit was in one of the communities at ``at``."""
        around = BuildingAsOf.objects.at(at).filter(BuildingAsOf.stood_in(communities, at))
        return Q(building_id__in=around.values("pk"))


class UnitCode(IssuedCode):
    """A code of a unit, 25 digits in Shenzhen."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="codes")

    objects = DatedQuerySet["UnitCode"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("unit", "code", "scheme", "issuer"),
        only_ends(),
        HangsOn("unit"),
        reissued_to("unit"),
    )

    class Meta:
        verbose_name = _("unit code")
        verbose_name_plural = _("unit codes")
        constraints = issued_once("buildings_unitcode", "unit")

    def __str__(self) -> str:
        return self.code
