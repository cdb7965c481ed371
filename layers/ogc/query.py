"""From a checked request to rows: filters, order and the page, all on the QuerySet that the user may see."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import RangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import DateField, DateTimeField, F, Func, Q, Value
from django.db.models.expressions import Combinable

from gisserver.common.geo import mercator
from gisserver.common.lru import Memory
from gisserver.common.moments import day_of
from layers import expressions
from layers.cql2.space import Space
from layers.cql2.translate import Translator
from layers.fields import FieldType
from layers.ogc.instants import Interval
from layers.ogc.params import ItemsQuery, Presentation
from layers.registry import Collection, Rows
from layers.spatial.crs import Crs
from layers.spatial.relations import bbox_condition


class FlipCoordinates(Func):
    """ST_FlipCoordinates: north before east, as some authorities write it."""

    function = "ST_FlipCoordinates"
    output_field = GeometryField()


# The rows of today as a QuerySet, by collection and scope: to put one together takes longer than most pages.
_todays: Memory[Rows] = Memory(512)


def moment_of(collection: Collection, presentation: Presentation, interval: Interval | None = None) -> datetime | None:
    """Return the moment asked for, None for now; an instant of ``datetime`` asks a history too.

    Not that of an upload: there ``datetime`` speaks of what the features say, not of when they were edited.
    """
    asks_history = collection.versioned and not collection.uploaded
    if presentation.at is None and interval is not None and interval.is_instant and asks_history:
        return interval.start
    return presentation.at


def visible_rows(collection: Collection, user: Any, at: datetime | None) -> Rows:
    """Return what ``user`` may see at a moment (None: now)."""
    if at is not None:
        return collection.rows(user, at)
    key = (collection.signature, collection.scope_key(user))
    rows = _todays.get(key)
    return rows if rows is not None else _todays.keep(key, collection.rows(user))


def matching_rows(collection: Collection, user: Any, query: ItemsQuery) -> Rows:
    """Return the rows that match the request, without order or page."""
    rows = visible_rows(collection, user, moment_of(collection, query.presentation, query.interval))
    for number, (field, value) in enumerate(query.equal):
        # A date against a moment means the whole day.
        lookup = "range" if field.type is FieldType.DATETIME else "exact"
        rows = rows.annotate(**{f"equal_{number}": field.expression()})
        rows = rows.filter(**{f"equal_{number}__{lookup}": value})
    if query.words:
        rows = _found(collection, rows, query.words)
    if query.bbox is not None:
        rows = rows.filter(bbox_condition(collection, query.bbox, query.bbox_crs))
    if query.interval is not None:
        rows = during(rows, collection, query.interval)
    if query.filter is not None:
        rows = rows.filter(_filter(collection, query))
    return rows


def during(rows: Rows, collection: Collection, interval: Interval) -> Rows:
    """Return the rows whose time meets ``interval``: all of a collection that has none."""
    if not collection.datetime_field:
        return rows
    return rows.filter(_temporal(rows, collection.datetime_field, interval))


def _found(collection: Collection, rows: Rows, words: Sequence[str]) -> Rows:
    """Return the rows with one of the words in one of their texts, capitals or not."""
    texts = [field for field in collection.fields if field.queryable and field.type is FieldType.STRING]
    rows = rows.annotate(**{f"text_{number}": field.expression() for number, field in enumerate(texts)})
    found = [Q(**{f"text_{number}__icontains": word}) for number in range(len(texts)) for word in words]
    return rows.filter(reduce(or_, found)) if found else rows.none()


def _filter(collection: Collection, query: ItemsQuery) -> Combinable:
    named = {field.name: field for field in collection.fields if field.queryable}
    return Translator(named.get, Space(collection, query.filter_crs)).condition(query.filter)


def _temporal(rows: Rows, name: str, interval: Interval) -> Q:
    """Return the condition of meeting ``interval``; features without a time meet every interval."""
    field = rows.model._meta.get_field(name)
    if isinstance(field, RangeField):
        bounds = DateTimeTZRange(interval.start, interval.end, "[]")
        return Q(**{f"{name}__overlap": bounds}) | Q(**{f"{name}__isnull": True})
    is_date = isinstance(field, DateField) and not isinstance(field, DateTimeField)
    bounds = {"gte": interval.start, "lte": interval.end}
    within = {
        f"{name}__{lookup}": day_of(bound) if is_date else bound
        for lookup, bound in bounds.items()
        if bound is not None
    }
    return Q(**within) | Q(**{f"{name}__isnull": True}) if within else Q()


def geometry_expression(collection: Collection, crs: Crs, zoom: int | None = None) -> Combinable:
    """Return the geometry in ``crs`` with the axis order of its authority, no finer than a map of ``zoom`` shows."""
    geometry: Combinable
    if crs.srid == collection.srid:
        geometry = F(collection.geometry)
    elif crs.srid == mercator.SRID:
        geometry = F(collection.geometry_3857)
    else:
        geometry = Transform(collection.geometry, crs.srid)
    if zoom is not None:
        geometry = expressions.geometry("ST_Simplify({0}, {1}, true)", geometry, Value(tolerance(crs, zoom)))
    return FlipCoordinates(geometry) if crs.north_first else geometry


def tolerance(crs: Crs, zoom: int) -> float:
    """Return the half of a pixel of a map at ``zoom`` in units of ``crs``: tiles of 512 pixels, at the equator."""
    around = 360.0 if crs.geographic else 2 * mercator.HALF_WORLD_M
    return float(around / (512 * 2**zoom) / 2)
