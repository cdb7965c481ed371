"""Named questions about published collections."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.postgres.fields import RangeField
from django.core.cache import cache
from django.db.models import Max, Min

from gisserver.common.errors import NotFound
from gisserver.common.geo import mercator
from gisserver.common.geo.bbox import outward
from gisserver.common.sentences import Sentence
from layers.models import RasterLayer, UploadedLayer
from layers.registry import Collection

_EXTENT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a collection reaches: [west, south, east.

    North] in degrees and the first and last moment, or None.
    """

    bbox: tuple[float, float, float, float] | None
    interval: tuple[datetime | None, datetime | None] | None


def reach_of(collection: Collection, user: Any) -> Reach:
    """Return the reach of the rows that ``user`` sees; up to five minutes old.

    Since it takes a scan of them.
    """
    key = f"layers.reach.{collection.signature}.{collection.scope_key(user)}"
    reach: Reach | None = cache.get(key)
    if reach is None:
        reach = _measure(collection, user)
        cache.set(key, reach, _EXTENT_SECONDS)
    return reach


def _measure(collection: Collection, user: Any) -> Reach:
    rows = collection.rows(user).order_by()
    wanted: dict[str, Any] = {}
    if collection.extent is None:
        wanted["bbox"] = Extent(collection.geometry_3857)
    if collection.datetime_field and not _is_range(rows.model, collection.datetime_field):
        wanted |= {"first": Min(collection.datetime_field), "last": Max(collection.datetime_field)}
    found = rows.aggregate(**wanted) if wanted else {}
    measured = found.get("bbox")
    interval = (found["first"], found["last"]) if found.get("first") is not None else None
    return Reach(collection.extent or (outward(mercator.to_degrees(measured)) if measured else None), interval)


def _is_range(model: Any, name: str) -> bool:
    return isinstance(model._meta.get_field(name), RangeField)


def uploads() -> list[UploadedLayer]:
    """Return the current vector uploads by id."""
    return list(UploadedLayer.objects.current().select_related("owner").order_by("slug"))


def rasters() -> list[RasterLayer]:
    """Return the current rasters by id."""
    return list(RasterLayer.objects.current().select_related("owner").order_by("slug"))


def upload(slug: str) -> UploadedLayer | RasterLayer:
    """Return the current vector or raster upload of that id. Raises NotFound."""
    for model in (UploadedLayer, RasterLayer):
        found: UploadedLayer | RasterLayer | None = (
            model.objects.current().filter(slug=slug).select_related("owner").first()
        )
        if found is not None:
            return found
    raise NotFound("unknown_layer", Sentence("There is no uploaded layer {slug!r}.", slug=slug))
