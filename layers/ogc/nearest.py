"""The features nearest to a point, with their distance: exact on the ellipsoid, found by the index of the map."""

from dataclasses import replace
from typing import Any

import shapely
from django.db.models import F

from layers.fields import Field, FieldType
from layers.ogc.params import Nearest, Presentation
from layers.registry import Collection, Rows
from layers.spatial import distance
from layers.spatial.crs import CRS84

DISTANCE = "distance_m"
# PostGIS rounds a distance before it answers.
_ROUNDED_M = 1e-3


def nearest_fids(collection: Collection, rows: Rows, nearest: Nearest) -> list[int]:
    """Return the ids of the ``nearest.count`` rows that lie nearest to the point, by distance and id.

    The index orders by the map's distances, which differ a little from those on the ground: so whatever lies on the
    ground as near as the last of those that it finds is measured, too.
    """
    point = shapely.Point(nearest.point)
    placed = rows.filter(**{f"{collection.geometry}__isnull": False}).annotate(
        metres=distance.distance(collection, point)
    )
    found = placed.order_by(distance.closeness(collection, point)).values_list("metres", flat=True)[: nearest.count]
    metres = [each for each in found if each is not None]
    if len(metres) == nearest.count:
        placed = placed.filter(distance.within(collection, point, CRS84, max(metres) + _ROUNDED_M))
    ordered = placed.order_by("metres", collection.fid).values_list(F(collection.fid), flat=True)
    return list(ordered[: nearest.count])


def with_distance(collection: Collection, presentation: Presentation, nearest: Nearest) -> Presentation:
    """Return the presentation with one property more: the distance from the point in metres."""
    metres = distance.distance(collection, shapely.Point(nearest.point))
    shown: tuple[Any, ...] = collection.fields if presentation.fields is None else presentation.fields
    others = tuple(field for field in shown if field.name != DISTANCE)
    return replace(presentation, fields=(*others, Field(DISTANCE, FieldType.NUMBER, source=metres, unit="m")))
