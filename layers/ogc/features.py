"""Features as GeoJSON text, made by the database from the keys of their rows.

Which rows a page holds is one statement, planned for the values that were asked for (paging.py). What the features say
depends on no value of the request but their keys, so its statement stays prepared.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models.expressions import Combinable

from gisserver.common.db import prepared
from gisserver.common.lru import Memory
from layers.fields import Field
from layers.ogc.params import Presentation
from layers.ogc.query import geometry_expression, tolerance, visible_rows
from layers.registry import Collection, Rows
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
    own = presentation.fields is None or all(field is collection.field(field.name) for field in presentation.fields)
    if at is not None or not own:
        return _compiled(collection, user, presentation, at)
    names = None if presentation.fields is None else tuple(field.name for field in presentation.fields)
    shown = (presentation.crs, names, presentation.geometry, presentation.zoom)
    key = (collection.signature, collection.scope_key(user), shown)
    return _statements.get(key) or _statements.keep(key, _compiled(collection, user, presentation, None))


def texts(
    collection: Collection, user: Any, presentation: Presentation, fids: Sequence[int], at: Any = None
) -> dict[int, bytes]:
    """Return the GeoJSON of each of the features ``fids`` that the user may see at a moment (None: now), by fid."""
    statement = f"SELECT place, feature FROM ({_one_by_one(collection, user, presentation, at)}) AS features"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, {"fids": "{" + ",".join(map(str, fids)) + "}"})
        return {fids[place - 1]: feature.encode() for place, feature in cursor.fetchall()}


def _compiled(collection: Collection, user: Any, presentation: Presentation, at: Any) -> str:
    """Return the statement that makes one text of all features ``fids``."""
    text = _one_by_one(collection, user, presentation, at)
    return f"SELECT count(*), string_agg(feature, E',\\n' ORDER BY place) FROM ({text}) AS features"  # noqa: S608


def _one_by_one(collection: Collection, user: Any, presentation: Presentation, at: Any) -> str:
    """Return the statement with all values but ``fids`` in its text, quoted by the driver."""
    inner = selected(collection, visible_rows(collection, user, at), presentation)
    feature, joined = feature_text(collection, presentation)
    fid = identifier(FID)
    # Identifiers are quoted and values bound; everything else is written here.
    return (
        f"SELECT {feature} AS feature, array_position(%(fids)s::bigint[], {fid}) AS place"  # noqa: S608
        f" FROM ({_quoted(inner)}) AS f {joined} WHERE {fid} = ANY(%(fids)s::bigint[])"
    )


def extent_of(collection: Collection, rows: Rows, presentation: Presentation) -> list[float] | None:
    """Return how far rows reach in the CRS of the presentation, in its order of axes; None without a place."""
    made = selected(collection, rows, replace(presentation, geometry=True, fields=(), zoom=None))
    corners = ", ".join(f"ST_{corner}(box)" for corner in ("XMin", "YMin", "XMax", "YMax"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {corners} FROM (SELECT ST_Extent({identifier(GEOMETRY)}) AS box FROM ({made.sql}) AS f) AS e",  # noqa: S608
            made.params,
        )
        [found] = cursor.fetchall()
    return None if found[0] is None else list(found)


def selected(
    collection: Collection, rows: Rows, presentation: Presentation, extra: Mapping[str, Combinable] | None = None
) -> Select:
    """Return the SELECT of ``rows`` with the columns that the presentation shows, the geometry in its CRS.

    ``extra`` adds columns by name.
    """
    geometry = geometry_expression(collection, presentation.crs, presentation.zoom) if presentation.geometry else None
    return select(collection, rows, geometry=geometry, fields=shown(collection, presentation), extra=extra)


def shown(collection: Collection, presentation: Presentation) -> tuple[Field, ...]:
    """Return the properties that are shown."""
    return collection.fields if presentation.fields is None else presentation.fields


def feature_text(collection: Collection, presentation: Presentation) -> tuple[str, str]:
    """Return the SQL of a feature's text over ``f``, the columns of `selected`, and what is joined to ``f`` for it.

    PostGIS 3.3 cannot put an ``id`` into a feature, so the feature is concatenated.
    """
    properties, joined = properties_text(collection, presentation)
    geometry = geometry_text(collection, presentation)
    fid = identifier(FID)
    parts = ('\'{"type":"Feature","id":\'', fid, "',\"geometry\":'", geometry, "',\"properties\":'", properties, "'}'")
    return f"concat({', '.join(parts)})", joined


def properties_text(collection: Collection, presentation: Presentation) -> tuple[str, str]:
    """Return the SQL of the text of a feature's properties, and what is joined to ``f`` for it."""
    fields = shown(collection, presentation)
    columns = ", ".join(f"f.{identifier(field.name)}" for field in fields)
    return ("row_to_json(p)::text", f"CROSS JOIN LATERAL (SELECT {columns}) AS p") if fields else ("'{}'", "")


def geometry_text(collection: Collection, presentation: Presentation) -> str:
    """Return the SQL of the text of a feature's geometry."""
    if not presentation.geometry:
        return "'null'"
    return f"coalesce(ST_AsGeoJSON({identifier(GEOMETRY)}, {decimals(collection, presentation)}, 0), 'null')"


def decimals(collection: Collection, presentation: Presentation) -> int:
    """Return how many digits coordinates have behind the point."""
    finest = _ALL_DECIMALS if presentation.crs.srid == collection.srid else presentation.crs.decimals
    if presentation.zoom is None:
        return finest
    return min(finest, max(0, math.ceil(-math.log10(tolerance(presentation.crs, presentation.zoom))) + 1))


def _quoted(made: Select) -> str:
    """Return a SELECT with its values in its text, as the driver quotes them, for a statement that binds others."""
    connection.ensure_connection()
    operations: Any = connection.ops  # PostgreSQL's has more than the base class says
    return str(operations.compose_sql(made.sql, made.params)).replace("%", "%%")
