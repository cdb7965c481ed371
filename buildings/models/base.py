"""What the tables of buildings share: standing in a community, saying what holds now and what held before."""

from datetime import datetime
from typing import Any, TypeVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import dated, in_calendar
from gisserver.common.db.fields import ValidityField
from gisserver.common.db.guards import never_changed, never_deleted
from gisserver.common.db.validity import DatedQuerySet
from grids.models import visible_communities

M = TypeVar("M", bound=models.Model)
RULES = [("inside", "inside"), ("border", "border"), ("nearest", "nearest"), ("none", "none")]


class PlacedQuerySet(DatedQuerySet[M]):
    """Rows that stand in a community: in their own column, or where their model's ``community_path`` leads."""

    def visible_to(self, user: Viewer, at: datetime | None = None) -> "PlacedQuerySet[M]":
        """Return the rows in the user's areas; those of no known community only to who reads everywhere.

        With ``at`` it is the ground of then that decides, by the rights of today: the model's ``stood_in``.
        """
        communities = visible_communities(user)
        if communities is None:
            return self
        if at is not None:
            return self.filter(self.model.stood_in(communities, at))  # type: ignore[attr-defined]
        path: str = getattr(self.model, "community_path", "community_id")
        return self.filter(**{f"{path}__any_of": communities})


class AsOfQuerySet(PlacedQuerySet[M]):
    """Rows as they were: one for each state that a row was in; ``at`` gives the one of that moment."""

    validity = "shown"


def on_ground(assignments: models.QuerySet[Any], thing: str, communities: RawSQL) -> Q:
    """Return which things stood on the ground of ``communities``: in a grid of theirs, by the ``assignments`` of then.

    ``thing`` names the column with the id of what is assigned. What had no grid then was of its own community.
    """
    held = assignments.filter(grid__isnull=False)
    theirs = held.filter(grid__community_id__any_of=communities)
    loose = ~Q(models.Exists(held.filter(**{thing: models.OuterRef("pk")})))
    return Q(pk__in=theirs.values(thing)) | (Q(community_id__any_of=communities) & loose)


class Changing(models.Model):
    """A row that says what holds now; what it said before stands in its table of states (law 4).

    ``valid`` is its present life. ``changed_at`` is the moment since which it says what it says; None: since its
    life began. A trigger keeps the superseded state, whoever writes.
    """

    valid = ValidityField()
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class State(models.Model):
    """What a row said from one moment to another; written by a trigger, never changed."""

    valid = ValidityField()

    guards = (never_deleted(), never_changed())

    class Meta:
        abstract = True


class AsOf(models.Model):
    """A row of the view over what holds and what held: ``shown`` is when it said so, ``valid`` its whole life."""

    id = models.BigIntegerField(primary_key=True)
    valid = ValidityField()
    shown = ValidityField()

    class Meta:
        abstract = True
        managed = False


class IssuedCode(models.Model):
    """A code as an issued attribute with dates; it is never parsed and never given to another (law 5).

    ``reissued`` marks a further period of a code whose target came back to life, when an event was reverted.
    """

    code = models.CharField(max_length=60, db_collation="C")
    scheme = models.CharField(max_length=30)
    valid = ValidityField()
    issuer = models.CharField(max_length=100, blank=True, db_default="")
    reissued = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True


def issued_once(prefix: str, field: str) -> list[models.BaseConstraint]:
    """Return the constraints of issued codes: never issued again; one of a scheme now per target."""
    return [
        # A plain unique index: a city has millions of codes, and an exclusion constraint takes 200 times longer.
        # A trigger lets only the same target have a code a second time (`reissued`).
        models.UniqueConstraint(fields=["code"], condition=Q(reissued=False), name=f"{prefix}_code_never_reused"),
        models.UniqueConstraint(
            fields=[field, "scheme"], condition=Q(valid__upper_inf=True), name=f"{prefix}_one_current"
        ),
        dated(prefix),
        in_calendar(prefix, "valid"),
    ]
