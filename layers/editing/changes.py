"""Changes to the features of an uploaded layer: create, replace, change, delete; each is one transaction.

A version is never overwritten: it ends, and the next begins at that moment. Each change locks the layer's row until
the commit, so that the changes to one layer come one after the other, and none after its withdrawal.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import DataError, InternalError, connection, transaction
from psycopg import sql

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Forbidden, Invalid, NotFound
from gisserver.common.geo.geometry import to_geos, to_shapely
from gisserver.common.sentences import Sentence
from layers import tables
from layers.editing.drafts import Draft
from layers.editing.shapes import stored
from layers.kinds import FieldType
from layers.models import UploadedLayer
from layers.reading.vector import lonlat_extent
from layers.registry import Collection
from layers.spatial.crs import Crs

# Says what stands when a change begins: the state of the feature, as `state_of` writes it. It raises to refuse.
Look = Callable[[str], None]
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Written:
    """A feature and the state that a change has left it in."""

    fid: int
    state: str


def may_edit(collection: Collection, user: Any) -> bool:
    """Say whether ``user`` may change features: of an own upload, or as administrator of the whole deployment."""
    if not collection.uploaded or not user.is_authenticated:
        return False
    scope = scope_of(user)
    owns = collection.owner_id is not None and collection.owner_id == user.pk
    # A layer is seen in the whole deployment, so who administers only a part of it does not decide on it.
    return scope.areas(Permission.ADMINISTER) is None or (owns and scope.may(Permission.UPLOAD_LAYERS))


def demand_editable(collection: Collection, user: Any) -> None:
    """Raise Forbidden where features are not edited here at all, or not by this user, and say what to do instead."""
    if not collection.uploaded:
        raise Forbidden("read_only_collection", _instead(collection), collection=collection.id)
    if not may_edit(collection, user):
        told = Sentence(
            "Only its owner or an administrator of the whole deployment may change the layer {slug!r}.",
            slug=collection.id,
        )
        raise Forbidden("not_yours", told)


def _instead(collection: Collection) -> Sentence:
    return collection.changed_by or Sentence(
        "{id} follows from the server's registers: change those, not this collection.", id=collection.id
    )


def state_of(collection: Collection, user: Any, fid: int) -> str:
    """Return the state of a feature, which changes with each edit of it; empty when there is none, or no upload."""
    if not collection.uploaded:
        return ""
    version = collection.rows(user).filter(fid=fid).values_list("version", flat=True).first()
    return _state(int(collection.revision), version) if version else ""


def _state(layer: int, version: int) -> str:
    return f"{layer:x}.{version:x}"


@transaction.atomic
def create(collection: Collection, user: Any, drafts: Sequence[Draft], crs: Crs) -> list[Written]:
    """Add features, all or none, and return them in order. Raises NotFound, Invalid or Refused."""
    layer = _locked(collection)
    shapes = stored([draft.geometry for draft in drafts], crs, layer.srid)
    numbers = _next_versions(layer, len(drafts))
    rows = [
        _version(layer, number, number, user, shape, draft.values)
        for number, draft, shape in zip(numbers, drafts, shapes, strict=True)
    ]
    with _refusing():
        tables.model_of(layer)._default_manager.bulk_create(rows, batch_size=_BATCH)
    _note(layer, shapes, more=len(rows))
    return [Written(number, _state(layer.pk, number)) for number in numbers]


@transaction.atomic
def change(collection: Collection, user: Any, fid: int, draft: Draft, crs: Crs, look: Look) -> Written:
    """Let a feature hold what ``draft`` says; what it leaves out stays. Raises NotFound, Invalid or Refused.

    What says nothing new makes no version.
    """
    layer = _locked(collection)
    held = _held(layer, fid, look)
    shape = held.geom and to_shapely(held.geom)
    if draft.has_geometry:
        [shape] = stored([draft.geometry], crs, layer.srid)
    names = [tables.attribute(number) for number in range(len(layer.fields))]
    values = {name: getattr(held, name) for name in names} | dict(draft.values)
    kinds = [FieldType(field["type"]) for field in layer.fields]
    is_known = all(_alike(kind, getattr(held, name), values[name]) for kind, name in zip(kinds, names, strict=True))
    if is_known and _same(held.geom and to_shapely(held.geom), shape):
        return Written(fid, _state(layer.pk, held.version))
    began_at = _end(layer, held)
    [number] = _next_versions(layer, 1)
    with _refusing():
        _version(layer, number, fid, user, shape, values, began_at=began_at).save(force_insert=True)
    _note(layer, [shape])
    return Written(fid, _state(layer.pk, number))


@transaction.atomic
def delete(collection: Collection, fid: int, look: Look) -> None:
    """End a feature; its versions stay. Raises NotFound."""
    layer = _locked(collection)
    _end(layer, _held(layer, fid, look))
    _note(layer, [], more=-1)


def _locked(collection: Collection) -> UploadedLayer:
    """Lock the layer that the collection was when the request began. Raises NotFound when it is gone."""
    found = UploadedLayer.objects.current().select_for_update().filter(pk=int(collection.revision)).first()
    if found is None:
        raise NotFound("unknown_layer", Sentence("There is no uploaded layer {slug!r}.", slug=collection.id))
    layer: UploadedLayer = found
    return layer


def _held(layer: UploadedLayer, fid: int, look: Look) -> Any:
    """Return the version of a feature that holds, once ``look`` has let its state pass. Raises NotFound."""
    found = tables.versions_of(layer).at().filter(fid=fid).first()
    if found is None:
        raise NotFound("unknown_feature", Sentence("{id} has no feature {fid}.", id=layer.slug, fid=fid))
    look(_state(layer.pk, found.version))
    return found


def _end(layer: UploadedLayer, held: Any) -> datetime:
    """End a version now and return the moment; a clock that has been put back ends it right after its beginning."""
    statement = sql.SQL(
        'UPDATE {} SET "__ended_at" = greatest(clock_timestamp(), "__began_at" + interval \'1 microsecond\')'
        ' WHERE "__version" = %s RETURNING "__ended_at"'
    ).format(sql.Identifier(layer.table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [held.version])
        [ended_at] = cursor.fetchone()
    moment: datetime = ended_at
    return moment


def _next_versions(layer: UploadedLayer, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, '__version')) FROM generate_series(1, %s)", [layer.table, count]
        )
        return [int(number) for (number,) in cursor.fetchall()]


def _version(
    layer: UploadedLayer,
    number: int,
    fid: int,
    user: Any,
    shape: shapely.Geometry | None,
    values: Any,
    **more: datetime,
) -> Any:
    geometry = None if shape is None else to_geos(shape, layer.srid)
    model = tables.model_of(layer)
    return model(version=number, fid=fid, author_id=user.pk, geom=geometry, **values, **more)


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse what the database can't keep: a NUL deep in JSON, a place that no map can show."""
    try:
        yield
    except (DataError, InternalError) as error:
        raise Invalid("bad_row", "A row holds a value that the database can't keep.") from error


