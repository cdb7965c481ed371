"""Divisions with their dated versions, and the rule of who sees what is theirs."""

from collections.abc import Collection, Iterable

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db import lookups  # noqa: F401 -- registers `any_of`
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


def divisions_below(ids: Iterable[int]) -> RawSQL:
    """Return the ids of the divisions ``ids`` and of all below them now, as an array for ``any_of``."""
    return RawSQL("ARRAY(SELECT grids_divisions_below(%s))", [list(ids)])


def visible_communities(user: Viewer, permission: Permission = Permission.READ) -> RawSQL | None:
    """Return the ids of the divisions where ``user`` holds ``permission``, for ``any_of``; None means all.

    This is the one rule behind every `visible_to` (law 7).
    """
    areas = scope_of(user).areas(permission)
    return None if areas is None else divisions_below(areas)


def holds(user: Viewer, permission: Permission, communities: Collection[int | None]) -> bool:
    """Say whether ``user`` holds ``permission`` in every one of ``communities``; None is nobody's area."""
    allowed = visible_communities(user, permission)
    if allowed is None:
        return True
    wanted = {community for community in communities if community is not None}
    held = Division.objects.filter(pk__in=wanted).filter(pk__any_of=allowed).count()
    return None not in communities and held == len(wanted)


class DivisionLevel(models.TextChoices):
    """The three levels of administrative division."""

    DISTRICT = "district", _("district")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    COMMUNITY = "community", _("community")


class Division(models.Model):
    """A division's identity; all its attributes are in its versions (行政区划)."""

    level = models.CharField(max_length=20, choices=DivisionLevel)
    created_at = models.DateTimeField(db_default=Now())

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        constraints = [models.CheckConstraint(condition=Q(level__in=DivisionLevel.values), name="grids_division_level")]

    def __str__(self) -> str:
        latest = self.versions.order_by("-valid").values_list("name", "code").first()
        return " ".join(latest or (self.level, str(self.pk)))


class DivisionVersionQuerySet(DatedQuerySet["DivisionVersion"]):
    """The reading vocabulary of divisions."""

    def visible_to(self, user: Viewer) -> "DivisionVersionQuerySet":
        """Return the divisions in the user's areas, and those above them for orientation."""
        areas = scope_of(user).areas(Permission.READ)
        if areas is None:
            return self
        above = RawSQL("SELECT grids_divisions_above(%s)", [list(areas)])
        return self.filter(Q(division_id__any_of=divisions_below(areas)) | Q(division_id__in=above))


class DivisionVersion(models.Model):
    """A division's dated code, name, parent and boundary; a virtual community has no boundary."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="child_versions")
    level = models.CharField(max_length=20, choices=DivisionLevel)
    code = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True, db_default="")
    kind = models.CharField(max_length=20, blank=True, db_default="")
    geom = SurveyMultiPolygonField(null=True, blank=True)
    geom_3857 = web_mercator("geom", models.MultiPolygonField)
    double_area_mm2 = models.GeneratedField(
        expression=DoubleAreaMm2("geom"),
        output_field=models.DecimalField(max_digits=30, decimal_places=0, null=True),
        db_persist=True,
    )
    valid = ValidityField()
    source = models.CharField(max_length=200, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())

    objects = DivisionVersionQuerySet.as_manager()

    guards = (
        never_deleted(),
        never_rewritten(
            *("division", "parent", "level", "code", "name", "name_en", "kind", "geom", "source", "recorded_at")
        ),
        only_ends(),
        announced("divisions", "division_id"),
    )

    class Meta:
        verbose_name = _("division version")
        verbose_name_plural = _("division versions")
        indexes = [
            GistIndex(fields=["geom_3857"], name="grids_divisionversion_3857"),
            models.Index(fields=["parent"], name="grids_divisionversion_parent"),
        ]
        constraints = [
            *geometry_laws("grids_divisionversion"),
            one_at_a_time("grids_divisionversion", "division"),
            code_never_reused("grids_divisionversion", "division"),
            dated("grids_divisionversion"),
            in_calendar("grids_divisionversion", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


def division_of_code(code: str) -> int | None:
    """Return the id of the division that has ``code`` now, or None."""
    return DivisionVersion.objects.at().filter(code=code).values_list("division_id", flat=True).first()
