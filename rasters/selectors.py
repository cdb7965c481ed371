"""Named questions about published rasters."""

from datetime import datetime
from typing import Any

from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence
from layers.errors import CollectionNotFound, CollectionRefused
from layers.models import RasterLayer


def raster(slug: str, user: Any, at: datetime | None = None) -> RasterLayer:
    """Return the version of a raster at ``at`` (None: now).

    Raises CollectionRefused for the anonymous and CollectionNotFound for others who may not see it, known or not;
    Conflict ``raster_as_sent`` for one that was kept before rasters were proved.
    """
    found: RasterLayer | None = RasterLayer.objects.at(at).visible_to(user).filter(slug=slug).first()
    if found is None:
        raise CollectionNotFound(slug) if user.is_authenticated else CollectionRefused(slug)
    if not found.is_cog:
        raise Conflict("raster_as_sent", Sentence("The raster {slug!r} was never proved; publish it again.", slug=slug))
    return found


def rasters(user: Any) -> list[RasterLayer]:
    """Return the current rasters that ``user`` may see and the server can draw, by id."""
    return list(RasterLayer.objects.current().visible_to(user).filter(is_cog=True).order_by("slug"))


def versions(slug: str, user: Any) -> list[RasterLayer]:
    """Return all versions of a raster that ``user`` may see, the newest first."""
    return list(RasterLayer.objects.visible_to(user).filter(slug=slug).order_by("-created_at", "-pk"))
