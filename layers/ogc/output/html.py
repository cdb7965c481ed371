"""A page of features for people: a table, and a map of the places."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.fields import Field, FieldType
from layers.ogc.features import feature_text
from layers.ogc.output.rowset import Rowset
from layers.spatial.crs import CRS84


def page(rowset: Rowset) -> Iterator[bytes]:
    """Yield the document; the map takes longitude and latitude, whatever CRS was asked for."""
    shown = replace(rowset, presentation=replace(rowset.presentation, crs=CRS84))
    text, joined = feature_text(shown.collection, shown.presentation)
    features = [orjson.loads(line) for some in shown.lines(text, joined) for line in some]
    links = {rel: [each for each in rowset.members["links"] if each["rel"] == rel] for rel in ("alternate", "next")}
    context = {
        "collection": rowset.collection,
        "matched": rowset.members.get("numberMatched"),
        "returned": len(features),
        "titles": [field.title or field.name for field in rowset.fields],
        "rows": [(each["id"], [_cell(field, each["properties"]) for field in rowset.fields]) for each in features],
        "drawn": {"type": "FeatureCollection", "features": [_drawn(each) for each in features if each["geometry"]]},
        **links,
    }
    yield render_to_string("features.html", context).encode()


def _drawn(feature: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": feature["id"], "geometry": feature["geometry"], "properties": {}}


def _cell(field: Field, properties: dict[str, Any]) -> str:
    """Return a value as people read it; moments by the clock of the deployment."""
    value = properties[field.name]
    if value is None:
        return ""
    if field.type is FieldType.BOOLEAN:
        return _("yes") if value else _("no")
    if field.type is FieldType.DATETIME:
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"
    return str(orjson.dumps(value), "utf-8") if field.type is FieldType.JSON else str(value)
