"""Households: who lives in a unit, with personal data that is masked (see `HouseholdWords.PERSONAL`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import Deferrable, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from buildings.masking import mask_name
from buildings.models.base import AsOf, AsOfQuerySet, Changing, PlacedQuerySet, State
from buildings.models.guards import HangsOn, registered
from buildings.models.inside.unit import Unit, UnitAsOf
from gisserver.common.db.constraints import Hash, dated, in_calendar, one_at_a_time
from gisserver.common.db.guards import announced
from gisserver.common.db.validity import DatedQuerySet
from gisserver.common.personal import Mask, mask_phone


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

    guards = (*registered(), HangsOn("unit"), announced("households"))

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
