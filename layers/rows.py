"""Compile the rows of a collection to SQL whose columns carry the published names.

What tiles and OGC items are made of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Func
from django.db.models.expressions import Combinable
from psycopg import sql

from layers.fields import Field
from layers.registry import Collection, Rows

FID = "__fid"
GEOMETRY = "__geom"


class Plain(Func):
    """An expression without the ``::bytea`` that GeoDjango puts behind a selected geometry."""

    template = "%(expressions)s"
    arity = 1


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT with bound values: pass ``sql`` and ``params`` to ``cursor.execute`` or ``cursor.copy``.

    Its columns are ``__fid``, ``__geom`` (when asked for), the properties by their published names, then
    the extras.
    """

    sql: str
    params: tuple[Any, ...]


def identifier(name: str) -> str:
    """Quote ``name`` as an SQL identifier inside a statement that also carries ``%s`` parameters."""
    return sql.Identifier(name).as_string(None).replace("%", "%%")


def select(
    collection: Collection,
    rows: Rows,
    *,
    geometry: str | Combinable | None,
    fields: Iterable[Field] | None = None,
    extra: Mapping[str, Combinable] | None = None,
) -> Select:
    """Return the SELECT of ``rows`` with the published columns.

    ``geometry`` is an ORM path (``collection.geometry_3857``), an expression over one (``AsMVTGeom(…)``) or
    None to leave it out; ``fields`` defaults to all of the collection's; ``extra`` adds columns by name.
    Ordering and slicing of ``rows`` are kept. An empty QuerySet (``none()``) gives a statement that yields
    no row.
    """
    columns: dict[str, Combinable] = {FID: F(collection.fid)}
    if geometry is not None:
        columns[GEOMETRY] = Plain(F(geometry) if isinstance(geometry, str) else geometry)
    columns |= {field.name: field.expression() for field in (collection.fields if fields is None else fields)}
    columns |= extra or {}
    # Values by position: a published name may equal a model field's, which annotate() would refuse.
    aliases = {f"q_{number}": expression for number, expression in enumerate(columns.values())}
    query = rows.annotate(**aliases).values_list(*aliases).query
    compiler = query.get_compiler(connection=connection, elide_empty=False)
    inner, params = compiler.as_sql()
    names = ", ".join(identifier(name) for name in columns)
    return Select(f"SELECT * FROM ({inner}) AS features({names})", tuple(params))  # noqa: S608 - quoted above


def select_many(
    collection: Collection,
    rows: Rows,
    *,
    geometry: str | Combinable | None,
    fields: Iterable[Field],
    extra: Mapping[str, Combinable] | None = None,
) -> Select:
    """Return the SELECT of very many ``rows`` of now, as `select` does; what has a `Lookup` is joined."""
    named = {field.name: field for field in fields}
    joined = {name: field.lookup for name, field in named.items() if field.lookup is not None}
    keys = {name: F(joined[name].key) if name in joined else field.expression() for name, field in named.items()}
    keys |= extra or {}
    inner = select(collection, rows, geometry=geometry, fields=(), extra=keys)
    if not joined:
        return inner
    columns = [FID, *([] if geometry is None else [GEOMETRY])]
    shown = [f"f.{identifier(name)}" for name in columns]
    shown += [
        f"{_table(name)}.value AS {identifier(name)}" if name in joined else f"f.{identifier(name)}" for name in keys
    ]
    text, params = f"SELECT {', '.join(shown)} FROM ({inner.sql}) AS f", list(inner.params)  # noqa: S608 - quoted
    for name, lookup in joined.items():
        values, bound = lookup.values().query.sql_with_params()
        table = _table(name)
        text += f" LEFT JOIN ({values}) AS {table}(key, value) ON {table}.key = f.{identifier(name)}"
        params += bound
    return Select(text, tuple(params))


def _table(name: str) -> str:
    return identifier(f"values of {name}"[:50])
