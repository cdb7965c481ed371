"""Buildings, entrances, units, households and their addresses: everything that has a place."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Q
from django.utils import timezone

from gisserver.common.access.models import Viewer
from gisserver.common.fields import SurveyMultiPolygonField, SurveyPointField, ValidityField, web_mercator
from gisserver.common.history import DatedQuerySet, M
from gisserver.common.laws import OneOf, dated, geometry_laws, one_at_a_time
from grids.models import (
    Division,
    Grid,
    GridVersion,
    visible_communities,
)

RULES = [("inside", "inside"), ("border", "border"), ("nearest", "nearest"), ("none", "none")]


class PlacedQuerySet(DatedQuerySet[M]):
    """Rows that stand in a community, each by its own path to it."""

    community_path = "community_id"

    def visible_to(self, user: Viewer) -> "PlacedQuerySet[M]":
        """Return the rows in the user's areas."""
        communities = visible_communities(user)
        return self if communities is None else self.filter(**{f"{self.community_path}__in": communities})


class BuildingKind(models.TextChoices):
    """What a building is for."""

    RESIDENTIAL = "residential", "居住"
    COMMERCIAL = "commercial", "商业"
    INDUSTRIAL = "industrial", "工业"
    PUBLIC = "public", "公共"
    MIXED = "mixed", "商住"
    OTHER = "other", "其他"


class BuildingQuerySet(PlacedQuerySet["Building"]):
    """The reading vocabulary of buildings."""


class Building(models.Model):
    """A building: its place, its footprint if known, what it is (楼栋)."""

    community = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="buildings")
    footprint = SurveyMultiPolygonField(null=True, blank=True, spatial_index=False)
    footprint_3857 = web_mercator("footprint", models.MultiPolygonField)
    location = SurveyPointField()
    location_3857 = web_mercator("location", models.PointField)
    name = models.CharField(max_length=200, blank=True, db_default="")
    kind = models.CharField(max_length=20, choices=BuildingKind, default=BuildingKind.OTHER)
    floors = models.SmallIntegerField(null=True, blank=True)
    height_m = models.FloatField(null=True, blank=True)
    valid = ValidityField()
    source = models.CharField(max_length=100, blank=True, db_default="")
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = "楼栋 building"
        indexes = [
            GistIndex(fields=["footprint_3857"], name="buildings_building_fp_3857"),
            models.Index(fields=["source", "source_ref"], name="buildings_building_source"),
        ]
        constraints = [
            *geometry_laws("buildings_building", "footprint"),
            *geometry_laws("buildings_building", "location"),
            models.CheckConstraint(condition=Q(kind__in=BuildingKind.values), name="buildings_building_kind"),
            dated("buildings_building"),
        ]

    def __str__(self) -> str:
        return self.name or f"building {self.pk}"


class BuildingAssignment(models.Model):
    """The grid responsible for a building, by which rule and how far from its border (归属)."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="assignments")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="building_assignments")
    grid_version = models.ForeignKey(GridVersion, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=10, choices=RULES)
    margin_m = models.FloatField(null=True, blank=True)
    valid = ValidityField()

    objects = DatedQuerySet["BuildingAssignment"].as_manager()

    class Meta:
        verbose_name = "楼栋归属 building assignment"
        constraints = [
            one_at_a_time("buildings_buildingassignment", "building"),
            models.CheckConstraint(
                condition=Q(rule="none", grid__isnull=True)
                | Q(rule__in=["inside", "border", "nearest"], grid__isnull=False),
                name="buildings_buildingassignment_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building_id} → {self.grid_id} ({self.rule})"


class IssuedCode(models.Model):
    """A code as an issued attribute with dates; it is never parsed and never reused (law 5)."""

    code = models.CharField(max_length=60, db_collation="C")
    scheme = models.CharField(max_length=30)
    valid = ValidityField()
    issuer = models.CharField(max_length=100, blank=True, db_default="")

    class Meta:
        abstract = True


def issued_once(prefix: str, field: str) -> list[models.BaseConstraint]:
    """Return the constraints of issued codes: never issued again; one of a scheme now per target."""
    return [
        # A plain unique index: a city has millions of codes, and an exclusion constraint takes 200 times longer.
        models.UniqueConstraint(fields=["code"], name=f"{prefix}_code_never_reused"),
        models.UniqueConstraint(
            fields=[field, "scheme"], condition=Q(valid__upper_inf=True), name=f"{prefix}_one_current"
        ),
        dated(prefix),
    ]


class BuildingCode(IssuedCode):
    """A code of a building, 19 digits in Shenzhen."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="codes")

    objects = DatedQuerySet["BuildingCode"].as_manager()

    class Meta:
        verbose_name = "楼栋编码 building code"
        constraints = issued_once("buildings_buildingcode", "building")

    def __str__(self) -> str:
        return self.code


