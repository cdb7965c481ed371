"""What is inside a building: entrances, units with their codes, households."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Deferrable, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from buildings.masking import mask_name, mask_phone
from buildings.models.base import AsOf, AsOfQuerySet, Changing, IssuedCode, PlacedQuerySet, State, issued_once
from buildings.models.building import Building, BuildingAsOf, BuildingKind
from buildings.models.guards import HangsOn, no_child_left_open, registered, reissued_to
from gisserver.common.db.constraints import Hash, dated, geometry_laws, in_calendar, one_at_a_time
from gisserver.common.db.fields import SurveyPointField, web_mercator
from gisserver.common.db.guards import never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet
from gisserver.common.personal import Mask


class EntranceWords(models.Model):
    """What is said of an entrance, and may change."""

    community_path = "building__community_id"

    building = models.ForeignKey(Building, models.PROTECT, related_name="%(class)ss")
    name = models.CharField(max_length=50)
    location = SurveyPointField(null=True, blank=True)
    location_3857 = web_mercator("location", models.PointField)

    class Meta:
        abstract = True


class Entrance(EntranceWords, Changing):
    """An entrance or stairwell of a building (单元)."""

    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")

    objects = PlacedQuerySet["Entrance"].as_manager()

    guards = (*registered(), HangsOn("building"), no_child_left_open())

    class Meta:
        verbose_name = _("entrance")
        verbose_name_plural = _("entrances")
        indexes = [GistIndex(fields=["location_3857"], name="buildings_entrance_loc_3857")]
        constraints = [
            *geometry_laws("buildings_entrance", "location"),
            dated("buildings_entrance"),
            in_calendar("buildings_entrance", "valid", "changed_at"),
        ]

    def __str__(self) -> str:
        return self.name


class EntranceState(EntranceWords, State):
    """What was said of an entrance before."""

    entrance = models.ForeignKey(Entrance, models.PROTECT, related_name="states")

    objects = DatedQuerySet["EntranceState"].as_manager()

    class Meta:
        verbose_name = _("former state of an entrance")
        verbose_name_plural = _("former states of entrances")
        constraints = [
            one_at_a_time("buildings_entrancestate", "entrance"),
            dated("buildings_entrancestate"),
            in_calendar("buildings_entrancestate", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.entrance_id} {self.valid}"


class EntranceAsOf(EntranceWords, AsOf):
    """Entrances as they were at a moment."""

    source_ref = models.CharField(max_length=100, db_collation="C")

    objects = AsOfQuerySet["EntranceAsOf"].as_manager()

    class Meta(AsOf.Meta):
        managed = False
        db_table = "buildings_entrance_asof"

    @staticmethod
    def stood_in(communities: RawSQL, at: datetime) -> Q:
        """Return the condition that an entrance was in one of the communities at ``at``."""
        around = BuildingAsOf.objects.at(at).filter(BuildingAsOf.stood_in(communities, at))
        return Q(building_id__in=around.values("pk"))


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

    guards = (*registered(), HangsOn("building"), HangsOn("entrance"), no_child_left_open())

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


class HouseholdWords(models.Model):
    """What is said of a household, and may change."""

    PERSONAL: ClassVar[Mapping[str, Mask]] = {"head_name": mask_name, "phone": mask_phone}
    community_path = "unit__building__community_id"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)ss")
    head_name = models.CharField(max_length=100, blank=True, db_default="")
    phone = models.CharField(max_length=40, blank=True, db_default="")
    residents = models.PositiveSmallIntegerField(default=1)
    registered = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Household(HouseholdWords, Changing):
    """A household in a unit (户)."""

    invented = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=100, blank=True, db_default="")
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")
    # Of households without a reference that say the same in one unit: which of them.
    twin = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)

    objects = PlacedQuerySet["Household"].as_manager()

    guards = (*registered(), HangsOn("unit"))

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [models.Index(fields=["source_ref"], name="buildings_household_ref", condition=~Q(source_ref=""))]
        constraints = [
            dated("buildings_household"),
            in_calendar("buildings_household", "valid", "changed_at"),
            ExclusionConstraint(
                name="buildings_household_one_reference",
                deferrable=Deferrable.DEFERRED,
                expressions=[
                    (Hash("source", "source_ref"), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=~Q(source="") & ~Q(source_ref=""),
            ),
            ExclusionConstraint(
                name="buildings_household_one_of_equals",
                deferrable=Deferrable.DEFERRED,
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    (Hash("head_name", "phone", "twin"), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(source_ref=""),
            ),
        ]

    def __str__(self) -> str:
        return f"household {self.pk}"


class HouseholdState(HouseholdWords, State):
    """What was said of a household before; as personal as what is said now."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="states")

    objects = DatedQuerySet["HouseholdState"].as_manager()

    class Meta:
        verbose_name = _("former state of a household")
        verbose_name_plural = _("former states of households")
        constraints = [
            one_at_a_time("buildings_householdstate", "household"),
            dated("buildings_householdstate"),
            in_calendar("buildings_householdstate", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.valid}"


class HouseholdAsOf(HouseholdWords, AsOf):
    """Households as they were at a moment."""

    invented = models.BooleanField()
    source_ref = models.CharField(max_length=100, db_collation="C")

    objects = AsOfQuerySet["HouseholdAsOf"].as_manager()

    class Meta(AsOf.Meta):
        managed = False
        db_table = "buildings_household_asof"

    @staticmethod
    def stood_in(communities: RawSQL, at: datetime) -> Q:
        """Return the condition that a household was in one of the communities at ``at``."""
        around = UnitAsOf.objects.at(at).filter(UnitAsOf.stood_in(communities, at))
        return Q(unit_id__in=around.values("pk"))
