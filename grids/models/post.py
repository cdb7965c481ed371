"""Who serves which grid, and when: teams, officers, and their posts, dated like boundaries."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import InOneWeek, dated, in_calendar
from gisserver.common.db.fields import ValidityField, WeekHoursField
from gisserver.common.db.guards import (
    Guard,
    announced,
    keeps_history,
    never_deleted,
    never_rewritten,
    only_ends,
    trigger,
)
from gisserver.common.db.validity import DatedQuerySet
from gisserver.common.personal import Mask, mask_phone
from grids.models.division import Division, visible_communities
from grids.models.grid import Grid
from grids.shifts import ALWAYS


def _within_service(column: str) -> Guard:
    """Demand that an officer's posts lie within the time on the staff; ``column`` names the officer."""
    return lambda model: trigger(
        model,
        "within_service",
        "AFTER INSERT OR UPDATE OF valid",
        f"grids_post_within_service('{column}')",
        each="ROW",
    )


class Team(models.Model):
    """Officers who work together in a division (网格队伍)."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=100)

    guards = (never_deleted(), keeps_history())

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["division", "name"], name="grids_team_name")]

    def __str__(self) -> str:
        return self.name


class OfficerQuerySet(DatedQuerySet["Officer"]):
    """The reading vocabulary of officers."""

    def visible_to(self, user: Viewer) -> "OfficerQuerySet":
        """Return the officers of the user's divisions, and those who serve a grid there."""
        areas = visible_communities(user)
        if areas is None:
            return self
        serving = Post.objects.filter(grid__community_id__any_of=areas)
        return self.filter(Q(division_id__any_of=areas) | Q(pk__in=serving.values("officer_id")))


class Officer(models.Model):
    """A person on the staff of a division (网格员); ``valid`` is from joining until leaving."""

    PERSONAL: ClassVar[Mapping[str, Mask]] = {"phone": mask_phone}

    division = models.ForeignKey(Division, models.PROTECT, related_name="officers")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="officers")
    name = models.CharField(max_length=100)
    staff_number = models.CharField(max_length=40, blank=True, db_default="", db_collation="C")
    phone = models.CharField(max_length=40, blank=True, db_default="")
    valid = ValidityField()
    created_at = models.DateTimeField(db_default=Now())

    objects = OfficerQuerySet.as_manager()

    guards = (
        never_deleted(),
        never_rewritten("created_at"),
        only_ends(),
        keeps_history(),
        _within_service("id"),
        announced("officers"),
    )

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [
            dated("grids_officer"),
            in_calendar("grids_officer", "valid"),
            models.CheckConstraint(condition=~Q(name=""), name="grids_officer_named"),
            ExclusionConstraint(
                name="grids_officer_staff_number",
                expressions=[
                    ("division", RangeOperators.EQUAL),
                    ("staff_number", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=~Q(staff_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PostRole(models.TextChoices):
    """As what an officer serves a grid."""

    MAIN = "main", _("main officer")
    DEPUTY = "deputy", _("deputy")
    STAND_IN = "stand_in", _("stand-in")


class PostQuerySet(DatedQuerySet["Post"]):
    """The reading vocabulary of posts."""

    def visible_to(self, user: Viewer) -> "PostQuerySet":
        """Return the posts on grids of the user's areas."""
        areas = visible_communities(user)
        return self if areas is None else self.filter(grid__community_id__any_of=areas)


class Post(models.Model):
    """An officer serves a grid, at these ``hours`` of the week, while it is ``valid`` (岗位)."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="posts")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=PostRole, default=PostRole.MAIN)
    hours = WeekHoursField(default=ALWAYS)
    valid = ValidityField()
    reason = models.CharField(max_length=200, blank=True, db_default="")
    source = models.CharField(max_length=100, blank=True, db_default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = PostQuerySet.as_manager()

    guards = (
        never_deleted(),
        never_rewritten("grid", "officer", "role", "hours", "reason", "source", "decided_by", "recorded_at"),
        only_ends("grids_only_end"),
        _within_service("officer_id"),
        announced("posts"),
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            dated("grids_post", may_be_called_off=True),
            in_calendar("grids_post", "valid"),
            models.CheckConstraint(condition=Q(role__in=PostRole.values), name="grids_post_role"),
            models.CheckConstraint(condition=Q(InOneWeek("hours")), name="grids_post_hours"),
            # One main officer at any hour.
            ExclusionConstraint(
                name="grids_post_one_main_officer",
                expressions=[
                    ("grid", RangeOperators.EQUAL),
                    ("hours", RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(role="main"),
            ),
            ExclusionConstraint(
                name="grids_post_once",
                expressions=[
                    ("grid", RangeOperators.EQUAL),
                    ("officer", RangeOperators.EQUAL),
                    ("hours", RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role} {self.grid_id} {self.valid}"
