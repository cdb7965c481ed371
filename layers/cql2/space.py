"""Geometries of a filter, and how the features of a collection lie to them."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import BooleanField, Value
from django.db.models.expressions import Combinable

from gisserver.common.errors import Invalid
from gisserver.common.geo.bbox import parse_bbox
from gisserver.common.reading.geometry_limits import geojson_shape
from layers import expressions
from layers.cql2.limits import refuse
from layers.registry import Collection
from layers.spatial.crs import Crs
from layers.spatial.relations import RELATIONS, rectangles, relation, stored

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

    def _relation(self, name: str, literal: Any) -> Combinable:
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
        try:
            shape = shapely.force_2d(geojson_shape(node))
        except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            raise refuse("A geometry cannot be read.") from None
        if shape.is_empty or not shape.is_valid:
            raise refuse("A geometry is empty or invalid.")
        return _turned(shape) if self.crs.north_first else shape

    def _box(self, numbers: Any) -> shapely.Geometry:
        if not isinstance(numbers, list):
            raise refuse("A bbox is a list of numbers.")
        try:
            text = ",".join(str(number) for number in numbers)
            box = parse_bbox(text, north_first=self.crs.north_first, geographic=self.crs.geographic)
        except Invalid as error:
            raise refuse(error.detail) from None
        return rectangles(box)


def _turned(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points[:, ::-1])
