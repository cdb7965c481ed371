"""The rows of statistics as JSON, GeoJSON or CSV."""

from collections.abc import Sequence
from typing import Any

import orjson

from gisserver.common import spreadsheets
from layers.ogc.links import GEOJSON, JSON
from layers.ogc.statistics.statement import Asked, labels
from layers.ogc.statistics.terms import Term

MEDIA_TYPES = {"json": JSON, "geojson": GEOJSON, "csv": "text/csv"}
Row = Sequence[Any]


def written(asked: Asked, found: Sequence[Row], form: str) -> bytes:
    """Return what was found in one of the forms; one row more than the limit tells that there are more."""
    if form == "csv":
        return b"".join(spreadsheets.written(labels(asked.terms), found[: asked.limit]))
    return orjson.dumps(document(asked, found, as_features=form == "geojson"), default=float)


def document(asked: Asked, found: Sequence[Row], *, as_features: bool = False) -> dict[str, Any]:
    """Return the rows as JSON; as features, each has its cell as its geometry, or else its first shape."""
    made = _feature if as_features else _group
    rows = [made(asked.terms, row) for row in found[: asked.limit]]
    kind = {"type": "FeatureCollection"} if as_features else {}
    members = {"complete": len(found) <= asked.limit, "numberReturned": len(rows)}
    return {**kind, **members, "features" if as_features else "groups": rows}


def _group(terms: Sequence[Term], row: Row) -> dict[str, Any]:
    shown = [
        orjson.Fragment(value) if term.is_shape and value else value for term, value in zip(terms, row, strict=True)
    ]
    return dict(zip(labels(terms), shown, strict=True))


def _feature(terms: Sequence[Term], row: Row) -> dict[str, Any]:
    group = _group(terms, row)
    shape = next((term.label for term in terms if term.is_shape), None)
    geometry = group.pop(shape) if shape else None
    return {"type": "Feature", "geometry": geometry, "properties": group}
