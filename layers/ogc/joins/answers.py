"""What a query found as JSON: features, tuples of features (Part 10, "Join Response"), or flat rows."""

from collections.abc import Sequence
from typing import Any

import orjson

from gisserver.common import spreadsheets
from layers.ogc.features import texts
from layers.ogc.joins.expression import Query, Source
from layers.ogc.joins.statement import Found, Tuple
from layers.ogc.params import Presentation

Json = dict[str, Any]


def document(query: Query, user: Any, found: Found, *, flat: bool) -> Json:
    """Return the document of a page: of one member a FeatureCollection, of several a TupleCollection.

    ``flat`` makes a FeatureCollection of tuples, too: the geometry of the first member, the properties of all as
    ``alias.property``, the ids joined by dots.
    """
    texts_of = [_texts(member, query, user, [each[place] for each in found.tuples])
                for place, member in enumerate(query.members)]  # fmt: skip
    # What ceased to be seen between two statements of one look is none: each is there.
    if len(query.members) == 1:
        return _features([orjson.Fragment(texts_of[0][fid]) for (fid,) in found.tuples])
    if flat:
        return _features([_flat(query, each, texts_of) for each in found.tuples])
    tuples = [[orjson.Fragment(texts_of[place][fid]) for place, fid in enumerate(each)] for each in found.tuples]
    return {"type": "TupleCollection", "numberReturned": len(tuples), "tuples": tuples}


def table(query: Query, user: Any, found: Found) -> bytes:
    """Return a page as CSV: a row for each tuple, points as x and y, other geometries left out."""
    features = orjson.loads(orjson.dumps(document(query, user, found, flat=True)))["features"]
    header = ["fid", *dict.fromkeys(name for each in features for name in each["properties"])]
    is_of_points = any((each["geometry"] or {}).get("type") == "Point" for each in features)
    rows = []
    for each in features:
        row = [each["id"], *(_cell(each["properties"].get(name)) for name in header[1:])]
        place = (each["geometry"] or {}).get("coordinates", [None, None])[:2] if is_of_points else []
        rows.append([*row, *place])
    return b"".join(spreadsheets.written([*header, *(["x", "y"] if is_of_points else [])], rows))


def _texts(member: Source, query: Query, user: Any, fids: Sequence[int]) -> dict[int, bytes]:
    fields, geometry = query.shown[member.alias]
    presentation = Presentation(crs=query.crs, fields=fields, geometry=geometry, at=query.at)
    return texts(member.collection, user, presentation, list(dict.fromkeys(fids)), query.at)


def _features(features: Sequence[Any]) -> Json:
    return {"type": "FeatureCollection", "numberReturned": len(features), "features": features}


def _flat(query: Query, fids: Tuple, texts_of: Sequence[dict[int, bytes]]) -> Json:
    parts = [orjson.loads(texts_of[place][fid]) for place, fid in enumerate(fids)]
    properties = {
        f"{member.alias}.{name}": value
        for member, part in zip(query.members, parts, strict=True)
        for name, value in part["properties"].items()
    }
    geometry = parts[0]["geometry"]
    return {"type": "Feature", "id": ".".join(map(str, fids)), "geometry": geometry, "properties": properties}


def _cell(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict | list | bool) else value