class EntranceQuerySet(PlacedQuerySet["Entrance"]):
    """The reading vocabulary of entrances."""

    community_path = "building__community_id"


class Entrance(models.Model):
    """An entrance or stairwell of a building (单元)."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="entrances")
    name = models.CharField(max_length=50)
    location = SurveyPointField(null=True, blank=True)
    location_3857 = web_mercator("location", models.PointField)
    valid = ValidityField()
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")

    objects = EntranceQuerySet.as_manager()

    class Meta:
        verbose_name = "单元 entrance"
        indexes = [GistIndex(fields=["location_3857"], name="buildings_entrance_loc_3857")]
        constraints = [*geometry_laws("buildings_entrance", "location"), dated("buildings_entrance")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(PlacedQuerySet["Unit"]):
    """The reading vocabulary of units."""

    community_path = "building__community_id"


class Unit(models.Model):
    """A lockable unit: a flat, a shop, a workshop (房屋)."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="units")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="units")
    number = models.CharField(max_length=50)
    floor = models.SmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=BuildingKind, default=BuildingKind.RESIDENTIAL)
    valid = ValidityField()
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "房屋 unit"
        constraints = [
            models.UniqueConstraint(
                fields=["building", "entrance", "number"],
                condition=Q(valid__upper_inf=True),
                nulls_distinct=False,
                name="buildings_unit_number_once",
            ),
            dated("buildings_unit"),
        ]

    def __str__(self) -> str:
        return self.number


class UnitCode(IssuedCode):
    """A code of a unit, 25 digits in Shenzhen."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="codes")

    objects = DatedQuerySet["UnitCode"].as_manager()

    class Meta:
        verbose_name = "房屋编码 unit code"
        constraints = issued_once("buildings_unitcode", "unit")

    def __str__(self) -> str:
        return self.code


class HouseholdQuerySet(PlacedQuerySet["Household"]):
    """The reading vocabulary of households."""

    community_path = "unit__building__community_id"


class Household(models.Model):
    """A household in a unit. Name and phone are personal data: masked unless permitted (户)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="households")
    head_name = models.CharField(max_length=100, blank=True, db_default="")
    phone = models.CharField(max_length=40, blank=True, db_default="")
    residents = models.PositiveSmallIntegerField(default=1)
    registered = models.BooleanField(default=False)
    invented = models.BooleanField(default=False, db_default=False)
    valid = ValidityField()
    source_ref = models.CharField(max_length=100, blank=True, db_default="", db_collation="C")

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "户 household"
        constraints = [dated("buildings_household")]

    def __str__(self) -> str:
        return f"household {self.pk}"


class AddressKind(models.TextChoices):
    """One standard address, and any others that people use."""

    STANDARD = "standard", "标准地址"
    ALTERNATE = "alternate", "别名"
    FORMER = "former", "曾用"


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
    source = models.CharField(max_length=100, blank=True, db_default="")
    valid = ValidityField()

    objects = DatedQuerySet["Address"].as_manager()

    class Meta:
        verbose_name = "地址 address"
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
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(OneOf("division", "building", "entrance", "unit")),
                name="buildings_address_one_target",
            ),
            models.CheckConstraint(condition=Q(kind__in=AddressKind.values), name="buildings_address_kind"),
            dated("buildings_address"),
        ]

    def __str__(self) -> str:
        return self.text