def _alike(kind: FieldType, first: Any, second: Any) -> bool:
    """Tell whether two values of a field are one; in JSON 1, 1.0 and true are not."""
    if kind is FieldType.JSON:
        return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    return bool(first == second)


def _same(first: shapely.Geometry | None, second: shapely.Geometry | None) -> bool:
    if first is None or second is None:
        return first is second
    return bool(shapely.equals_exact(first, second))


def _note(layer: UploadedLayer, shapes: Sequence[shapely.Geometry | None], *, more: int = 0) -> None:
    """Keep what the catalogue says of the layer: how many features, and an extent that holds them all."""
    kept = [shape for shape in shapes if shape is not None]
    extent = _extent(layer, shapely.total_bounds(kept).tolist()) if kept else layer.extent
    if more or extent != layer.extent:
        UploadedLayer.objects.filter(pk=layer.pk).update(feature_count=layer.feature_count + more, extent=extent)


def _extent(layer: UploadedLayer, bounds: Sequence[float]) -> list[float]:
    """Return the layer's extent in degrees with ``bounds``, which are in its CRS, inside."""
    west, south, east, north = lonlat_extent(tuple(bounds), layer.srid)
    old = layer.extent or (west, south, east, north)
    return [min(old[0], west), min(old[1], south), max(old[2], east), max(old[3], north)]
