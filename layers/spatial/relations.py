"""How the features of a collection lie to a shape of a request, in the CRS in which the shape is given.

The shape is never transformed: a projection holds only near its own area, and what it makes of the rest of the globe
is no shape at all. The features are, which lie where their CRS holds. Degrees are compared as a plane of longitude
and latitude, cut at the antimeridian.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from django.db.models import BinaryField, F, Q, Value
from django.db.models.expressions import Combinable

from gisserver.common.errors import Invalid
from gisserver.common.geo import mercator
from gisserver.common.geo.bbox import BBox
from gisserver.common.sentences import Sentence
from layers import expressions
from layers.registry import Collection
from layers.spatial.crs import CRS84, Crs

RELATIONS = ("contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within")
# Geographic systems whose coordinates PROJ takes for each other's, to the last digit.
SAME_DEGREES = {4326, 4490}
# A shape may reach once around the globe beyond the antimeridian.
_FARTHEST_DEGREES = 540.0
# A transformation answers to a fraction of a millimetre; PostGIS compares boxes in single precision.
_TOLERANCE_M = 0.01
_INDEX_M = 10.0


def bbox_condition(collection: Collection, box: BBox, crs: Crs) -> Q:
    """Return the condition that a feature's geometry meets ``box``, which is in ``crs``, east before north.

    As the standard asks, features without a geometry meet every box. Raises Invalid for what are no degrees.
    """
    meets = relation(collection, "intersects", rectangles(box), crs)
    return Q(meets) | Q(**{f"{collection.geometry}__isnull": True})


def rectangles(box: BBox) -> shapely.Geometry:
    """Return a box as a geometry in its own CRS; one over the antimeridian has two parts."""
    return shapely.union_all([_rectangle(part) for part in box.parts()])


def relation(collection: Collection, name: str, shape: shapely.Geometry, crs: Crs) -> Combinable:
    """Return the condition that a feature lies to ``shape`` as ``name`` (one of RELATIONS) says.

    ``shape`` is valid, in ``crs``, east before north; a collection is the union of its parts. Raises Invalid for
    what are no degrees.
    """
    if name == "disjoint":
        return expressions.condition("(NOT {0})", relation(collection, "intersects", shape, crs))
    rows, srid = _comparable(collection, crs)
    shape = placed(shape, crs)
    wanted = expressions.condition(f"ST_{name.capitalize()}({{0}}, {{1}})", rows, _constant(shape, srid))
    if srid in {collection.srid, mercator.SRID}:
        return wanted  # as stored and indexed
    if name in {"intersects", "within"}:
        wanted = expressions.condition("({0} OR {1})", _inside(collection, shape), wanted)
    return expressions.condition("({0} AND {1})", near(collection, shape), wanted)


def stored(collection: Collection) -> Combinable:
    """Return the geometry of the features as it is stored."""
    return expressions.geometry("{0}", F(collection.geometry))


def _constant(shape: shapely.Geometry, srid: int) -> Combinable:
    """Return ``shape`` as a bound value."""
    return expressions.geometry("ST_GeomFromWKB({0}, {1})", Value(shapely.to_wkb(shape), BinaryField()), Value(srid))


def _comparable(collection: Collection, crs: Crs) -> tuple[Combinable, int]:
    """Return the geometry of the features in ``crs``, and the SRID that it has in the database."""
    if crs.srid == collection.srid or {crs.srid, collection.srid} <= SAME_DEGREES:
        return stored(collection), collection.srid
    if crs.srid == mercator.SRID:
        return F(collection.geometry_3857), mercator.SRID
    return expressions.geometry("ST_Transform({0}, {1})", F(collection.geometry), Value(CRS84.srid)), CRS84.srid


def placed(shape: shapely.Geometry, crs: Crs) -> shapely.Geometry:
    """Return the shape, in degrees cut at the antimeridian; a collection as parts that don't overlap."""
    if crs.geographic and max(abs(shape.bounds[0]), abs(shape.bounds[2])) > 180.0:
        return _turned(shape)
    return shapely.union_all([shape]) if shape.geom_type == "GeometryCollection" else shape


