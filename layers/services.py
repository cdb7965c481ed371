"""Changes of what is published: import, replace, withdraw; each is one transaction."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.db import connection, transaction
from psycopg import sql

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.clock import database_now
from gisserver.common.crs import DeclaredCRS
from gisserver.common.errors import Conflict, Forbidden, Invalid, NotFound
from layers import registry, tables
from layers.models import Published, RasterLayer, UploadedLayer
from layers.reading import Features, fingerprint, read_features
from layers.signals import layer_changed

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
# The standard's test suite asks for this id to learn what an unknown collection answers.
_RESERVED = {"dummycollection"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the layer, whether anything changed, and what should be told about the file."""

    layer: Published
    changed: bool
    notes: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where on the site it can be read: a raster holds no features."""
        slug = self.layer.slug
        return f"/api/layers/{slug}/" if isinstance(self.layer, RasterLayer) else f"/ogc/collections/{slug}"


def import_vector(
    path: Path,
    *,
    layer: str | None = None,
    slug: str = "",
    title: str = "",
    crs: DeclaredCRS | None = None,
    encoding: str | None = None,
    owner: Any = None,
    replace: bool = False,
    source_name: str = "",
) -> Imported:
    """Publish one layer of the vector file or delimited file ``path`` as a collection.

    All or nothing; the same file read in the same way again changes nothing. Without ``replace`` a
    different file under a slug in use is refused; with it, the former layer is withdrawn and kept. Locks
    the slug until commit. Raises Invalid for a bad slug or file, Conflict for a slug in use.
    """
    name = source_name or path.name
    wanted = slug or slug_of(layer or Path(name).stem.split(".")[0])
    check_slug(wanted)
    digest = fingerprint(path, layer, crs, encoding)
    unchanged = current(wanted, source_hash=digest)
    if unchanged is not None:
        return Imported(unchanged, changed=False)
    features = read_features(path, layer=layer, crs=crs, encoding=encoding)
    with transaction.atomic():
        make_room(wanted, owner=owner, replace=replace)
        row = UploadedLayer.objects.create(
            slug=wanted,
            title=title or features.layer or wanted,
            srid=features.srid,
            geometry_type=features.geometry_type,
            fields=[column.description() for column in features.columns],
            feature_count=len(features),
            extent=list(features.extent) if features.extent else None,
            owner=owner,
            source_name=name,
            source_layer=features.layer,
            source_hash=digest,
        )
        tables.create(row)
        _load(row, features)
        tables.finish(row)
        layer_changed.send(UploadedLayer, collection_id=wanted)
    return Imported(row, changed=True, notes=features.notes)


def current(slug: str, **more: Any) -> Published | None:
    """Return the vector or raster upload that has ``slug`` now, further conditions met, or None."""
    for model in (UploadedLayer, RasterLayer):
        found: Published | None = model.objects.current().filter(slug=slug, **more).first()
        if found is not None:
            return found
    return None


def make_room(slug: str, *, owner: Any, replace: bool) -> None:
    """Lock ``slug`` and withdraw what has it. Raises Conflict, or Forbidden when it is somebody else's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"layers.slug.{slug}"])
    present = current(slug)
    if present is None:
        return
    if not replace:
        raise Conflict("id_in_use", f"There is a layer {slug!r} already; replace it, or choose another id.", id=slug)
    if owner is not None:
        _check_may_change(present, owner)
    _end(present)


def _load(row: UploadedLayer, features: Features) -> None:
    """COPY the features into their table."""
    wkb = shapely.to_wkb(shapely.set_srid(features.geometries, features.srid), hex=True, include_srid=True)
    names = [tables.FID, tables.GEOMETRY, *(column.column for column in features.columns)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(row.table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    values = zip(range(1, len(features) + 1), wkb, *(column.values for column in features.columns), strict=True)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for record in values:
            copy.write_row(record)


def withdraw(*, slug: str, user: Any) -> None:
    """Hide the upload ``slug``; its table or file stays. Raises NotFound.

    Or Forbidden unless owner or administrator.
    """
    with transaction.atomic():
        present = current(slug)
        if present is None:
            raise NotFound("unknown_layer", f"There is no uploaded layer {slug!r}.")
        _check_may_change(present, user)
        _end(present)
        layer_changed.send(type(present), collection_id=slug)


def _end(present: Published) -> None:
    type(present).objects.filter(pk=present.pk).update(withdrawn_at=database_now())


def _check_may_change(present: Published, user: Any) -> None:
    owns = present.owner_id is not None and present.owner_id == user.pk
    if not owns and not scope_of(user).may(Permission.ADMINISTER):
        raise Forbidden("not_yours", f"Only its owner or an administrator may change the layer {present.slug!r}.")


def slug_of(name: str) -> str:
    """Return an id made of ``name``: lower-case ASCII letters, digits, ``_`` and ``-``.

    ``layer`` when none is left.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")[:63].strip("-_")
    return made or "layer"


def check_slug(slug: str) -> None:
    """Refuse an id that no address can carry, or that the server itself uses. Raises Invalid."""
    if not _SLUG.fullmatch(slug):
        raise Invalid("bad_id", "An id has 1 to 63 letters a-z, digits, '_' or '-', and begins with a letter or digit.")
    if slug in registry.declared_ids() or slug in _RESERVED:
        raise Invalid("bad_id", f"The id {slug!r} belongs to the server itself; choose another.")
