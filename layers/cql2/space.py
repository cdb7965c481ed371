"""Geometries of a filter, and how the features of a collection lie to them."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import BooleanField, Value
from django.db.models.expressions import Combinable

from gisserver.common.errors import Invalid
from gisserver.common.geo.bbox import parse_bbox
from gisserver.common.reading.geometry_limits import geojson_shape
from gisserver.common.sentences import Sentence
from layers import expressions
from layers.cql2.limits import refuse
from layers.registry import Collection
from layers.spatial import distance
from layers.spatial.crs import Crs
from layers.spatial.relations import RELATIONS, rectangles, relation, stored

# Functions of our own: OGC has no word yet. Their metres are those of `layers.spatial.distance`.
WITHIN, BUFFER = "s_dwithin", "s_buffer"
_METRES = {"metres", "meters", "metre", "meter", "m"}
SPATIAL = {f"s_{name}": name for name in RELATIONS}
# The relation with its two shapes in the other order; other relations are the same both ways.
_CONVERSE = {"contains": "within", "within": "contains"}


@dataclass(frozen=True, slots=True)
class Space:
    """The geometry of one collection, and the CRS of the literals in a filter."""

    collection: Collection
    crs: Crs

    def names(self, node: Any) -> bool:
        """Tell whether ``node`` is the property that holds the geometry."""
        known = {"geometry", "geom", self.collection.geometry}
        return isinstance(node, dict) and node.get("property") in known

    def stored(self) -> Combinable:
        """Return the geometry of the rows."""
        return stored(self.collection)

    def condition(self, op: str, first: Any, second: Any) -> Combinable:
        """Return the condition that ``first`` lies to ``second`` as ``op`` says. Raises Invalid."""
        name = SPATIAL[op]
        if self.names(first) and not self.names(second):
            return self._relation(name, second)
        if self.names(second) and not self.names(first):
            return self._relation(_CONVERSE.get(name, name), first)
        if self.names(first):
            return expressions.condition(f"ST_{name.capitalize()}({{0}}, {{0}})", self.stored())
        return Value(bool(getattr(shapely, name)(self._literal(first), self._literal(second))), BooleanField())

    def within(self, arguments: list[Any]) -> Combinable:
        """Return the condition of ``S_DWITHIN(geometry, shape, metres)``, the first two in any order."""
        if len(arguments) not in {3, 4} or self.names(arguments[0]) is self.names(arguments[1]):
            raise refuse("S_DWITHIN takes the geometry, a shape and metres.")
        literal = arguments[1] if self.names(arguments[0]) else arguments[0]
        reach = metres(arguments[2:], distance.FARTHEST_M)
        try:
            return distance.within(self.collection, self._literal(literal), self.crs, reach)
        except Invalid as error:
            raise refuse(error.detail) from None

    def _relation(self, name: str, literal: Any) -> Combinable:
        if name == "intersects" and _is_buffer(literal):
            return self.within([{"property": "geometry"}, *literal["args"]])
        shape = self._literal(literal)
        try:
            return relation(self.collection, name, shape, self.crs)
        except Invalid as error:
            raise refuse(error.detail) from None

    def _literal(self, node: Any) -> shapely.Geometry:
        if not isinstance(node, dict):
            raise refuse("A geometry is missing.")
        if "bbox" in node:
            return self._box(node["bbox"])
        if _is_buffer(node):
            return self._buffer(node["args"])
        try:
            shape = shapely.force_2d(geojson_shape(node))
        except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            raise refuse("A geometry cannot be read.") from None
        if shape.is_empty or not shape.is_valid:
            raise refuse("A geometry is empty or invalid.")
        return _turned(shape) if self.crs.north_first else shape

    def _buffer(self, arguments: list[Any]) -> shapely.Geometry:
        if len(arguments) not in {2, 3}:
            raise refuse("S_BUFFER takes a shape and metres.")
        reach = metres(arguments[1:], distance.WIDEST_BUFFER_M)
        try:
            return distance.buffer(self._literal(arguments[0]), self.crs, reach)
        except Invalid as error:
            raise refuse(error.detail) from None

    def _box(self, numbers: Any) -> shapely.Geometry:
        if not isinstance(numbers, list):
            raise refuse("A bbox is a list of numbers.")
        try:
            text = ",".join(str(number) for number in numbers)
            box = parse_bbox(text, north_first=self.crs.north_first, geographic=self.crs.geographic)
        except Invalid as error:
            raise refuse(error.detail) from None
        return rectangles(box)


def _is_buffer(node: Any) -> bool:
    return isinstance(node, dict) and str(node.get("op")).lower() == BUFFER and isinstance(node.get("args"), list)


def metres(arguments: list[Any], most: float) -> float:
    """Return the distance that ends the arguments of a function: a number, perhaps with its unit. Raises Invalid."""
    node, *unit = arguments
    is_number = isinstance(node, int | float) and not isinstance(node, bool)
    if not is_number or not 0 <= node <= most or (unit and unit[0] not in _METRES):
        raise refuse(Sentence("A distance is a number of metres from 0 to {most:g}.", most=most))
    return float(node)


def _turned(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points[:, ::-1])