def _turned(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape of degrees with what lies beyond the antimeridian moved to where the globe has it."""
    if np.abs(shape.bounds).max() > _FARTHEST_DEGREES:
        detail = Sentence("These are no degrees of longitude and latitude. Name the CRS of the coordinates.")
        raise Invalid("bad_bbox", detail)
    parts = shapely.get_parts(shapely.union_all([shape]))
    moved = []
    for middle in (-360.0, 0.0, 360.0):
        turn = shapely.box(middle - 180.0, shape.bounds[1] - 1.0, middle + 180.0, shape.bounds[3] + 1.0)
        pieces, whole = shapely.get_parts(shapely.intersection(parts, turn), return_index=True)
        # Where a polygon only touches the antimeridian, a line is left of it beyond.
        kept = pieces[shapely.get_dimensions(pieces) == shapely.get_dimensions(parts)[whole]]
        moved.extend(shapely.transform(kept, lambda points, middle=middle: points - (middle, 0.0)))
    return shapely.union_all(moved)


def near(collection: Collection, shape: shapely.Geometry) -> Combinable:
    """Return the condition that a feature's box in Web Mercator, which has an index, meets that of ``shape``.

    What lies wholly beyond the latitudes of Web Mercator has none there and may be near.
    """
    boxes = [mercator.from_degrees(half, wider=_TOLERANCE_M) for half in _halves(shape)]
    condition = _boxes(collection, "&&", boxes)
    if max(abs(shape.bounds[1]), abs(shape.bounds[3])) <= mercator.MAX_LATITUDE:
        return condition
    return expressions.condition("({0} OR {1} IS NULL)", condition, F(collection.geometry_3857))


def _inside(collection: Collection, shape: shapely.Geometry) -> Combinable:
    """Return the condition that a feature's box lies well inside ``shape``: where that is boxes, most need no more."""
    parts = shapely.get_parts(shape)
    bounds = shapely.bounds(parts)[shapely.equals(parts, shapely.box(*shapely.bounds(parts).T))]
    boxes = [mercator.from_degrees(tuple(each), wider=-_INDEX_M) for each in bounds]
    return _boxes(collection, "@", [box for box in boxes if box[0] < box[2] and box[1] < box[3]])


def _boxes(collection: Collection, operator: str, boxes: Sequence[tuple[float, ...]]) -> Combinable:
    """Return the condition that a feature's box in Web Mercator lies so to one of ``boxes``."""
    tests = [f"{{0}} {operator} {{{number}}}" for number in range(1, len(boxes) + 1)]
    places = [_constant(shapely.box(*box), mercator.SRID) for box in boxes]
    return expressions.condition(f"({' OR '.join(tests) or 'false'})", F(collection.geometry_3857), *places)


def _halves(shape: shapely.Geometry) -> list[tuple[float, ...]]:
    """Return the bounds of what lies to the west and to the east: across the antimeridian both are small."""
    parts = shapely.get_parts(shape)
    bounds = shapely.bounds(parts)
    is_west = bounds[:, 0] + bounds[:, 2] < 0
    return [tuple(shapely.total_bounds(half)) for half in (parts[is_west], parts[~is_west]) if len(half)]


def _rectangle(box: BBox) -> shapely.Geometry:
    """Return the box as a polygon, or as the line or point that it shrinks to."""
    corners = [(box.min_x, box.min_y), (box.max_x, box.min_y), (box.max_x, box.max_y), (box.min_x, box.max_y)]
    distinct = list(dict.fromkeys(corners))
    if len(distinct) == 4:
        return shapely.Polygon(distinct)
    return shapely.LineString(distinct) if len(distinct) == 2 else shapely.Point(distinct[0])
