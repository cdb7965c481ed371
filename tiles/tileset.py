"""What one tile address names: the layers, for whom, at which moment, with which properties."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from gisserver.common.access.models import Viewer
from gisserver.common.sentences import Sentence
from layers import registry
from layers.fields import Field, FieldType, GeometryType
from layers.filters import condition
from layers.ogc.instants import Interval
from layers.ogc.query import during
from layers.versions import looked_up
from tiles.errors import BadProperties, BadTileset
from tiles.matrix_sets import WEB_MERCATOR_QUAD, MatrixSet

MAX_LAYERS = 16
# Part of every key and ETag: raise it when the making of tiles changes what is in them.
MAKER = "1"


@dataclass(frozen=True)
class Tileset:
    """Collections that share a tile, as ``user`` may see them at ``at`` (None: now), in the order asked for.

    ``properties`` narrows the attributes to these names; None means all that tiles carry. ``filter`` (CQL2 text)
    narrows the rows of every layer, before anything is counted. ``interval`` is the parameter ``datetime`` of the OGC
    API: an instant shows a history as it was then, an interval leaves out what lies outside it.
    """

    collections: tuple[registry.Collection, ...]
    user: Viewer
    at: datetime | None = None
    properties: frozenset[str] | None = None
    filter: str = ""
    interval: Interval | None = None
    matrix_set: MatrixSet = WEB_MERCATOR_QUAD

    @cached_property
    def key(self) -> str:
        """A digest of everything but the address and the data that decides the bytes of a tile."""
        parts = [MAKER, self.at.isoformat() if self.at else "now"]
        parts += ["*"] if self.properties is None else sorted(self.properties)
        parts += [f"filter {self.filter}"] if self.filter else []
        parts += [f"within {self.interval}"] if self.interval else []
        parts += [f"cut {self.matrix_set}"] if self.matrix_set != WEB_MERCATOR_QUAD else []
        parts += [f"{c.id}:{c.signature}:{c.scope_key(self.user)}" for c in self.collections]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]

    @property
    def is_of_today(self) -> bool:
        """Whether no moment is named: what is asked for is what holds now."""
        return self.at is None and self.interval is None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the layers."""
        return tuple(collection.id for collection in self.collections)

    @property
    def is_public(self) -> bool:
        """Whether anyone at all may have these tiles."""
        return all(collection.is_public for collection in self.collections)

    @property
    def min_zoom(self) -> int:
        """The lowest zoom at which one of the layers has something to show."""
        return min(collection.min_zoom for collection in self.collections)

    @property
    def max_zoom(self) -> int:
        """The highest zoom of any of the layers: a shallow layer does not cut a deep one short."""
        return max(collection.max_zoom for collection in self.collections)

    def fields_of(self, collection: registry.Collection) -> tuple[Field, ...]:
        """Return the properties of ``collection`` that its tiles carry: few unless named, plain values only."""
        wanted = self.properties
        return tuple(
            field
            for field in collection.fields
            if field.type is not FieldType.JSON and (field.in_tiles if wanted is None else field.name in wanted)
        )

    def rows_of(self, collection: registry.Collection) -> registry.Rows:
        """Return the rows of ``collection`` that are drawn. Raises Invalid for a filter that cannot be read."""
        instant = self.interval.start if self.interval and self.interval.is_instant and collection.versioned else None
        rows = collection.rows(self.user, self.at or instant)
        if self.interval and instant is None:
            rows = during(rows, collection, self.interval)
        return rows.filter(condition(collection, self.filter)) if self.filter else rows

    @property
    def versioned_layers(self) -> tuple[str, ...]:
        """The layers whose versions these tiles depend on (see `tiles.watching`)."""
        return versioned_layers_of(self.ids, self.properties, self.filter)


def versioned_layers_of(names: Iterable[str], properties: frozenset[str] | None, filter: str) -> tuple[str, ...]:
    """Return the layers whose versions tiles of the collections ``names`` depend on."""
    names = tuple(names)
    more = () if properties is None and not filter else tuple(looked_up(name) for name in names)
    return (*names, *more)


def tileset(
    names: str,
    user: Any,
    *,
    at: datetime | None = None,
    properties: frozenset[str] | None = None,
    filter: str = "",
    interval: Interval | None = None,
    matrix_set: MatrixSet = WEB_MERCATOR_QUAD,
) -> Tileset:
    """Return the tileset of ``names`` (``a`` or ``a,b,c``) for ``user``.

    Raises BadTileset for an empty, repeated or endless list, BadProperties for a property that none of the
    layers has, and what ``registry.get`` raises for a layer that the user may not see.
    """
    wanted = names.split(",")
    if len(wanted) > MAX_LAYERS:
        raise BadTileset(
            Sentence("A tile holds at most {max_layers} layers, not {count}.", max_layers=MAX_LAYERS, count=len(wanted))
        )
    if "" in wanted:
        raise BadTileset("Name the layers as a or a,b,c.")
    if len(set(wanted)) != len(wanted):
        raise BadTileset("Each layer may be named once.")
    collections = tuple(registry.get(name, user) for name in wanted)
    for collection in collections:
        if collection.geometry_type is GeometryType.NONE:
            raise BadTileset(Sentence("The collection {id!r} has no geometry to draw.", id=collection.id))
    unknown = (properties or frozenset()) - {field.name for c in collections for field in c.fields}
    if unknown:
        raise BadProperties(", ".join(sorted(unknown)))
    return Tileset(collections, user, at, properties, filter, interval, matrix_set)
