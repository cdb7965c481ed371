"""The registry of everything this server publishes: OGC API, tiles, styles and the map ask only here.

An app publishes by a module ``layers.py``, found at start as ``admin.py`` is::

    from layers import registry
    from layers.fields import Field, FieldType, GeometryType

    registry.register(registry.Collection(
        id="grids", title=_("Grids"), description=_("…"),
        queryset=lambda user, at: GridVersion.objects.visible_to(user).at(at),
        geometry="geom", geometry_3857="geom_3857", geometry_type=GeometryType.MULTIPOLYGON,
        srid=settings.SURVEY_SRID, versioned=True, label="code",
        fields=(Field("code", title=_("Code of the grid")), Field("community", source="community__name")),
    ))

A reader does ``collection = registry.get("grids", user)`` (refused unless the user may see it), then
``collection.rows(user, at)`` for an ordinary QuerySet that holds only what the user may see, and
``layers.rows.select(collection, rows, geometry="geom_3857")`` for SQL with the published columns. Uploaded
layers appear here too, built from their catalogue rows. Nothing here depends on HTTP.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission, Role
from gisserver.common.access.scope import Scope
from gisserver.common.sentences import Sentence
from layers.errors import CollectionNotFound, CollectionRefused
from layers.fields import Field, GeometryType, Translatable

Rows = QuerySet[Any, Any]
PUBLIC_KEY = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One published collection of features: what it is, where its rows come from, who may see it.

    ``queryset(user, at)`` returns the rows that ``user`` may see as they were at ``at`` (None: now).
    ``geometry`` and ``geometry_3857`` are the names of model fields (or ORM paths to them), in ``srid`` and
    in EPSG:3857; the latter is stored and GiST-indexed. ``fid`` is an integer field, unique within the rows
    of one instant and stable. ``datetime_field`` names a date, timestamp or tstzrange model field that the
    OGC parameter ``datetime`` filters. ``versioned`` collections answer ``at=``. ``permission`` is what a
    role needs to see the collection at all; which rows it then sees is the QuerySet's own ``visible_to``.
    ``title`` and ``description`` are lazy translations, or what somebody has called an upload.
    ``groupings`` are fields that statistics may group by, though features do not show them.
    ``revision`` changes when the definition of an upload does. Below the zoom ``bins_below``, tiles of points hold
    the number of those that lie close together (tiles/sql/bins.sql). ``changed_by`` tells who would edit the features
    where they are changed instead.
    """

    id: str
    title: Translatable
    queryset: Callable[[Any, datetime | None], Rows]
    fields: tuple[Field, ...]
    geometry_type: GeometryType
    srid: int
    geometry: str = "geom"
    geometry_3857: str = "geom_3857"
    description: Translatable = ""
    fid: str = "id"
    datetime_field: str = ""
    versioned: bool = False
    label: str = ""
    min_zoom: int = 0
    max_zoom: int = 22
    bins_below: int = 0
    permission: Permission = Permission.READ
    groupings: tuple[Field, ...] = ()
    revision: str = ""
    owner_id: int | None = None
    uploaded: bool = False
    changed_by: Sentence | None = None
    # [west, south, east, north] in degrees when it is known without asking the rows.
    extent: tuple[float, float, float, float] | None = None

    @property
    def signature(self) -> str:
        """A short hash of the definition.

        The part of a cache key that changes when the published columns do.
        """
        parts = [self.id, self.geometry_3857, self.fid, self.revision, str(self.srid), self.geometry_type]
        parts += [str(self.bins_below)]
        parts += [f"{field.name}:{field.type}:{field.source}" for field in self.fields]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]

    @property
    def is_public(self) -> bool:
        """Whether the operator opened this collection to anonymous readers (``PUBLIC_LAYERS``)."""
        return self.id in settings.PUBLIC_LAYERS

    def field(self, name: str) -> Field | None:
        """Return the published field ``name``, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def may_be_seen_by(self, user: Any) -> bool:
        """Tell whether ``user`` may see that this collection exists and read what ``rows`` gives."""
        return self.is_public or scope_of(user).may(self.permission)

    def scope_key(self, user: Any) -> str:
        """Return what a cache key needs of ``user``: two users with the same key see the same rows here."""
        return PUBLIC_KEY if self.is_public else scope_of(user).key

    def rows(self, user: Any, at: datetime | None = None) -> Rows:
        """Return the rows ``user`` may see at the instant ``at`` (None: now), unordered, all columns.

        A public collection shows all its rows to everyone.
        """
        return self.queryset(_public_reader() if self.is_public else user, at)


def _public_reader() -> AnonymousUser:
    """Return the user on whose behalf a public collection is read: may read everywhere, and nothing more."""
    reader = AnonymousUser()
    setattr(reader, "_scope", Scope(frozenset({(Role.COLLECTOR, None)})))  # noqa: B010 - where scope_of keeps it
    return reader


_declared: dict[str, Collection] = {}
_sources: list[Callable[[], Iterable[Collection]]] = []
_finders: list[Callable[[str], Collection | None]] = []


def register(collection: Collection) -> Collection:
    """Publish ``collection``; called from an app's ``layers.py``. Raises ValueError when its id is taken."""
    if collection.id in _declared:
        raise ValueError(f"A collection {collection.id!r} is registered already.")
    _declared[collection.id] = collection
    return collection


def register_source(*, every: Callable[[], Iterable[Collection]], find: Callable[[str], Collection | None]) -> None:
    """Add a source of collections that live in the database: ``every()`` lists them.

    ``find(id)`` gives one.
    """
    _sources.append(every)
    _finders.append(find)


def declared_ids() -> frozenset[str]:
    """Return the ids that code claims; an upload may not take one of them."""
    return frozenset(_declared)


def find(collection_id: str) -> Collection | None:
    """Return the collection ``collection_id`` whoever asks, or None. For code that checks access itself."""
    if collection_id in _declared:
        return _declared[collection_id]
    return next((found for finder in _finders if (found := finder(collection_id))), None)


def get(collection_id: str, user: Any) -> Collection:
    """Return the collection ``collection_id`` for ``user``.

    Raises CollectionNotFound for an unknown id, and for one that a logged-in user may not see (whose
    existence is not revealed either); raises CollectionRefused (401) when the user_id is anonymous and the
    collection is not public, known or not, so that a program learns to log in.
    """
    collection = None if "\0" in collection_id else find(collection_id)  # the database knows no such text
    if collection is not None and collection.may_be_seen_by(user):
        return collection
    if not user.is_authenticated:
        raise CollectionRefused(collection_id)
    raise CollectionNotFound(collection_id)


def all() -> Iterator[Collection]:
    """Yield every collection: the declared ones in order of registration, then uploads by id."""
    yield from tuple(_declared.values())
    for source in _sources:
        yield from source()


def visible_to(user: Any) -> list[Collection]:
    """Return the collections ``user`` may see: what every list of layers shows."""
    return [collection for collection in all() if collection.may_be_seen_by(user)]
