"""Geometries that a client sends, as the layer's table holds them, or refused with the reason."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.db import DataError, InternalError, connection, transaction

from gisserver.common.errors import Invalid, Refused
from gisserver.common.geo.misplaced import Misplaced
from gisserver.common.reading.geometry_limits import geojson_shape
from gisserver.common.sentences import Sentence
from layers.fields import GeometryType
from layers.registry import Collection
from layers.spatial.crs import Crs

_SINGLE = {
    GeometryType.MULTIPOINT: (GeometryType.POINT, shapely.multipoints),
    GeometryType.MULTILINESTRING: (GeometryType.LINESTRING, shapely.multilinestrings),
    GeometryType.MULTIPOLYGON: (GeometryType.POLYGON, shapely.multipolygons),
}


def shape_of(collection: Collection, geometry: Any, crs: Crs, where: str) -> shapely.Geometry | None:
    """Return a GeoJSON geometry of the layer's type, in ``crs`` but east before north; ``where`` points to it.

    A single geometry becomes a multi-geometry where the layer holds those. Nothing is mended. Raises Invalid or,
    for a geometry that is well written but no valid one, Refused.
    """
    if geometry is None:
        return None
    try:
        shape = geojson_shape(geometry)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise Invalid("bad_geometry", "This is no GeoJSON geometry that can be read.", pointer=where) from None
    if shape.is_empty:
        raise Invalid("bad_geometry", "An empty geometry is written as null.", pointer=where)
    if shape.has_z:
        raise Invalid("bad_geometry", "Heights are not kept here: leave them out.", pointer=where)
    if crs.north_first:
        shape = shapely.transform(shape, lambda points: points[:, ::-1])
    _demand_placed(shape, crs, where)
    _demand_valid(shape, where)
    return _of_type(shape, collection, where)


def stored(shapes: Sequence[shapely.Geometry | None], crs: Crs, srid: int) -> list[shapely.Geometry | None]:
    """Return shapes in ``crs`` as they are in ``srid``, transformed by the database, as answers are. Raises Invalid."""
    if crs.srid == srid:
        return list(shapes)
    wkb = [None if shape is None else shapely.to_wkb(shape) for shape in shapes]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_AsBinary(ST_Transform(ST_GeomFromWKB(wkb, %s), %s))"
                " FROM unnest(%s::bytea[]) WITH ORDINALITY AS given(wkb, number) ORDER BY number",
                [crs.srid, srid, wkb],
            )
            found = [None if row[0] is None else shapely.from_wkb(bytes(row[0])) for row in cursor.fetchall()]
    except (DataError, InternalError):
        raise _misplaced(Misplaced.OUTSIDE, "") from None
    if any(shape is not None and not np.isfinite(shapely.get_coordinates(shape)).all() for shape in found):
        raise _misplaced(Misplaced.OUTSIDE, "")
    for shape in found:
        if shape is not None:
            _demand_valid(shape, "")
    return found


def _demand_placed(shape: shapely.Geometry, crs: Crs, where: str) -> None:
    points = shapely.get_coordinates(shape)
    if not np.isfinite(points).all():
        raise _misplaced(Misplaced.NOT_FINITE, where)
    if not crs.geographic:
        return
    x, y = np.abs(points).max(axis=0)
    if x <= 180.0 and y <= 90.0:
        return
    raise _misplaced(Misplaced.SWAPPED if x <= 90.0 and y <= 180.0 else Misplaced.OUTSIDE, where)


def _misplaced(why: Misplaced, where: str) -> Invalid:
    return Invalid(why.value, why.sentence, **({"pointer": where} if where else {}))


def _demand_valid(shape: shapely.Geometry, where: str) -> None:
    if shape.is_valid:
        return
    reason = shapely.is_valid_reason(shape)
    told = Sentence("The geometry is not valid: {reason}.", reason=reason)
    raise Refused("invalid_geometry", told, reason=reason, **({"pointer": where} if where else {}))


def _of_type(shape: shapely.Geometry, collection: Collection, where: str) -> shapely.Geometry:
    wanted, kind = collection.geometry_type, shape.geom_type
    if wanted is GeometryType.GEOMETRY or kind == wanted:
        return shape
    single, gather = _SINGLE.get(wanted, (None, None))
    if gather is not None and kind == single:
        return gather([shape])
    told = Sentence("{id} holds geometries of type {type}, not {kind}.", id=collection.id, type=wanted, kind=kind)
    raise Invalid("wrong_geometry_type", told, pointer=where)
