"""What users publish: uploaded vector layers (each in a table of its own) and rasters."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.areas import below
from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db.constraints import in_calendar
from gisserver.common.db.guards import never_deleted, never_rewritten
from layers.fields import GeometryType


class PublishedQuerySet(models.QuerySet[Any]):
    """Reading vocabulary of what users publish."""

    def current(self) -> "PublishedQuerySet":
        """Return what has not been withdrawn or replaced."""
        return self.filter(withdrawn_at__isnull=True)


class Published(models.Model):
    """What vector and raster uploads have in common. Withdrawing hides a layer; nothing of it is deleted."""

    slug = models.SlugField(max_length=63)
    title = models.CharField(max_length=200)
    srid = models.IntegerField()
    # [west, south, east, north] in lon/lat degrees; None for a layer without a single geometry.
    extent: "models.JSONField[Any]" = models.JSONField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    source_name = models.CharField(max_length=255)
    source_layer = models.CharField(max_length=255, blank=True)
    # SHA-256 of the file and of how it was read: the same import again changes nothing.
    source_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.slug


class UploadedLayer(Published):
    """An uploaded vector layer: its features lie in ``table``, in the CRS ``srid`` that they came in.

    ``fields`` lists the columns: ``{"name", "type", "column", "title"}`` each.
    """

    geometry_type = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in GeometryType])
    fields: "models.JSONField[Any]" = models.JSONField()
    feature_count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("uploaded layer")
        verbose_name_plural = _("uploaded layers")
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(withdrawn_at__isnull=True), name="layers_upload_slug_once"
            )
        ]

    @property
    def table(self) -> str:
        """The name of the table of its features."""
        return f"layer_{self.pk}"


class RasterQuerySet(PublishedQuerySet):
    """Reading vocabulary of rasters; each row is a version, which holds until it is replaced or withdrawn."""

    def current(self) -> "RasterQuerySet":
        """Return what has not been withdrawn or replaced."""
        return self.at(None)

    def at(self, moment: datetime | None) -> "RasterQuerySet":
        """Return the versions that were published at ``moment``; None: now."""
        if moment is None:
            return self.filter(withdrawn_at__isnull=True)
        ended = models.Q(withdrawn_at__isnull=True) | models.Q(withdrawn_at__gt=moment)
        return self.filter(ended, created_at__lte=moment)

    def visible_to(self, user: Viewer) -> "RasterQuerySet":
        """Return those whose whole area ``user`` may read; one without an area is for every reader."""
        areas = scope_of(user).areas(Permission.READ)
        public = models.Q(slug__in=settings.PUBLIC_LAYERS)
        if areas is None:
            return self
        if not areas:
            return self.filter(public)
        return self.filter(public | models.Q(area__isnull=True) | models.Q(area__any_of=below(areas)))


class RasterLayer(Published):
    """A version of an uploaded GeoTIFF, kept as a file ``path`` below ``$GISSERVER_HOME/rasters``."""

    path = models.CharField(max_length=255)
    # Written anew by the child that proved it. What was kept before as it was sent is not opened in a serving process.
    is_cog = models.BooleanField(default=False)
    # The division whose readers may see it; None: all readers. By name: this app imports no app above it.
    area = models.ForeignKey("grids.Division", models.PROTECT, null=True, related_name="+")
    width = models.IntegerField()
    height = models.IntegerField()
    # Per band what `layers.reading.raster` describes: dtype, nodata, unit, colours, statistics of its valid values.
    bands: "models.JSONField[Any]" = models.JSONField()
    # Affine transform from pixel to the CRS ``srid``: [a, b, c, d, e, f] as rasterio gives it.
    transform: "models.JSONField[Any]" = models.JSONField()

    objects: ClassVar[Any] = RasterQuerySet.as_manager()

    class Meta:
        verbose_name = _("raster layer")
        verbose_name_plural = _("raster layers")
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(withdrawn_at__isnull=True), name="layers_raster_slug_once"
            )
        ]


class StoredQuery(models.Model):
    """A query over collections that is kept under a name, with parameters (存储查询); who runs it sees what they may.

    ``expression`` is as it was sent. Another under the same name withdraws this one; nothing is deleted.
    """

    slug = models.SlugField(max_length=63)
    expression: "models.JSONField[Any]" = models.JSONField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    objects = PublishedQuerySet.as_manager()

    guards = (never_deleted(), never_rewritten("slug", "expression", "owner", "created_at"))

    class Meta:
        verbose_name = _("stored query")
        verbose_name_plural = _("stored queries")
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(withdrawn_at__isnull=True), name="layers_storedquery_slug_once"
            ),
            in_calendar("layers_storedquery", "created_at", "withdrawn_at"),
        ]

    def __str__(self) -> str:
        return self.slug
