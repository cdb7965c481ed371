"""Keyset paging: the order of rows, the opaque token that says where a page ended, and the rows after it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, Value
from django.db.models.expressions import Combinable, OrderBy
from django.utils.dateparse import parse_time

from gisserver.common.dates import parse_date
from gisserver.common.errors import Invalid
from gisserver.common.moments import parse_moment
from layers import expressions
from layers.fields import Field, FieldType, GeometryType
from layers.ogc.params import SortKey
from layers.registry import Collection, Rows

_SALT = "layers.ogc.paging"
# What is made into text at once, so that a page of any size takes a few megabytes of memory.
_PART_ROWS, _PART_BYTES = 500, 2_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the sort values and the fid of its last row, and how many rows match in all, if counted."""

    values: tuple[Any, ...]
    matched: int | None


def _digest(binding: str) -> str:
    return hashlib.sha256(binding.encode()).hexdigest()[:16]


def write_token(place: Place, *, binding: str) -> str:
    """Return ``place`` as a signed opaque text that holds only for the request described by ``binding``."""
    return signing.dumps([list(place.values), place.matched, _digest(binding)], salt=_SALT, compress=True)


def read_token(token: str, *, binding: str) -> Place:
    """Return the place that ``token`` names. Raises Invalid when it is forged.

    Or of another request or user.
    """
    try:
        values, matched, digest = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid("bad_next", "This `next` token was not made here; start from the first page.") from None
    if digest != _digest(binding):
        raise Invalid("bad_next", "This `next` token belongs to another request; start from the first page.")
    return Place(tuple(values), matched)


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are on a page, in order: their fids in parts that may be made into text at once.

    ``last_key`` holds the sort values and the fid of the last row; ``more`` tells whether rows follow.
    """

    parts: list[list[int]]
    last_key: tuple[Any, ...] | None
    more: bool


def _parts(rows: Iterable[Sequence[Any]]) -> list[list[int]]:
    """Return the fids of rows (fid, bytes of its geometry, …) in parts of at most so many rows and bytes."""
    parts: list[list[int]] = []
    room = 0
    for fid, size, *_ in rows:
        room -= size or 0
        if not parts or room < 0 or len(parts[-1]) == _PART_ROWS:
            parts.append([])
            room = _PART_BYTES - (size or 0)
        parts[-1].append(fid)
    return parts


@dataclass(frozen=True, slots=True)
class Order:
    """The total order of a collection's rows: the sort keys, nulls last, then the fid, which is unique.

    The fid runs in the direction of the last sort key, so that an index on (key, fid) serves both directions.
    """

    collection: Collection
    sort: tuple[SortKey, ...]

    def page(self, rows: Rows, place: Place | None, *, offset: int, limit: int, geometry: bool) -> Page:
        """Read which of ``rows`` are on a page in this order: behind ``place``, or after skipping ``offset`` rows.

        Nothing is looked up but keys; ``geometry`` tells whether the features will carry theirs.
        """
        # What is stored says its size; nothing is unpacked for that.
        sized = geometry and self.collection.geometry_type is not GeometryType.POINT
        size = expressions.number("pg_column_size({0})", F(self.collection.geometry)) if sized else Value(0)
        columns = (F(self.collection.fid), size, *self._key())
        # One row more than asked for tells whether there is a next page.
        found = list(self._ordered(rows, place).values_list(*columns)[offset : offset + limit + 1])
        on_page = found[:limit]
        last = None
        if on_page:
            fid, _, *key = on_page[-1]
            last = (*(orjson.loads(key[0]) if key else ()), fid)
        return Page(_parts(on_page), last, more=len(found) > limit)

    def _key(self) -> list[Combinable]:
        """Return the sort values of a row as one JSON text, when it is sorted by any."""
        names = [F(name) for name, _ in self._named()]
        places = ", ".join(f"{{{number}}}" for number in range(len(names)))
        return [expressions.text(f"json_build_array({places})::text", *names)] if names else []

    @property
    def _fid_descends(self) -> bool:
        return bool(self.sort) and self.sort[-1].descending

    def _ordered(self, rows: Rows, place: Place | None) -> Rows:
        rows = rows.annotate(**{name: key.field.expression() for name, key in self._named()})
        if place is not None:
            rows = rows.filter(self._after(rows, place))
        order = [self._direction(rows, name, key) for name, key in self._named()]
        fid = F(self.collection.fid)
        return rows.order_by(*order, fid.desc() if self._fid_descends else fid.asc())

    def _named(self) -> list[tuple[str, SortKey]]:
        return [(f"sort_{number}", key) for number, key in enumerate(self.sort)]

    @staticmethod
    def _direction(rows: Rows, name: str, key: SortKey) -> OrderBy:
        if not key.descending:
            return F(name).asc()  # PostgreSQL puts nulls last here by itself
        return F(name).desc(nulls_last=True) if _nullable(rows, key.field) else F(name).desc()

    def _after(self, rows: Rows, place: Place) -> Q:
        """Return the condition of lying behind ``place``, from the least key (the fid) up to the first."""
        *values, fid = place.values
        after = Q(**{f"{self.collection.fid}__{'lt' if self._fid_descends else 'gt'}": fid})
        bound = Q()
        for (name, key), text in reversed(list(zip(self._named(), values, strict=True))):
            value = _typed(key.field.type, text)
            if value is None:
                after, bound = Q(**{f"{name}__isnull": True}) & after, Q()
                continue
            beyond = "lt" if key.descending else "gt"
            past = Q(**{f"{name}__{beyond}": value}) | (Q(**{name: value}) & after)
            nullable = _nullable(rows, key.field)
            after = past | Q(**{f"{name}__isnull": True}) if nullable else past
            # Said once more in a form that an index on the first key understands.
            bound = Q() if nullable else Q(**{f"{name}__{beyond}e": value})
        return bound & after


def in_order(collection: Collection, rows: Rows, fids: Sequence[int]) -> Rows:
    """Return those of ``rows`` that ``fids`` name, in the order of ``fids``."""
    keys = "{" + ",".join(map(str, fids)) + "}"
    place = expressions.number("array_position({0}::bigint[], {1}::bigint)", Value(keys), F(collection.fid))
    return rows.filter(**{f"{collection.fid}__in": fids}).order_by(place)


def _nullable(rows: Rows, field: Field) -> bool:
    """Tell whether the field may be null.

    Only a model field of the rows themselves can say that it may not.
    """
    source = field.source or field.name
    if not isinstance(source, str) or source in rows.query.annotations:
        return True
    try:
        return bool(getattr(rows.model._meta.get_field(source), "null", True))
    except FieldDoesNotExist:
        return True


def _typed(kind: FieldType, value: Any) -> Any:
    """Return a value that went through JSON as its field's type."""
    readers = {FieldType.DATE: parse_date, FieldType.DATETIME: parse_moment, FieldType.TIME: parse_time}
    return readers[kind](value) if kind in readers and value is not None else value
