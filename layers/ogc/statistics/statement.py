"""The one statement that computes statistics, and the rows it gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import Transform
from django.db import connection
from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils import timezone

from gisserver.common.db.snapshot import one_look
from layers.fields import Field, FieldType, GeometryType
from layers.ogc.statistics.having import Condition, column
from layers.ogc.statistics.terms import Term
from layers.registry import Collection, Rows
from layers.rows import GEOMETRY, Select, identifier, select, select_many
from layers.spatial.crs import Crs

_TRUNCATED = {"year", "quarter", "month", "week", "day"}
_AGGREGATES = {
    "count": "count(*)",
    "values": "count({0})",
    "distinct": "count(DISTINCT {0})",
    "sum": "sum({0})",
    "min": "min({0})",
    "max": "max({0})",
    "avg": "avg({0})::float8",
    "stddev": "stddev_samp({0})::float8",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY {0}::float8)",
    "percentile": "percentile_cont({1}) WITHIN GROUP (ORDER BY {0}::float8)",
    "envelope": "ST_SetSRID(ST_Extent({0})::geometry, {2})",
    "centroid": "ST_Centroid(ST_Collect({0}))",
    "hull": "ST_ConvexHull(ST_Collect({0}))",
}


# For one transaction. A web server's statements have no helping processes, which the longest of these are worth.
HELPERS = (
    "SELECT set_config('max_parallel_workers_per_gather', '1', true), set_config('parallel_setup_cost', '20000', true)"
)
# The planner, who knows nothing of how many groups an expression makes, would sort all rows.
_UNSORTED = "SELECT set_config('enable_sort', 'off', true)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of rows: groups, statistics, which groups to keep, their order, and how many at most."""

    groups: tuple[Term, ...]
    statistics: tuple[Term, ...]
    having: Condition
    # Positions among the terms, and whether the greatest comes first.
    order: tuple[tuple[int, bool], ...]
    limit: int
    is_of_now: bool = True

    @property
    def terms(self) -> tuple[Term, ...]:
        """The columns of the answer."""
        return (*self.groups, *self.statistics)

    @property
    def fields(self) -> list[Field]:
        """The properties that the answer is made of, each once."""
        return list({term.field.name: term.field for term in self.terms if term.field is not None}.values())


def answered(collection: Collection, rows: Rows, asked: Asked, crs: Crs) -> list[tuple[Any, ...]]:
    """Return the answer over ``rows`` of a collection, as `answered_over` does."""
    chosen = select_many if asked.is_of_now else select
    inner = chosen(collection, rows, geometry=_geometry(collection, asked), fields=asked.fields)
    return answered_over(inner, asked, crs, is_point=collection.geometry_type is GeometryType.POINT)


def answered_over(inner: Select, asked: Asked, crs: Crs, *, is_point: bool) -> list[tuple[Any, ...]]:
    """Return a row for each group, its columns those of ``asked.terms``, geometries as GeoJSON in ``crs``.

    The geometry of ``inner``, where one is asked for, is in the survey CRS. One more than ``asked.limit`` tells that
    there are more. Cells lie in the survey CRS, on its origin; what has extent lies in the cell of a point on it.
    Without groups there is one row.
    """
    parts = [f"{_group(term, is_point=is_point)} AS g{number}" for number, term in enumerate(asked.groups)]
    parts += [f"{_argument(term)} AS s{number}" for number, term in enumerate(asked.statistics)]
    values = [f"g{number}" for number in range(len(asked.groups))]
    keys = ", ".join(values)
    values += [_aggregate(term, f"s{number}") for number, term in enumerate(asked.statistics)]
    # Columns by position: a label may be longer than an identifier.
    columns = [f"{value} AS {column(position)}" for position, value in enumerate(values)]
    # Identifiers are quoted and values bound; everything else is written in this package.
    shown = ", ".join(_shown(term, position, crs) for position, term in enumerate(asked.terms))
    # Materialized: else the planner groups by sorting all rows, because the few groups are sorted in the end.
    text = (
        f"WITH t AS MATERIALIZED (SELECT {', '.join(columns)}"  # noqa: S608
        f" FROM (SELECT {', '.join(parts)} FROM ({inner.sql}) AS f) AS p{f' GROUP BY {keys}' if keys else ''})"
        f" SELECT {shown} FROM t WHERE {asked.having.sql} {_order(asked)} LIMIT %s"
    )
    with one_look(), connection.cursor() as cursor:
        cursor.execute(HELPERS)
        cursor.execute(_UNSORTED)
        cursor.execute(text, [*inner.params, *asked.having.values, asked.limit + 1])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _geometry(collection: Collection, asked: Asked) -> Combinable | None:
    if not any(term.is_shape for term in asked.terms):
        return None
    if collection.srid == settings.SURVEY_SRID:
        return F(collection.geometry)
    return Transform(collection.geometry, settings.SURVEY_SRID)


def _group(term: Term, *, is_point: bool) -> str:
    if term.field is None:
        return _cell(term, is_point=is_point)
    value = f"f.{identifier(term.field.name)}"
    if term.function == "property":
        return value
    zone = timezone.get_default_timezone_name()
    local = f"({value}::timestamp)" if term.field.type is FieldType.DATE else f"({value} AT TIME ZONE '{zone}')"
    if term.function in _TRUNCATED:
        return f"date_trunc('{term.function}', {local})::date"
    if term.function == "hour":
        return f"to_char({local}, 'YYYY-MM-DD\"T\"HH24:00')"
    return f"extract({'isodow' if term.function == 'weekday' else 'hour'} FROM {local})::integer"


def _cell(term: Term, *, is_point: bool) -> str:
    shape = f"f.{identifier(GEOMETRY)}"
    point = shape if is_point else f"ST_PointOnSurface({shape})"
    size = repr(term.number)
    if term.function == "square":
        east, north = (f"floor(ST_{axis}({point}) / {size})::integer" for axis in "XY")
        return f"ST_SetSRID(ST_Square({size}, {east}, {north}), {settings.SURVEY_SRID})"
    # On an edge: the first, so that each feature lies in one cell.
    return (
        f"(SELECT h.geom FROM ST_HexagonGrid({size}, {point}) AS h WHERE ST_Intersects(h.geom, {point})"  # noqa: S608
        " ORDER BY h.i, h.j LIMIT 1)"
    )


def _argument(term: Term) -> str:
    if term.field is not None:
        return f"f.{identifier(term.field.name)}"
    return f"f.{identifier(GEOMETRY)}" if term.is_shape else "NULL"


def _aggregate(term: Term, argument: str) -> str:
    return _AGGREGATES[term.function].format(argument, repr(term.number), settings.SURVEY_SRID)


def _shown(term: Term, position: int, crs: Crs) -> str:
    value = f"t.{column(position)}"
    if not term.is_shape:
        return value
    shape = value if crs.srid == settings.SURVEY_SRID else f"ST_Transform({value}, {crs.srid})"
    turned = f"ST_FlipCoordinates({shape})" if crs.north_first else shape
    return f"ST_AsGeoJSON({turned}, {crs.decimals}, 0)"


def _order(asked: Asked) -> str:
    """Return the order asked for, then that of the groups: equal answers for equal data."""
    named = [f"t.{column(position)} {'DESC NULLS LAST' if descends else 'ASC'}" for position, descends in asked.order]
    keys = [*named, *(f"t.{column(position)}" for position in range(len(asked.groups)))]
    return f"ORDER BY {', '.join(keys)}" if keys else ""


def labels(terms: Sequence[Term]) -> list[str]:
    """Return the labels of columns."""
    return [term.label for term in terms]
