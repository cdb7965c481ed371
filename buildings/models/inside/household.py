"""Households: who lives in a unit and since when, in two times; personal data is masked (`HouseholdWords.PERSONAL`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import Deferrable, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from buildings.masking import mask_name
from buildings.models.base import PlacedQuerySet
from buildings.models.event import LifecycleEvent
from buildings.models.guards import HangsOn, keeps_beliefs
from buildings.models.inside.unit import Unit, UnitAsOf
from gisserver.common.db.constraints import Hash, dated, in_calendar
from gisserver.common.db.fields import ValidityField
from gisserver.common.db.guards import announced, never_changed, never_deleted
from gisserver.common.db.validity import DatedQuerySet
from gisserver.common.personal import Mask, mask_phone


class HouseholdWords(models.Model):
    """What is said of a household: where it lives, its head, and its people as numbers.

    ``registered``: its head's hukou is here (户籍), else it is floating (流动). Of the ``residents``, ``children`` are
    under 15, ``elderly`` are 60 and older, ``floating`` are registered elsewhere; None: not told.
    """

    PERSONAL: ClassVar[Mapping[str, Mask]] = {"head_name": mask_name, "phone": mask_phone}
    community_path = "unit__building__community_id"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)ss")
    head_name = models.CharField(max_length=100, blank=True, db_default="")
    phone = models.CharField(max_length=40, blank=True, db_default="")
    residents = models.PositiveSmallIntegerField(default=1)
    registered = models.BooleanField(default=False)
    children = models.PositiveSmallIntegerField(null=True, blank=True)
    elderly = models.PositiveSmallIntegerField(null=True, blank=True)
    floating = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=100, blank=True, db_default="")
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")
    # Of households without a reference that say the same in one unit: which of them.
    twin = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True

    @staticmethod
    def stood_in(communities: RawSQL, at: datetime) -> Q:
        """Return the condition that a household was in one of the communities at ``at``."""
        around = UnitAsOf.objects.at(at).filter(UnitAsOf.stood_in(communities, at))
        return Q(unit_id__in=around.values("pk"))


class Household(HouseholdWords):
    """What holds of a household (户) for a period, as far as is known today.

    All rows of one ``identity`` are one household, for life: it is the id by which the doors know it. ``valid`` is
    since and until when it is true, ``known_since`` and ``event`` when and by what that became known. A period that
    turned out never to have been is valid never (an empty range). `HouseholdState` has what was believed before.
    """

    identity = models.BigIntegerField(editable=False, default=None)
    valid = ValidityField()
    known_since = models.DateTimeField(db_default=Now(), editable=False)
    event = models.ForeignKey(LifecycleEvent, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    invented = models.BooleanField(default=False, db_default=False)

    objects = PlacedQuerySet["Household"].as_manager()

    guards = (never_deleted(), keeps_beliefs(), HangsOn("unit"), announced("households", "identity"))

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [
            models.Index(fields=["source_ref"], name="buildings_household_ref", condition=~Q(source_ref="")),
            models.Index(fields=["identity"], name="buildings_household_identity"),
        ]
        constraints = [
            dated("buildings_household", may_be_called_off=True),
            in_calendar("buildings_household", "valid"),
            models.CheckConstraint(
                condition=Q(residents__gte=Coalesce("children", 0) + Coalesce("elderly", 0))
                & Q(residents__gte=Coalesce(F("floating"), 0)),
                name="buildings_household_people",
            ),
            # No household lives in two units at once.
            ExclusionConstraint(
                name="buildings_household_one_at_a_time",
                deferrable=Deferrable.DEFERRED,
                expressions=[("identity", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
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
        return f"household {self.identity}"


class HouseholdState(HouseholdWords):
    """What a row of `Household` said before: believed while ``known``, until the event ``superseded_by``."""

    row = models.ForeignKey(Household, models.PROTECT, related_name="states")
    identity = models.BigIntegerField()
    valid = ValidityField()
    known = ValidityField()
    event = models.ForeignKey(LifecycleEvent, models.PROTECT, null=True, related_name="+")
    superseded_by = models.ForeignKey(LifecycleEvent, models.PROTECT, null=True, related_name="+")

    objects = DatedQuerySet["HouseholdState"].as_manager()

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("former state of a household")
        verbose_name_plural = _("former states of households")
        indexes = [models.Index(fields=["identity"], name="buildings_hhstate_identity")]
        constraints = [
            dated("buildings_householdstate", may_be_called_off=True),
            in_calendar("buildings_householdstate", "valid", "known"),
            models.CheckConstraint(condition=Q(known__isempty=False), name="buildings_householdstate_known"),
        ]

    def __str__(self) -> str:
        return f"{self.identity} {self.valid}"


class HouseholdAsKnown(HouseholdWords):
    """What is and what was believed of households: ``valid`` is when it was true, ``known`` while that was believed."""

    id = models.BigIntegerField(primary_key=True)
    identity = models.BigIntegerField()
    valid = ValidityField()
    known = ValidityField()
    invented = models.BooleanField()

    objects = PlacedQuerySet["HouseholdAsKnown"].as_manager()

    class Meta:
        managed = False
        db_table = "buildings_household_asknown"

    def __str__(self) -> str:
        return f"household {self.identity}"
