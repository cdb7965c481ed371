"""Versions of areas: they show whether something under a tile has changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GroundVersion(models.Model):
    """One change of a layer in one square of CELL_ZOOM, written by the database in the changing transaction.

    Rows are only added, so writers never wait for each other; the version of an area is the *sum*
    of ``version`` over its squares whose ``effective_at`` has come. Each change adds a positive random number,
    so the sum grows with every commit, in whatever order transactions end. A change that is to come (a boundary
    published for next Monday) has its row already and joins the sum at that moment. ``tiles_compact()`` merges
    rows and keeps the sums. x = y = -1 stands for the whole layer.
    """

    EVERYWHERE = -1

    layer = models.TextField()
    x = models.IntegerField()
    y = models.IntegerField()
    effective_at = models.DateTimeField()
    version = models.BigIntegerField()

    class Meta:
        verbose_name = _("ground version")
        verbose_name_plural = _("ground versions")
        indexes = [
            models.Index(
                fields=["layer", "x", "y"],
                include=["effective_at", "version"],
                name="tiles_groundversion_cell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.x}/{self.y} {self.version}"
