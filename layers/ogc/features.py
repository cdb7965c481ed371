"""SQL that makes GeoJSON features: the text of each feature, and the key of its place in the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import Combinable

from layers.ogc.params import Presentation
from layers.ogc.query import geometry_expression
from layers.registry import Collection, Rows
from layers.rows import FID, GEOMETRY, identifier, select

# As many digits as a double has: what is stored is what is shown, when no transformation came between.
_ALL_DECIMALS = 15


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT of (feature, key), both JSON text, with its bound values."""

    sql: str
    params: tuple[Any, ...]


def statement(
    collection: Collection, rows: Rows, presentation: Presentation, *, keys: Sequence[Combinable] = ()
) -> Statement:
    """Return the SELECT that makes a GeoJSON feature of each of ``rows``, in their order.

    PostGIS 3.3 cannot put an ``id`` into a feature, so the feature is concatenated. ``keys`` are the sort
    expressions.
    """
    fields = collection.fields if presentation.fields is None else presentation.fields
    extra = {f"__key{number}": key for number, key in enumerate(keys)}
    geometry = geometry_expression(collection, presentation.crs) if presentation.geometry else None
    inner = select(collection, rows, geometry=geometry, fields=fields, extra=extra)
    exact = presentation.crs.srid == collection.srid
    decimals = _ALL_DECIMALS if exact else presentation.crs.decimals
    shape = (
        f"coalesce(ST_AsGeoJSON({identifier(GEOMETRY)}, {decimals}, 0), 'null')" if geometry is not None else "'null'"
    )
    columns = ", ".join(f"f.{identifier(field.name)}" for field in fields)
    properties = "row_to_json(p)::text" if fields else "'{}'"
    lateral = f"CROSS JOIN LATERAL (SELECT {columns}) AS p" if fields else ""
    key = ", ".join(identifier(name) for name in extra)
    parts = (
        '\'{"type":"Feature","id":\'',
        identifier(FID),
        "',\"geometry\":'",
        shape,
        "',\"properties\":'",
        properties,
        "'}'",
    )
    # Identifiers are quoted and values bound; everything else is written here.
    columns = f"concat({', '.join(parts)}) AS feature, json_build_array({key})::text AS key"
    text = f"SELECT {columns} FROM ({inner.sql}) AS f {lateral}"  # noqa: S608
    return Statement(text, inner.params)
