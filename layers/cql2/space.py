"""Geometries of a filter, brought into the CRS in which the collection is stored."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import BinaryField, F, Value
from django.db.models.expressions import Combinable

from gisserver.common.bbox import parse_bbox
from gisserver.common.errors import Invalid
from layers.cql2 import sql
from layers.cql2.limits import refuse
from layers.ogc.crs import Crs
from layers.ogc.spatial import into, rectangles
from layers.registry import Collection

SPATIAL = {
    f"s_{name}": f"ST_{name.capitalize()}({{0}}, {{1}})"
    for name in ("contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within")
}


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
        return sql.geometry("{0}", F(self.collection.geometry))

    def condition(self, op: str, first: Any, second: Any) -> Combinable:
        """Return the condition that ``first`` lies to ``second`` as ``op`` says. Raises Invalid."""
        return sql.condition(SPATIAL[op], self._geometry(first), self._geometry(second))

    def _geometry(self, node: Any) -> Combinable:
        if self.names(node):
            return self.stored()
        shape = into(self._literal(node), self.crs, self.collection.srid)
        wkb = Value(shapely.to_wkb(shape), BinaryField())
        return sql.geometry("ST_GeomFromWKB({0}, {1})", wkb, Value(self.collection.srid))

    def _literal(self, node: Any) -> shapely.Geometry:
        if not isinstance(node, dict):
            raise refuse("A geometry is missing.")
        if "bbox" in node:
            return self._box(node["bbox"])
        try:
            shape = shapely.force_2d(shapely.geometry.shape(node))
        except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            raise refuse("A geometry cannot be read.") from None
        if shape.is_empty or not shape.is_valid or shape.geom_type == "GeometryCollection":
            raise refuse("A geometry is empty, invalid or a collection.")
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
