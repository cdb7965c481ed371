"""Divisions, grids and their dated versions, redraws: the tables of the partition."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db.constraints import (
    DoubleAreaMm2,
    code_never_reused,
    dated,
    geometry_laws,
    in_calendar,
    one_at_a_time,
)
from gisserver.common.db.fields import SurveyMultiPolygonField, ValidityField, web_mercator
from gisserver.common.db.guards import never_changed, never_deleted, never_rewritten, only_ends, refers_together
from gisserver.common.db.validity import DatedQuerySet


def divisions_below(ids: Iterable[int]) -> RawSQL:
    """Return the ids of the divisions ``ids`` and of all below them now, as a subquery."""
    return RawSQL("SELECT grids_divisions_below(%s)", [list(ids)])


def visible_communities(user: Viewer, permission: Permission = Permission.READ) -> RawSQL | None:
    """Return the ids of the divisions where ``user`` holds ``permission`` as a subquery; None means all.

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
    held = Division.objects.filter(pk__in=wanted).filter(pk__in=allowed).count()
    return None not in communities and held == len(wanted)


class DivisionLevel(models.TextChoices):
    """The three levels of administrative division."""

    DISTRICT = "district", _("district")
    SUBDISTRICT = "subdistrict", _("subdistrict")
    COMMUNITY = "community", _("community")


class Division(models.Model):
    """A division's identity; everything said of it stands in its versions (行政区划)."""

    level = models.CharField(max_length=20, choices=DivisionLevel)
    created_at = models.DateTimeField(db_default=Now())

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        constraints = [models.CheckConstraint(condition=Q(level__in=DivisionLevel.values), name="grids_division_level")]

    def __str__(self) -> str:
        said = self.versions.order_by("-valid").values_list("name", "code").first()
        return " ".join(said or (self.level, str(self.pk)))


class DivisionVersionQuerySet(DatedQuerySet["DivisionVersion"]):
    """The reading vocabulary of divisions."""

    def visible_to(self, user: Viewer) -> "DivisionVersionQuerySet":
        """Return the divisions in the user's areas, and those above them for orientation."""
        areas = scope_of(user).areas(Permission.READ)
        if areas is None:
            return self
        above = RawSQL("SELECT grids_divisions_above(%s)", [list(areas)])
        return self.filter(Q(division_id__in=divisions_below(areas)) | Q(division_id__in=above))


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
        return self if communities is None else self.filter(community_id__in=communities)


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


class RedrawStatus(models.TextChoices):
    """The life of a redraw (DESIGN §2)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RedrawQuerySet(models.QuerySet["Redraw"]):
    """The reading vocabulary of redraws."""

    def visible_to(self, user: Viewer) -> "RedrawQuerySet":
        """Return the redraws all of whose communities the user may see."""
        communities = visible_communities(user)
        if communities is None:
            return self
        hidden = Redraw.communities.through.objects.exclude(division_id__in=communities)
        return self.exclude(pk__in=hidden.values("redraw_id"))


class Redraw(models.Model):
    """A change set of grid boundaries, a list of commands on a base (划格方案)."""

    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True, db_default="")
    status = models.CharField(max_length=20, choices=RedrawStatus, default=RedrawStatus.DRAFT)
    communities = models.ManyToManyField(Division, related_name="redraws")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    created_at = models.DateTimeField(db_default=Now())
    effective_at = models.DateTimeField(null=True, blank=True)

    objects = RedrawQuerySet.as_manager()

    guards = (never_deleted(),)

    class Meta:
        verbose_name = _("redraw")
        verbose_name_plural = _("redraws")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RedrawStatus.values), name="grids_redraw_status"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(effective_at__isnull=False),
                name="grids_redraw_effective",
            ),
            in_calendar("grids_redraw", "effective_at"),
        ]

    def __str__(self) -> str:
        return self.title


class RedrawCommand(models.Model):
    """One edit inside a redraw; an undone command stays, marked (命令)."""

    redraw = models.ForeignKey(Redraw, models.PROTECT, related_name="commands")
    community = models.ForeignKey(Division, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=30)
    arguments: "models.JSONField[Any]" = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True, blank=True)

    guards = (
        never_deleted(),
        never_rewritten("redraw", "community", "number", "verb", "arguments", "author", "created_at"),
    )

    class Meta:
        verbose_name = _("redraw command")
        verbose_name_plural = _("redraw commands")
        ordering = ["redraw", "number"]
        constraints = [
            models.UniqueConstraint(fields=["redraw", "number"], name="grids_redrawcommand_once"),
            in_calendar("grids_redrawcommand", "undone_at"),
        ]

    def __str__(self) -> str:
        return f"{self.redraw_id}#{self.number} {self.verb}"


class RedrawAction(models.TextChoices):
    """What happens to a redraw."""

    CREATED = "created", _("created")
    EDITED = "edited", _("reworded")
    UNDONE = "undone", _("command undone")
    REDONE = "redone", _("command redone")
    SUBMITTED = "submitted", _("handed in")
    APPROVED = "approved", _("approval")
    REJECTED = "rejected", _("rejection")
    REOPENED = "reopened", _("reopened")
    WITHDRAWN = "withdrawn", _("withdrawal")
    PUBLISHED = "published", _("publication")
    CORRECTED = "corrected", _("correction")
    PLAN_CANCELLED = "plan_cancelled", _("plan cancelled")


class RedrawEvent(models.Model):
    """Who did what to a redraw, when, and why; never changed (方案日志)."""

    redraw = models.ForeignKey(Redraw, models.PROTECT, related_name="events")
    action = models.CharField(max_length=20, choices=RedrawAction)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    comment = models.TextField(blank=True, db_default="")
    command = models.PositiveIntegerField(null=True, blank=True)
    # A line of the same redraw.
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    created_at = models.DateTimeField(db_default=Now())

    guards = (
        never_deleted(),
        never_changed(),
        refers_together("corrects_own", ("corrects", "redraw"), ("id", "redraw_id"), deferred=False),
    )

    class Meta:
        verbose_name = _("redraw event")
        verbose_name_plural = _("redraw events")
        ordering = ["redraw", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=RedrawAction.values), name="grids_redrawevent_action"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) & ~Q(action="corrected")
                | Q(corrects__isnull=False, action="corrected") & ~Q(comment=""),
                name="grids_redrawevent_correction",
            ),
            models.UniqueConstraint(fields=["id", "redraw"], name="grids_redrawevent_of_redraw"),
        ]

    def __str__(self) -> str:
        return f"{self.redraw_id} {self.action}"
