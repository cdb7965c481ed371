"""What a phone needs beside the tiles: exact edges of the grids, and the addresses of the area."""

from typing import Any

import numpy as np
import pyproj
import shapely
from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.db import connection

from gisserver.common.access.models import Viewer
from gisserver.common.geo.mercator import to_degrees
from layers import registry
from layers import rows as layer_rows
from tiles.packs.area import EVERYBODY, Area

FORMAT = "gisserver-pack-1"
# Metres beyond the reach of a place outside: what is cut off farther away does not matter.
BEYOND_M = 1.0
_GRIDS, _ADDRESSES = "grids", "building_points"


def content(area: Area) -> dict[str, Any]:
    """Return the grids and addresses that a collector of the area sees, coordinates in mm of the survey CRS.

    A ring is a flat list: its first vertex, then the steps from each to the next; the last edge closes it.
    """
    return {
        "format": FORMAT,
        "area": {"code": area.code, "name": area.name},
        "crs": survey_projection(settings.SURVEY_SRID),
        "bounds": list(to_degrees(area.bounds)),
        "tolerance_m": settings.NEAREST_TOLERANCE_M,
        "grids": _grids(area),
        "addresses": [
            {"id": fid, "code": code, "name": name, "address": address, "grid": grid, "place": _ring(shape)}
            for fid, shape, code, name, grid, address in _rows(
                area.reader, _ADDRESSES, ("code", "name", "grid", "address")
            )
        ],
    }


def survey_projection(srid: int) -> dict[str, Any]:
    """Return what a reader needs to project degrees to the survey CRS; ``method`` only for transverse Mercator."""
    crs = pyproj.CRS.from_epsg(srid)
    found: dict[str, Any] = {"srid": srid, "name": crs.name}
    operation, ellipsoid = crs.coordinate_operation, crs.ellipsoid
    if operation is None or ellipsoid is None or operation.method_name != "Transverse Mercator":
        return found
    values = {each.name: each.value for each in operation.params}
    return found | {
        "method": "transverse_mercator",
        "latitude_of_origin": values["Latitude of natural origin"],
        "central_meridian": values["Longitude of natural origin"],
        "scale": values["Scale factor at natural origin"],
        "false_easting": values["False easting"],
        "false_northing": values["False northing"],
        "semi_major_m": ellipsoid.semi_major_metre,
        "inverse_flattening": ellipsoid.inverse_flattening,
    }


def _grids(area: Area) -> list[dict[str, Any]]:
    """Return the area's grids in the order of their codes, and between them the ground near by that is others'.

    Without that a place just outside would be taken for one that no grid has. It says no more than where others begin:
    without code, without the borders between them, as far as a place outside is asked for. Nearest is who is
    nearest, and on a border the lower code wins: so others' ground stands where their codes are.
    """
    own = {row[0]: row for row in _rows(area.reader, _GRIDS, ("code", "name", "kind"))}
    if not own:
        return []
    reach_m = settings.NEAREST_TOLERANCE_M + BEYOND_M
    mine = shapely.union_all([shape for _, shape, *_ in own.values()])
    near = shapely.buffer(mine, reach_m)
    found: list[dict[str, Any]] = []
    others: list[Any] = []
    for fid, shape, code, name, kind in _rows(EVERYBODY, _GRIDS, ("code", "name", "kind"), shapely.bounds(near)):
        if fid not in own:
            others.append(shape)
            continue
        found += _neighbours(others, near)
        others = []
        found.append({"code": code, "name": name, "kind": kind, "polygons": _polygons(shape)})
    return found + _neighbours(others, near)


def _neighbours(others: list[Any], near: Any) -> list[dict[str, Any]]:
    """Return what of the shapes (metres) is near, as one shape of whole millimetres."""
    if not others:
        return []
    millimetres = [shapely.transform(shape, lambda xy: xy * 1000) for shape in (*others, near)]
    together = shapely.union_all(millimetres[:-1], grid_size=1.0)
    ground = shapely.intersection(together, millimetres[-1], grid_size=1.0)
    areas = [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon"]
    polygons = _polygons(shapely.transform(shapely.multipolygons(areas), lambda xy: xy / 1000))
    return [{"code": None, "polygons": polygons}] if areas else []


def _rows(reader: Viewer, collection_id: str, names: tuple[str, ...], bounds: Any = None) -> list[tuple[Any, ...]]:
    """Return id, shape and fields of what ``reader`` sees of a collection, by code and id; in a box if one is given."""
    collection = registry.find(collection_id)
    if collection is None:
        return []
    fields = [field for name in names if (field := collection.field(name))]
    rows = collection.rows(reader)
    if bounds is not None:
        box = Polygon.from_bbox(bounds)
        box.srid = collection.srid
        rows = rows.filter(**{f"{collection.geometry}__bboverlaps": box})
    found = layer_rows.select(collection, rows, geometry=collection.geometry, fields=fields)
    columns = ", ".join(layer_rows.identifier(field.name) for field in fields)
    statement = (
        f'SELECT "__fid", ST_AsBinary("__geom"), {columns} FROM ({found.sql}) AS source'  # noqa: S608 - quoted
        ' WHERE "__geom" IS NOT NULL ORDER BY "code", "__fid"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, found.params)
        return [(fid, shapely.from_wkb(bytes(shape)), *values) for fid, shape, *values in cursor.fetchall()]


def _polygons(shape: Any) -> list[list[list[int]]]:
    return [[_ring(polygon.exterior), *map(_ring, polygon.interiors)] for polygon in shapely.get_parts(shape)]


def _ring(line: Any) -> list[int]:
    """Return whole millimetres: what is stored are such, so nothing is lost in rounding."""
    vertices = np.rint(shapely.get_coordinates(line) * 1000).astype(np.int64)
    steps = np.diff(vertices, axis=0)[: -1 if len(vertices) > 1 else None]
    return [int(value) for value in np.concatenate([vertices[:1], steps]).ravel()]
