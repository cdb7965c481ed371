"""Features as GeoJSON text, made by the database from the keys of their rows.

Which rows a page holds is one statement, planned for the values that were asked for (paging.py). What the features say
depends on no value of the request but their keys, so its statement stays prepared.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from gisserver.common.db import prepared
from gisserver.common.lru import Memory
from layers.ogc.params import Presentation
from layers.ogc.query import geometry_expression, visible_rows
from layers.registry import Collection
from layers.rows import FID, GEOMETRY, Select, identifier, select

# As many digits as a double has: what is stored is what is shown, when no transformation came between.
_ALL_DECIMALS = 15
_statements: Memory[str] = Memory(512)


def features(
    collection: Collection, user: Any, presentation: Presentation, fids: Sequence[int], at: Any = None
) -> tuple[int, bytes]:
    """Return how many of the features ``fids`` the user may see at a moment (None: now), and their GeoJSON.

    They are in the order of ``fids``, with a comma and a newline between two.
    """
    statement = _statement(collection, user, presentation, at)
    keys = "{" + ",".join(map(str, fids)) + "}"
    if at is None:
        [(count, text)] = prepared.rows(statement, {"fids": keys})
    else:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"fids": keys})
            [(count, text)] = cursor.fetchall()
    return count, (text or "").encode()


def _statement(collection: Collection, user: Any, presentation: Presentation, at: Any) -> str:
    """Return the statement that makes features of the keys ``%(fids)s``; today's are kept by all that decides them."""
    if at is not None:
        return _compiled(collection, user, presentation, at)
    names = None if presentation.fields is None else tuple(field.name for field in presentation.fields)
    shown = (presentation.crs, names, presentation.geometry)
    key = (collection.signature, collection.scope_key(user), shown)
    return _statements.get(key) or _statements.keep(key, _compiled(collection, user, presentation, None))


def _compiled(collection: Collection, user: Any, presentation: Presentation, at: Any) -> str:
    """Return the statement with all values but ``fids`` in its text, quoted by the driver.

    PostGIS 3.3 cannot put an ``id`` into a feature, so the feature is concatenated.
    """
    fields = collection.fields if presentation.fields is None else presentation.fields
    geometry = geometry_expression(collection, presentation.crs) if presentation.geometry else None
    inner = select(collection, visible_rows(collection, user, at), geometry=geometry, fields=fields)
    decimals = _ALL_DECIMALS if presentation.crs.srid == collection.srid else presentation.crs.decimals
    shape = f"coalesce(ST_AsGeoJSON({identifier(GEOMETRY)}, {decimals}, 0), 'null')" if geometry else "'null'"
    columns = ", ".join(f"f.{identifier(field.name)}" for field in fields)
    properties = "row_to_json(p)::text" if fields else "'{}'"
    lateral = f"CROSS JOIN LATERAL (SELECT {columns}) AS p" if fields else ""
    fid = identifier(FID)
    parts = ('\'{"type":"Feature","id":\'', fid, "',\"geometry\":'", shape, "',\"properties\":'", properties, "'}'")
    # Identifiers are quoted and values bound; everything else is written here.
    text = (
        f"SELECT concat({', '.join(parts)}) AS feature, array_position(%(fids)s::bigint[], {fid}) AS place"  # noqa: S608
        f" FROM ({_quoted(inner)}) AS f {lateral} WHERE {fid} = ANY(%(fids)s::bigint[])"
    )
    return f"SELECT count(*), string_agg(feature, E',\\n' ORDER BY place) FROM ({text}) AS features"  # noqa: S608


def _quoted(made: Select) -> str:
    """Return a SELECT with its values in its text, as the driver quotes them, for a statement that binds others."""
    connection.ensure_connection()
    operations: Any = connection.ops  # PostgreSQL's has more than the base class says
    return str(operations.compose_sql(made.sql, made.params)).replace("%", "%%")
