"""Addresses: texts about a target, each with its source and dates."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from buildings.fields import KeysField, NamesField
from buildings.models.building import Building
from buildings.models.guards import HangsOn
from buildings.models.inside import Entrance, Unit
from gisserver.common.access.models import Viewer
from gisserver.common.db.constraints import OneOf, dated, in_calendar
from gisserver.common.db.fields import ValidityField
from gisserver.common.db.guards import never_deleted, never_rewritten, only_ends
from gisserver.common.db.validity import DatedQuerySet
from grids.models import Division, visible_communities


class AddressKind(models.TextChoices):
    """One standard address, and any others that people use."""

    STANDARD = "standard", _("standard address")
    ALTERNATE = "alternate", _("alternate")
    FORMER = "former", _("former")


class AddressQuerySet(DatedQuerySet["Address"]):
    """The reading vocabulary of addresses."""

    def visible_to(self, user: Viewer) -> "AddressQuerySet":
        """Return the addresses of what stands in the user's areas, and of the divisions there."""
        communities = visible_communities(user)
        if communities is None:
            return self
        return self.filter(
            Q(division_id__any_of=communities)
            | Q(building__community_id__any_of=communities)
            | Q(entrance__building__community_id__any_of=communities)
            | Q(unit__building__community_id__any_of=communities)
        )


class Address(models.Model):
    """A text about a target, one of: division, building, entrance, unit (地址)."""

    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="addresses")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="addresses")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="addresses")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="addresses")
    text = models.CharField(max_length=300)
    normalized = models.CharField(max_length=300, db_collation="C")
    kind = models.CharField(max_length=20, choices=AddressKind, default=AddressKind.STANDARD)
    road = models.CharField(max_length=100, blank=True, db_default="")
    number = models.CharField(max_length=50, blank=True, db_default="")
    keys = KeysField()
    names = NamesField()
    source = models.CharField(max_length=100, blank=True, db_default="")
    # That other buildings have this standard address too was decided, and is no double.
    shared = models.BooleanField(default=False, db_default=False)
    valid = ValidityField()

    objects = AddressQuerySet.as_manager()

    guards = (
        never_deleted(),
        never_rewritten(
            *("division", "building", "entrance", "unit", "text", "kind", "road", "number", "source", "shared")
        ),
        only_ends(),
        HangsOn("building"),
        HangsOn("entrance"),
        HangsOn("unit"),
    )

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [
            GinIndex(fields=["normalized"], name="buildings_address_trigram", opclasses=["gin_trgm_ops"]),
            # Units outnumber all else by ten: most questions search without them, and find them by their building.
            GinIndex(
                fields=["normalized"],
                name="buildings_address_houses",
                opclasses=["gin_trgm_ops"],
                condition=Q(unit__isnull=True),
            ),
            models.Index(fields=["normalized"], name="buildings_address_exact"),
            # Without a pending list, through which every one of a batch's thousands of questions would read.
            GinIndex(fields=["keys"], name="buildings_address_keys", condition=Q(unit__isnull=True), fastupdate=False),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(OneOf("division", "building", "entrance", "unit")),
                name="buildings_address_one_target",
            ),
            models.CheckConstraint(condition=Q(kind__in=AddressKind.values), name="buildings_address_kind"),
            *[
                models.UniqueConstraint(
                    fields=[target],
                    condition=Q(kind="standard", valid__upper_inf=True, **{f"{target}__isnull": False}),
                    name=f"buildings_address_one_standard_{target}",
                )
                for target in ("building", "entrance", "unit")
            ],
            models.UniqueConstraint(
                fields=["normalized"],
                condition=Q(kind="standard", valid__upper_inf=True, building__isnull=False, shared=False),
                name="buildings_address_held_once",
            ),
            models.CheckConstraint(
                condition=Q(valid__upper_inf=False) | (~Q(normalized="") & Q(text__regex=r"\S")),
                name="buildings_address_not_blank",
            ),
            dated("buildings_address"),
            in_calendar("buildings_address", "valid"),
        ]

    def __str__(self) -> str:
        return self.text


class KnownName(models.Model):
    """A name of a road, an estate or a building that some address holds, and how it sounds and may be misspelt.

    Filled by a trigger on `Address`, in the writer's transaction; only ever grows, for a former name is still asked.
    """

    name = models.TextField(primary_key=True, db_collation="C")
    pinyin = models.TextField(db_collation="C")
    initials = models.TextField(db_collation="C")
    shortened = ArrayField(models.TextField(db_collation="C"))

    class Meta:
        verbose_name = _("known name")
        verbose_name_plural = _("known names")
        indexes = [
            GinIndex(fields=["shortened"], name="buildings_knownname_shortened", fastupdate=False),
            models.Index(fields=["pinyin"], name="buildings_knownname_pinyin"),
            models.Index(fields=["initials"], name="buildings_knownname_initials"),
        ]

    def __str__(self) -> str:
        return self.name
