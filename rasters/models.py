"""What rasters say of zones, kept so that a zone that has not changed is not computed again."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from layers.models import RasterLayer


class ZoneStatistics(models.Model):
    """The statistics of one band of a version of a raster in one zone.

    ``zone`` is the SHA-256 of the zone's geometry in its own CRS, as EWKB: a grid that a redraw leaves alone is the
    same zone in the draft, before and after. Neither side ever changes, so neither does the row.
    """

    raster = models.ForeignKey(RasterLayer, models.PROTECT, related_name="+")
    band = models.PositiveSmallIntegerField()
    zone = models.BinaryField(max_length=32)
    # What `rasters.zonal.coverage.Statistics` says as JSON.
    statistics: "models.JSONField[Any]" = models.JSONField()
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("statistics of a zone")
        verbose_name_plural = _("statistics of zones")
        constraints = [models.UniqueConstraint(fields=["raster", "band", "zone"], name="rasters_zone_once")]

    def __str__(self) -> str:
        return f"{self.raster_id}.{self.band} {bytes(self.zone).hex()[:8]}"
