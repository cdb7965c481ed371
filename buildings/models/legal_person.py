"""Legal persons: enterprises, shops, institutions (法人), known by their codes for life, each where it is found."""

from datetime import datetime
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.fields import SoundsField
from buildings.models.base import AsOf, Changing, State
from buildings.models.building import Building, BuildingAsOf
from buildings.models.guards import registered
from buildings.models.inside import Unit
from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import dated, geometry_laws, in_calendar, one_at_a_time
from gisserver.common.db.fields import SurveyPointField, web_mercator
from gisserver.common.db.guards import announced, never_rewritten
from gisserver.common.db.validity import DatedQuerySet, M
from grids.models import visible_communities


class LegalPersonKind(models.TextChoices):
    """What a legal person is."""

    ENTERPRISE = "enterprise", _("enterprise")
    SOLE_TRADER = "sole_trader", _("sole trader")
    COOPERATIVE = "cooperative", _("cooperative")
    INSTITUTION = "institution", _("public institution")
    ASSOCIATION = "association", _("association")
    OTHER = "other", _("other")


class LegalPersonStatus(models.TextChoices):
    """In what condition a legal person is; that it is gone says its end."""

    OPERATING = "operating", _("operating")
    SUSPENDED = "suspended", _("suspended")
    REVOKED = "revoked", _("licence revoked")


class IsCreditCode(Func):
    """Whether a text is a unified social credit code, its check character included (GB 32100-2015)."""

    function = "buildings_is_credit_code"
    output_field = models.BooleanField()


class LegalPersonQuerySet(DatedQuerySet[M]):
    """The reading vocabulary of legal persons."""

    def visible_to(self, user: Viewer, at: datetime | None = None) -> "LegalPersonQuerySet[M]":
        """Return those in the user's areas; with ``at`` it is the ground of then that decides (docs/adr/0015)."""
        communities = visible_communities(user)
        return self if communities is None else self.within(communities, at)

    def within(self, communities: RawSQL, at: datetime | None = None) -> "LegalPersonQuerySet[M]":
        """Return those whose building is in ``communities`` (an array of ids), or for one in no building, its place."""
        if at is None:
            housed = Q(building__community_id__any_of=communities)
        else:
            around = BuildingAsOf.objects.at(at).filter(BuildingAsOf.stood_in(communities, at))
            was_last = Q(building__valid__endswith__lte=at, building__community_id__any_of=communities)
            housed = Q(building_id__in=around.values("pk")) | was_last
        moment = Now() if at is None else models.Value(at)
        ground = Func("location", moment, function="grids_community_at", output_field=models.BigIntegerField())
        rows: Any = self.alias(ground=ground)
        found: LegalPersonQuerySet[M] = rows.filter(housed | Q(building=None, ground__any_of=communities))
        return found


class LegalPersonAsOfQuerySet(LegalPersonQuerySet[M]):
    """Legal persons as they were: one for each state."""

    validity = "shown"


class LegalPersonWords(models.Model):
    """What is said of a legal person, and may change.

    It is found in ``unit``, ``building`` or at ``location``: by its actual address, else by its registered one.
    """

    name = models.CharField(max_length=200)
    sounds = SoundsField()
    kind = models.CharField(max_length=20, choices=LegalPersonKind)
    status = models.CharField(
        max_length=20,
        choices=LegalPersonStatus,
        default=LegalPersonStatus.OPERATING,
        db_default=LegalPersonStatus.OPERATING,
    )
    registered_address = models.CharField(max_length=300, blank=True, db_default="")
    actual_address = models.CharField(max_length=300, blank=True, db_default="")
    registered_building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    registered_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    location = SurveyPointField()
    location_3857 = web_mercator("location", models.PointField)

    class Meta:
        abstract = True


class LegalPerson(LegalPersonWords, Changing):
    """A legal person (法人): one row for life, under one credit code.

    It outlives its house: what was registered in a building that is gone stays registered there, and is found at its
    place, until somebody says otherwise.
    """

    credit_code = models.CharField(max_length=18, db_collation="C")
    source = models.CharField(max_length=100, blank=True, db_default="")
    recorded_at = models.DateTimeField(db_default=Now())

    objects = LegalPersonQuerySet["LegalPerson"].as_manager()

    guards = (*registered(), never_rewritten("credit_code"), announced("legal_persons"))

    class Meta:
        verbose_name = _("legal person")
        verbose_name_plural = _("legal persons")
        indexes = [
            GistIndex(fields=["location_3857"], name="buildings_legalperson_loc_3857"),
            GinIndex(fields=["sounds"], name="buildings_legalperson_sounds", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["credit_code"], name="buildings_legalperson_one_code"),
            models.CheckConstraint(condition=Q(IsCreditCode("credit_code")), name="buildings_legalperson_code"),
            models.CheckConstraint(condition=~Q(name=""), name="buildings_legalperson_named"),
            models.CheckConstraint(condition=Q(kind__in=LegalPersonKind.values), name="buildings_legalperson_kind"),
            models.CheckConstraint(
                condition=Q(status__in=LegalPersonStatus.values), name="buildings_legalperson_status"
            ),
            *geometry_laws("buildings_legalperson", "location"),
            dated("buildings_legalperson"),
            in_calendar("buildings_legalperson", "valid", "changed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_code} {self.name}"


class LegalPersonState(LegalPersonWords, State):
    """What was said of a legal person before."""

    legalperson = models.ForeignKey(LegalPerson, models.PROTECT, related_name="states")

    objects = DatedQuerySet["LegalPersonState"].as_manager()

    class Meta:
        verbose_name = _("former state of a legal person")
        verbose_name_plural = _("former states of legal persons")
        constraints = [
            one_at_a_time("buildings_legalpersonstate", "legalperson"),
            dated("buildings_legalpersonstate"),
            in_calendar("buildings_legalpersonstate", "valid"),
        ]

    def __str__(self) -> str:
        return f"{self.legalperson_id} {self.valid}"


class LegalPersonAsOf(LegalPersonWords, AsOf):
    """Legal persons as they were at a moment."""

    credit_code = models.CharField(max_length=18, db_collation="C")
    source = models.CharField(max_length=100)

    objects = LegalPersonAsOfQuerySet["LegalPersonAsOf"].as_manager()

    class Meta(AsOf.Meta):
        managed = False
        db_table = "buildings_legalperson_asof"

    def __str__(self) -> str:
        return f"{self.credit_code} {self.name}"
