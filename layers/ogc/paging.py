"""Keyset paging: the order of rows, the opaque token that says where a page ended, and the rows after it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q
from django.db.models.expressions import Combinable, OrderBy
from django.utils.dateparse import parse_time

from gisserver.common.errors import Invalid
from gisserver.common.moments import parse_date, parse_moment
from layers.fields import Field, FieldType
from layers.ogc.params import SortKey
from layers.registry import Collection, Rows

_SALT = "layers.ogc.paging"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the sort values and the fid of its last row, and how many rows match in all."""

    values: tuple[Any, ...]
    matched: int


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
class Order:
    """The total order of a collection's rows: the sort keys, nulls last, then the fid, which is unique.

    The fid runs in the direction of the last sort key, so that an index on (key, fid) serves both directions.
    """

    collection: Collection
    sort: tuple[SortKey, ...]

    def keys(self) -> tuple[Combinable, ...]:
        """Return the expressions whose values a token carries, the fid last."""
        return (*(key.field.expression() for key in self.sort), F(self.collection.fid))

    def page(self, rows: Rows, place: Place | None, *, offset: int, length: int) -> Rows:
        """Return up to ``length`` of ``rows`` in this order: behind ``place``.

        Or after skipping ``offset`` rows.
        """
        if place is not None or not offset:
            return self._ordered(rows, place)[:length]
        # Skipped rows are counted by their keys alone: nothing is looked up for them.
        wanted = self._ordered(rows, None).values(self.collection.fid)[offset : offset + length]
        return self._ordered(rows.filter(**{f"{self.collection.fid}__in": wanted}), None)

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
