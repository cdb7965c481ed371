"""Changes of what is published: import, replace, withdraw; each is one transaction."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError, connection, transaction
from psycopg import sql
from pypinyin import lazy_pinyin

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from gisserver.common.db.statements import copying
from gisserver.common.errors import Conflict, Forbidden, Invalid, NotFound
from gisserver.common.geo.crs import DeclaredCRS
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.sentences import Sentence, from_json
from gisserver.common.workspace import workspace
from layers import registry, tables
from layers.models import Published, RasterLayer, UploadedLayer
from layers.reading.declared import parse_declared
from layers.reading.vector import ROWS
from layers.signals import layer_changed

_BLOCK_BYTES = 1024 * 1024
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
# The standard's test suite asks for the first to learn what an unknown collection answers; the others are doors.
_RESERVED = {"dummycollection", "preview", "jobs"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the layer, whether anything changed, and what should be reported about the file."""

    layer: Published
    changed: bool
    notes: tuple[str, ...] = ()
    # Rows left out of a partial import: how many, and what was wrong with the first of them (row, code, detail).
    refused_count: int = 0
    refused: tuple[dict[str, Any], ...] = ()

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
    columns: Mapping[str, Any] | None = None,
    partial: bool = False,
    owner: Any = None,
    replace: bool = False,
    source_name: str = "",
    limits: Limits | None = None,
) -> Imported:
    """Publish one layer of the vector file or delimited file ``path`` as a collection.

    All or nothing, unless ``partial``; ``columns`` is what `parse_declared` takes. The same file read in the same way
    again changes nothing. Without ``replace`` a different file under a slug in use is refused; with it, the former
    layer is withdrawn and kept. Locks the slug until commit. Raises Invalid for a bad slug or file, Conflict for a
    slug in use.
    """
    name = source_name or path.name
    wanted = slug or slug_of(layer or Path(name).stem.split(".")[0])
    check_slug(wanted)
    parse_declared(columns or {})
    digest = fingerprint(path, layer, crs, encoding, columns or {}, partial)
    unchanged = current(wanted, source_hash=digest)
    if unchanged is not None:
        return Imported(unchanged, changed=False)
    with workspace(reading_room()) as folder:
        asked: dict[str, Any] = {
            "path": str(path.absolute()),
            "layer": layer,
            "crs": crs and crs.name,
            "encoding": encoding,
        }
        asked |= {"crs": crs and crs.name, "zone": settings.TIME_ZONE, "columns": columns or {}, "partial": partial}
        read = call(
            "layers.reading.vector:prepare",
            asked,
            folder=folder,
            limits=limits or Limits.for_file(path.stat().st_size),
        )
        with transaction.atomic():
            make_room(wanted, owner=owner, replace=replace)
            notes = read.pop("notes")
            refused_count, refused = read.pop("refused_count"), read.pop("refused")
            source_layer = read.pop("layer")
            row = UploadedLayer.objects.create(
                slug=wanted,
                title=title or source_layer or wanted,
                owner=owner,
                source_name=name,
                source_layer=source_layer,
                source_hash=digest,
                **read,
            )
            tables.create(row)
            _load(row, folder / ROWS)
            tables.finish(row)
            layer_changed.send(UploadedLayer, collection_id=wanted)
    told = tuple(each | {"detail": from_json(each["detail"])} for each in refused)
    return Imported(row, changed=True, notes=tuple(notes), refused_count=refused_count, refused=told)


def reading_room() -> Path:
    """Return where the temporary folders of readers are made."""
    return Path(settings.GISSERVER_HOME) / "reading"


def fingerprint(path: Path, *options: Any) -> str:
    """Return the SHA-256 of the file's bytes and of the options it was read with."""
    digest = hashlib.sha256(repr(options).encode())
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


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
        raise Conflict(
            "id_in_use",
            Sentence("There is a layer {slug!r} already; replace it, or choose another id.", slug=slug),
            id=slug,
        )
    if owner is not None:
        _check_may_change(present, owner)
    _end(present)


def _load(row: UploadedLayer, rows: Path) -> None:
    """COPY the rows that the reader wrote into their table, as they are. Raises Invalid ``bad_row``."""
    names = [tables.FID, tables.GEOMETRY, *(field["column"] for field in row.fields)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(row.table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    try:
        with connection.cursor() as cursor, rows.open("rb") as file, copying(cursor, statement) as copy:
            while block := file.read(_BLOCK_BYTES):
                copy.write(block)
    except DataError as error:
        where = re.search(r"line (\d+)", str(error))
        sentence = (
            Sentence("Row {number} holds a value that the database can't keep.", number=where[1])
            if where
            else Sentence("A row holds a value that the database can't keep.")
        )
        raise Invalid("bad_row", sentence) from error


def withdraw(*, slug: str, user: Any) -> None:
    """Hide the upload ``slug``; its table or file stays. Raises NotFound.

    Or Forbidden unless owner or administrator of the whole deployment.
    """
    with transaction.atomic():
        present = current(slug)
        if present is None:
            raise NotFound("unknown_layer", Sentence("There is no uploaded layer {slug!r}.", slug=slug))
        _check_may_change(present, user)
        _end(present)
        layer_changed.send(type(present), collection_id=slug)


def _end(present: Published) -> None:
    type(present).objects.filter(pk=present.pk).update(withdrawn_at=database_now())


def _check_may_change(present: Published, user: Any) -> None:
    owns = present.owner_id is not None and present.owner_id == user.pk
    # A layer is seen in the whole deployment, so who administers only a part of it does not decide on it.
    if not owns and scope_of(user).areas(Permission.ADMINISTER) is not None:
        raise Forbidden(
            "not_yours",
            Sentence(
                "Only its owner or an administrator of the whole deployment may change the layer {slug!r}.",
                slug=present.slug,
            ),
        )


def slug_of(name: str) -> str:
    """Return an id made of ``name``: lower-case ASCII letters, digits, ``_`` and ``-``; Chinese in pinyin.

    A name of which nothing is left gives an id of its own all the same.
    """
    spelt = "".join(lazy_pinyin(name))
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")[:63].strip("-_")
    return made or f"layer-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def check_slug(slug: str) -> None:
    """Refuse an id that no address can carry, or that the server itself uses. Raises Invalid."""
    if not _SLUG.fullmatch(slug):
        raise Invalid("bad_id", "An id has 1 to 63 letters a-z, digits, '_' or '-', and begins with a letter or digit.")
    if slug in registry.declared_ids() or slug in _RESERVED:
        raise Invalid("bad_id", Sentence("The id {slug!r} belongs to the server itself; choose another.", slug=slug))
