"""Keyset paging: the order of rows, the opaque token that says where a page ended, and the rows after it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from gisserver.common.errors import Invalid
from layers.fields import FieldType
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
    """Return the place that ``token`` names. Raises Invalid when it is forged, or of another request or user."""
    try:
        values, matched, digest = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid("bad_next", "This `next` token was not made here; start from the first page.") from None
    if digest != _digest(binding):
        raise Invalid("bad_next", "This `next` token belongs to another request; start from the first page.")
    return Place(tuple(values), matched)


@dataclass(frozen=True, slots=True)
class Order:
    """The total order of a collection's rows: the sort keys, nulls last, then the fid, which is unique."""

    collection: Collection
    sort: tuple[SortKey, ...]

    def keys(self) -> tuple[Combinable, ...]:
        """Return the expressions whose values a token carries, the fid last."""
        return (*(key.field.expression() for key in self.sort), F(self.collection.fid))

    def apply(self, rows: Rows, place: Place | None) -> Rows:
        """Return ``rows`` in this order, only those after ``place`` when there is one."""
        names = [f"sort_{number}" for number in range(len(self.sort))]
        rows = rows.annotate(**{name: key.field.expression() for name, key in zip(names, self.sort, strict=True)})
        if place is not None:
            rows = rows.filter(self._after(names, place))
        order = [
            F(name).desc(nulls_last=True) if key.descending else F(name).asc(nulls_last=True)
            for name, key in zip(names, self.sort, strict=True)
        ]
        return rows.order_by(*order, F(self.collection.fid).asc())

    def _after(self, names: list[str], place: Place) -> Q:
        """Return the condition of lying behind ``place``, from the least key (the fid) up to the first."""
        *values, fid = place.values
        after = Q(**{f"{self.collection.fid}__gt": fid})
        for name, key, text in reversed(list(zip(names, self.sort, values, strict=True))):
            value = _typed(key.field.type, text)
            if value is None:
                after = Q(**{f"{name}__isnull": True}) & after
                continue
            beyond = Q(**{f"{name}__{'lt' if key.descending else 'gt'}": value}) | Q(**{f"{name}__isnull": True})
            after = beyond | (Q(**{name: value}) & after)
        return after


def _typed(kind: FieldType, value: Any) -> Any:
    """Return a value that went through JSON as its field's type."""
    readers = {FieldType.DATE: parse_date, FieldType.DATETIME: parse_datetime, FieldType.TIME: parse_time}
    return readers[kind](value) if kind in readers and value is not None else value
