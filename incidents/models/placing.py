"""How incidents are placed, as dated data: which member of a report decides, and who has a road along a border."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.db.constraints import dated, in_calendar
from gisserver.common.db.fields import ValidityField
from gisserver.common.db.guards import never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet
from grids.models import Grid
from incidents.models.incidents import IncidentType
from incidents.placed_by import Member


class PlacingOrder(models.Model):
    """Which member of a report says where incidents of a type are: the first of ``members`` with a place (定位规则).

    No type: all types; a type's holds for those below it that have none. With ``road_side`` the roads along borders
    count too. A version is never rewritten: the incidents that it has placed name it.
    """

    type = models.ForeignKey(IncidentType, models.PROTECT, null=True, blank=True, related_name="placing_orders")
    members = ArrayField(models.CharField(max_length=10))
    road_side = models.BooleanField(default=False)
    valid = ValidityField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = DatedQuerySet["PlacingOrder"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("type", "members", "road_side", "set_by", "reason", "recorded_at"),
        only_ends("grids_only_end"),
    )

    class Meta:
        verbose_name = _("order of placing")
        verbose_name_plural = _("orders of placing")
        constraints = [
            dated("incidents_placingorder", may_be_called_off=True),
            in_calendar("incidents_placingorder", "valid"),
            models.CheckConstraint(
                condition=Q(members__contained_by=[member.value for member in Member], members__len__gt=0)
                & ~Q(reason=""),
                name="incidents_placingorder_members",
            ),
            ExclusionConstraint(
                name="incidents_placingorder_one_at_a_time",
                expressions=[
                    (Coalesce("type_id", Value(0)), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_id or '*'}: {' › '.join(self.members)}"


class RoadSide(models.Model):
    """A road along the border of two grids: ``grid``'s as far as ``width_m`` on the side of ``other`` (路侧归属)."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="roads")
    other = models.ForeignKey(Grid, models.PROTECT, related_name="roads_of_others")
    width_m = models.FloatField()
    valid = ValidityField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = DatedQuerySet["RoadSide"].as_manager()

    guards = (
        never_deleted(),
        never_rewritten("grid", "other", "width_m", "set_by", "reason", "recorded_at"),
        only_ends("grids_only_end"),
    )

    class Meta:
        verbose_name = _("road along a border")
        verbose_name_plural = _("roads along borders")
        constraints = [
            dated("incidents_roadside", may_be_called_off=True),
            in_calendar("incidents_roadside", "valid"),
            models.CheckConstraint(
                condition=Q(width_m__gt=0, width_m__lte=100) & ~Q(grid=F("other")) & ~Q(reason=""),
                name="incidents_roadside_width",
            ),
            # A border's road is one side's, not each side's of the other.
            ExclusionConstraint(
                name="incidents_roadside_one_at_a_time",
                expressions=[
                    (models.Func("grid_id", "other_id", function="least"), RangeOperators.EQUAL),
                    (models.Func("grid_id", "other_id", function="greatest"), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} › {self.other_id}: {self.width_m} m"
