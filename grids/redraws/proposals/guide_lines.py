"""Guide lines, which new borders follow where possible: roads, water and block edges from published layers."""

import re
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.crs import geometries_to_survey, parse_crs
from gisserver.common.geo.geometry import to_geos, to_shapely
from layers import registry
from layers.fields import GeometryType

# Without the setting BORDER_LAYERS: uploads with such a word in their id or title.
_BY_ID = re.compile(r"(^|[_-])(roads?|streets?|rivers?|waters?|waterways?|land|landuse|land-use|blocks?)($|[_-])")
_BY_TITLE = re.compile("道路|路网|河流|水系|用地|街区|街坊")
_DRAWN = {
    GeometryType.LINESTRING,
    GeometryType.MULTILINESTRING,
    GeometryType.POLYGON,
    GeometryType.MULTIPOLYGON,
}
MAX_LINES = 50_000


def lines_to_follow(user: Any, area: BaseGeometry) -> list[BaseGeometry]:
    """Return the lines and polygons (survey CRS, metres) in ``area`` of the layers that ``user`` may see.

    The setting BORDER_LAYERS names the layers; without it, every uploaded layer counts whose id or title has a word for
    roads, rivers, water, land use or blocks.
    """
    found: list[BaseGeometry] = []
    for collection in sorted(registry.visible_to(user), key=lambda each: each.id):
        if _is_followed(collection):
            found += _lines(collection, user, area)
    return found[:MAX_LINES]


def _is_followed(collection: registry.Collection) -> bool:
    if settings.BORDER_LAYERS:
        return collection.id in settings.BORDER_LAYERS
    named = _BY_ID.search(collection.id) or _BY_TITLE.search(str(collection.title))
    return collection.uploaded and collection.geometry_type in _DRAWN and named is not None


def _lines(collection: registry.Collection, user: Any, area: BaseGeometry) -> list[BaseGeometry]:
    box = to_geos(shapely.box(*area.bounds), settings.SURVEY_SRID)
    rows = collection.rows(user).filter(**{f"{collection.geometry_3857}__bboverlaps": box}).order_by(collection.fid)
    stored = rows.values_list(collection.geometry, flat=True)[:MAX_LINES]
    shapes = shapely.force_2d(np.array([to_shapely(each) for each in stored if each], dtype=object))
    if collection.srid != settings.SURVEY_SRID and len(shapes):
        shapes = np.asarray(geometries_to_survey(shapes, parse_crs(f"EPSG:{collection.srid}"), settings.SURVEY_SRID))
    return list(shapes[shapely.intersects(shapes, area)]) if len(shapes) else []
