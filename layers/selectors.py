"""Named questions about published collections."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.gis.db.models import Extent
from django.contrib.postgres.fields import RangeField
from django.core.cache import cache
from django.db.models import Max, Min

from gisserver.common.errors import NotFound
from gisserver.common.geo import mercator
from gisserver.common.geo.bbox import outward
from gisserver.common.sentences import Sentence
from layers import tables
from layers.models import RasterLayer, UploadedLayer
from layers.registry import Collection
from layers.versions import Reads, names_of, versions_of

_EXTENT_SECONDS = 300
_CURRENT_SECONDS = 24 * 3600
_SHOWN_VERSIONS = 1000


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a collection reaches: [west, south, east, north] in degrees and the first and last moment, or None.

    ``is_current`` tells that nothing has changed since it was measured.
    """

    bbox: tuple[float, float, float, float] | None
    interval: tuple[datetime | None, datetime | None] | None
    is_current: bool = False


def reaches_of(collections: Sequence[Collection], user: Any) -> list[Reach]:
    """Return the reach of the rows that ``user`` sees of each; where rows change, up to five minutes old.

    It takes a scan of them, so it is measured once for each version of what is read.
    """
    found = versions_of([Reads(names_of(each.id)) for each in collections])
    return [_reach(each, user, version) for each, version in zip(collections, found, strict=True)]


def _reach(collection: Collection, user: Any, version: int | None) -> Reach:
    key = f"layers.reach.{collection.signature}.{collection.scope_key(user)}"
    reach: Reach | None = cache.get(f"{key}.{version}") if version is not None else None
    if reach is None:
        reach = cache.get(key)
    if reach is None:
        reach = _measure(collection, user)
        cache.set(key, reach, _EXTENT_SECONDS)
        cache.set(f"{key}.{version}", replace(reach, is_current=version is not None), _CURRENT_SECONDS)
        return replace(reach, is_current=version is not None)
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


def rasters(user: Any) -> list[RasterLayer]:
    """Return the current rasters that ``user`` may see, by id."""
    return list(RasterLayer.objects.current().visible_to(user).select_related("owner", "area").order_by("slug"))


def upload(slug: str, user: Any) -> UploadedLayer | RasterLayer:
    """Return the current vector or raster upload of that id, if ``user`` may see it. Raises NotFound."""
    for rows in (UploadedLayer.objects.current(), RasterLayer.objects.current().visible_to(user)):
        found: UploadedLayer | RasterLayer | None = rows.filter(slug=slug).select_related("owner").first()
        if found is not None:
            return found
    raise NotFound("unknown_layer", Sentence("There is no uploaded layer {slug!r}.", slug=slug))


def feature_versions(slug: str, fid: int, user: Any) -> list[dict[str, Any]]:
    """Return the newest thousand versions of a feature of the current upload ``slug``. Raises NotFound."""
    layer = upload(slug, user)
    shown = ("version", "began_at", "ended_at", "author_id")
    found = (
        list(tables.versions_of(layer).filter(fid=fid).order_by("-version").values(*shown)[:_SHOWN_VERSIONS])
        if isinstance(layer, UploadedLayer) and fid < 2**63
        else []
    )
    if not found:
        raise NotFound("unknown_feature", Sentence("{id} has no feature {fid}.", id=slug, fid=fid))
    authors = dict(User.objects.filter(pk__in={each["author_id"] for each in found}).values_list("pk", "username"))
    return [each | {"author": authors.get(each["author_id"])} for each in found]
