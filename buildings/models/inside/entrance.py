"""Entrances and stairwells of buildings."""

from datetime import datetime

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from buildings.models.base import AsOf, AsOfQuerySet, Changing, PlacedQuerySet, State
from buildings.models.building import Building, BuildingAsOf
from buildings.models.guards import HangsOn, no_child_left_open, registered
from gisserver.common.db.constraints import dated, geometry_laws, in_calendar, one_at_a_time
from gisserver.common.db.fields import SurveyPointField, web_mercator
from gisserver.common.db.validity import DatedQuerySet


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
