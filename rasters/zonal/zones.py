"""The zones that are asked about: features of a published collection that the user may see, or shapes by themselves."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import shapely
from django.db import connection

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers import registry, rows
from layers.fields import FieldType
from layers.filters import computing, condition

MOST_ZONES: Final = 20_000
_TOGETHER = 200
_AREAS = "polygon"
# What answers call their own: a property of this name is left out.
_TAKEN = re.compile("id|covered|count|sum|mean|min|max|classes|q[0-9]+")
_DIGEST = 'sha256(ST_AsEWKB("__geom"))'


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone by its id: the digest of its geometry, and the properties that are shown with it."""

    id: int
    digest: bytes
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Zones:
    """The features of a collection that are the zones, as ``user`` sees them at ``at``, narrowed by a CQL2 filter."""

    collection: registry.Collection
    user: Any
    at: datetime | None
    filter: str

    def listed(self) -> list[ZoneRow]:
        """Return the zones by id. Raises Invalid ``too_many_zones``."""
        shown = [field for field in self.collection.fields if field.name in ("code", self.collection.label)]
        plain = [each for each in shown if each.type is not FieldType.JSON and not _TAKEN.fullmatch(each.name)]
        select = self._select(plain)
        names = "".join(f", {rows.identifier(field.name)}" for field in plain)
        found = self._fetched(
            f'SELECT "__fid", {_DIGEST}{names} FROM ({select.sql}) AS zone'  # noqa: S608 - by layers.rows
            ' WHERE NOT ST_IsEmpty("__geom") ORDER BY "__fid" LIMIT %s',
            [*select.params, MOST_ZONES + 1],
        )
        if len(found) > MOST_ZONES:
            raise Invalid(
                "too_many_zones",
                Sentence("At most {most} zones at once: narrow them by filter.", most=MOST_ZONES),
                parameter="filter",
            )
        keys = [field.name for field in plain]
        return [ZoneRow(fid, bytes(digest), dict(zip(keys, more, strict=True))) for fid, digest, *more in found]

    def shapes(self, ids: Sequence[int]) -> Iterator[tuple[bytes, Any]]:
        """Yield digest and geometry, in the collection's CRS, of some of the zones as they are now."""
        for _, digest, geometry in self._geometries(ids, f'{_DIGEST}, ST_AsBinary("__geom")'):
            yield bytes(digest), shapely.from_wkb(bytes(geometry))

    def geojson(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the geometries of some of the zones as GeoJSON in longitude and latitude, by id."""
        return dict(self._geometries(ids, 'ST_AsGeoJSON(ST_Transform("__geom", 4326), 8)'))

    def _geometries(self, ids: Sequence[int], form: str) -> Iterator[Any]:
        select = self._select(())
        for start in range(0, len(ids), _TOGETHER):
            yield from self._fetched(
                f'SELECT "__fid", {form} FROM ({select.sql}) AS zone WHERE "__fid" = ANY(%s)',  # noqa: S608
                [*select.params, list(ids[start : start + _TOGETHER])],
            )

    def _select(self, fields: Iterable[Any]) -> rows.Select:
        found = self.collection.rows(self.user, self.at)
        narrowed = found.filter(condition(self.collection, self.filter)) if self.filter else found
        return rows.select(self.collection, narrowed, geometry=self.collection.geometry, fields=fields)

    def _fetched(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with computing(self.filter), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())


def zones_of(name: str, user: Any, *, at: datetime | None = None, filter: str = "") -> Zones:
    """Return the features of the collection ``name`` as zones.

    Raises what `registry.get` raises, Invalid ``zones_without_area`` for a collection that holds no polygons, Invalid
    for a filter that cannot be read, and ``bad_at`` for a moment at a collection that has no past.
    """
    collection = registry.get(name, user)
    if collection.geometry_type.dimension != _AREAS:
        raise Invalid(
            "zones_without_area", Sentence("The collection {id!r} holds no polygons.", id=name), parameter="zones"
        )
    if at is not None and not collection.versioned:
        raise Invalid("bad_at", Sentence("The collection {id!r} has no past.", id=name), parameter="at")
    return Zones(collection, user, at, filter)
