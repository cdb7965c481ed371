"""Points of interest: the features of uploaded layers whose id is ``poi``, or begins with ``poi-``, by their labels."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import orjson
import shapely
from django.db import connection
from psycopg import sql as psycopg_sql

from buildings.addresses.text.normalize import normalize
from buildings.geocoding.answers import ACCURACY_M, Answer
from buildings.geocoding.matching.rank import Level
from gisserver.common.access.models import Viewer
from gisserver.common.db.projections import as_lonlat
from layers import registry

MOST: Final = 10
LEAST_SIGNS: Final = 2
_NAMED: Final = 0.9
_HELD: Final = 0.5


def interest(*, user: Viewer, text: str, at: datetime | None = None) -> list[Answer]:
    """Return the points that are called so, else those whose names hold the text; several are not to be told apart."""
    said = text.strip()
    if len(normalize(said)) < LEAST_SIGNS:
        return []
    layers = [one for one in registry.visible_to(user) if one.uploaded and _is_interest(one.id) and one.label]
    for lookup, sure in (("iexact", _NAMED), ("icontains", _HELD)):
        found = [row for layer in layers for row in _rows(layer, user, at, lookup, said)]
        if found:
            answers = [_answer(layer, fid, name, shape, sure / len(found)) for layer, fid, name, shape in found]
            return answers[:MOST]
    return []


def index_labels(collection_id: str) -> None:
    """Index the labels of an uploaded layer of points of interest by trigrams, in upper case, as they are compared."""
    layer = registry.find(collection_id) if _is_interest(collection_id) else None
    if layer is None or not layer.uploaded or not layer.label:
        return
    model = layer.rows(None).model
    table, column = model._meta.db_table, model._meta.get_field(_source(layer)).column
    statement = psycopg_sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING gin (upper({}) gin_trgm_ops)")
    names = map(psycopg_sql.Identifier, (f"{table}_label", table, column))
    with connection.cursor() as cursor:
        cursor.execute(statement.format(*names))


def _source(layer: registry.Collection) -> str:
    field = layer.field(layer.label)
    return str(field.source or field.name) if field else layer.label


def _is_interest(identity: str) -> bool:
    return identity == "poi" or identity.startswith(("poi-", "poi_"))


def _rows(
    layer: registry.Collection, user: Viewer, at: datetime | None, lookup: str, said: str
) -> Iterator[tuple[registry.Collection, int, str, Any]]:
    source = _source(layer)
    rows = layer.rows(user, at).filter(**{f"{source}__{lookup}": said, f"{layer.geometry}__isnull": False})
    placed = rows.annotate(shown=as_lonlat(layer.geometry)).order_by(layer.fid)
    for fid, name, shown in placed.values_list(layer.fid, source, "shown")[:MOST]:
        shape = shapely.geometry.shape(orjson.loads(shown))
        if not shape.is_empty:
            yield layer, fid, name, shape


def _answer(layer: registry.Collection, fid: int, name: str, shape: Any, sure: float) -> Answer:
    point = shape.representative_point()
    digest = blake2b(f"{layer.id} {fid}".encode(), digest_size=6).digest()
    return Answer(
        target="poi",
        id=int.from_bytes(digest, "big"),
        label=name,
        level=Level.POI,
        confidence=round(sure, 4),
        ambiguous=sure <= _HELD,
        reasons=(),
        lon=point.x,
        lat=point.y,
        bbox=shape.bounds,
        accuracy_m=ACCURACY_M[Level.POI],
        elements={},
        use=layer.id,
        point="poi",
    )
