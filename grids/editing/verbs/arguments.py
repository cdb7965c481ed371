"""Kinds of arguments: how each is read from JSON, written to it, and described by JSON Schema.

Coordinates are in the survey CRS, metres. A reader raises one of `UNREADABLE` for what is no such value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

Place = tuple[float, float]
Line = tuple[Place, ...]
UNREADABLE = (TypeError, ValueError, KeyError, IndexError, AttributeError, ShapelyError)


@dataclass(frozen=True, slots=True)
class Kind:
    """What an argument is.

    ``geometry`` makes a shapely geometry of the value, where it is one; ``names_grids`` says that the value is the
    code of a grid of the draft, or several.
    """

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    schema: Mapping[str, Any]
    geometry: Callable[[Any], BaseGeometry] | None = None
    names_grids: bool = False


def read_text(value: Any) -> str:
    """Return a text; raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def read_new_code(value: Any) -> str:
    """Return the code that somebody wishes for a new grid; raises TypeError or ValueError for none."""
    if not read_text(value):
        raise ValueError("a code is not empty")
    return str(value)


def _place(value: Any) -> Place:
    coordinates = value["coordinates"] if isinstance(value, Mapping) else value
    x, y = coordinates[:2]
    return float(x), float(y)


def _line(value: Any) -> Line:
    if isinstance(value, Mapping) and value["type"] != "LineString":
        raise ValueError(value["type"])
    coordinates = value["coordinates"] if isinstance(value, Mapping) else value
    return tuple(_place(point) for point in coordinates)


def _edge(value: Any) -> tuple[Place, Place]:
    first, last = _line(value)
    return first, last


def _area(value: Any) -> BaseGeometry:
    if isinstance(value, BaseGeometry):
        return value
    if value["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(value["type"])
    return shapely.force_2d(shapely.geometry.shape(value))


def _line_drawn(line: Line) -> BaseGeometry:
    return shapely.linestrings(line) if len(line) > 1 else shapely.points(line[0])


def _geojson(*types: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"type": {"type": "string", "enum": list(types)}, "coordinates": {"type": "array", "items": {}}},
        "required": ["type", "coordinates"],
    }


def as_is(value: Any) -> Any:
    """Return a value that JSON writes as it is."""
    return value


TEXT = Kind(read_text, as_is, {"type": "string"})
GRID = Kind(read_text, as_is, {"type": "string", "description": "code of a grid"}, names_grids=True)
GRIDS = Kind(
    lambda codes: tuple(read_text(code) for code in codes),
    list,
    {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "codes of grids"},
    names_grids=True,
)
NEW_CODE = Kind(
    read_new_code, as_is, {"type": "string", "description": "code of the new grid; by default the next free one"}
)
SNAP = Kind(float, as_is, {"type": "number", "description": "how near in metres an end snaps to a border"})
PLACE = Kind(
    _place, lambda place: {"type": "Point", "coordinates": list(place)}, _geojson("Point"), geometry=shapely.points
)
LINE = Kind(
    _line,
    lambda line: {"type": "LineString", "coordinates": [list(place) for place in line]},
    _geojson("LineString"),
    geometry=_line_drawn,
)
EDGE = Kind(_edge, LINE.write, LINE.schema, geometry=_line_drawn)
AREA = Kind(_area, shapely.geometry.mapping, _geojson("Polygon", "MultiPolygon"), geometry=as_is)


def one_of(*words: str) -> Kind:
    """Return the kind of a text that is one of a few words; which ones, the verb itself checks."""
    return Kind(read_text, as_is, {"type": "string", "enum": list(words)})
