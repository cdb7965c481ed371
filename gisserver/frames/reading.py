"""Read a published collection into a GeoDataFrame: one statement, geometries as WKB, no Python for each row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import geopandas
import pandas as pd
import shapely
from django.contrib.auth.models import User
from django.contrib.gis.db.models.functions import Transform
from django.db import connection
from django.db.models import F
from django.db.models.expressions import Combinable

from gisserver.common import moments
from gisserver.common.access.export import demand_export
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.geo.bbox import parse_bbox
from gisserver.common.sentences import Sentence
from gisserver.frames.columns import KINDS, column
from layers import filters, registry
from layers.fields import Field
from layers.registry import Collection
from layers.rows import FID, GEOMETRY, identifier, select
from layers.spatial.crs import CRS84, epsg
from layers.spatial.relations import bbox_condition

INDEX = "fid"


def read(
    collection: str,
    *,
    user: Viewer | str | None,
    at: datetime | str | None = None,
    bbox: Sequence[float] | None = None,
    where: str = "",
    columns: Sequence[str] | None = None,
    srid: int | None = None,
) -> geopandas.GeoDataFrame:
    """Return the features of ``collection`` that ``user`` may see, by id, which is the index ``fid``.

    ``user`` is a user, a user's name, or None for the operator of this machine, who sees everything, as a management
    command does. ``at`` asks a collection with a history as it was then (None: now). ``bbox`` is west, south, east,
    north in degrees (WGS84); features without a place meet every box. ``where`` is a filter in CQL2 text. ``columns``
    names the properties (default all). Coordinates are east before north, in the CRS that the collection is stored in
    (the survey CRS, in metres, for all that the server keeps itself), or in EPSG:``srid``.

    Whole numbers are Int64, so that a missing one spoils nothing; moments are datetime64[us, UTC]; days are
    datetime64[s]; properties with a list of values are categorical; JSON and times are text.

    Raises NotFound for a collection or a user that there is not, Forbidden when the user may read but not export, and
    Invalid for the rest, as the doors do.
    """
    viewer = _viewer(user)
    published = registry.get(collection, viewer)
    if not published.is_public:
        demand_export(viewer)
    rows = published.rows(viewer, _moment(published, at))
    if bbox is not None:
        rows = rows.filter(bbox_condition(published, parse_bbox(",".join(map(str, bbox))), CRS84))
    if where:
        rows = rows.filter(filters.condition(published, where))
    fields = _fields(published, columns)
    return _frame(published, rows.order_by(published.fid), fields, published.srid if srid is None else srid)


def _frame(collection: Collection, rows: Any, fields: Sequence[Field], srid: int) -> geopandas.GeoDataFrame:
    made = select(collection, rows, geometry=_geometry(collection, srid), fields=fields)
    values = [KINDS[field.type].sql.format(identifier(field.name)) for field in fields]
    wanted = ", ".join([f"{FID}::bigint", f"ST_AsBinary({GEOMETRY})", *values])
    with connection.cursor() as cursor:
        # Names are quoted by `identifier`, the rest is written here.
        cursor.execute(f"SELECT {wanted} FROM ({made.sql}) AS rows", made.params)  # noqa: S608
        found = cursor.fetchall()
    # By column from here on; without a row there is no column to turn.
    fids, shapes, *rest = zip(*found, strict=True) if found else [()] * (2 + len(fields))
    data = {field.name: column(field, each) for field, each in zip(fields, rest, strict=True)}
    name = next(each for each in ("geometry", "geom", GEOMETRY) if each not in data)
    frame = pd.DataFrame(data, index=pd.Index(fids, name=INDEX, dtype="int64"))
    frame[name] = geopandas.array.GeometryArray(shapely.from_wkb(list(shapes)), crs=f"EPSG:{srid}")
    return geopandas.GeoDataFrame(frame, geometry=name)


def _geometry(collection: Collection, srid: int) -> str | Combinable:
    if srid == collection.srid:
        return collection.geometry
    return Transform(F(collection.geometry), epsg(srid).srid)


def _fields(collection: Collection, columns: Sequence[str] | None) -> Sequence[Field]:
    if columns is None:
        return collection.fields
    known = {field.name: field for field in collection.fields}
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise Invalid(
            "unknown_property",
            Sentence(
                "{collection} has no property {unknown!r}: {known}.",
                collection=collection.id,
                unknown=unknown[0],
                known=", ".join(known),
            ),
        )
    return [known[name] for name in dict.fromkeys(columns)]


def _moment(collection: Collection, at: datetime | str | None) -> datetime | None:
    if at is None:
        return None
    if not collection.versioned:
        raise Invalid(
            "unknown_parameter",
            Sentence("{collection} has no history: it is read as it is now, without at.", collection=collection.id),
        )
    return moments.parse_moment(at) if isinstance(at, str) else moments.in_utc(at)


def _viewer(user: Viewer | str | None) -> Viewer:
    if user is None:
        return User(username="operator", is_superuser=True)  # never saved: nobody signs in as such
    if not isinstance(user, str):
        return user
    found = User.objects.filter(username=user, is_active=True).first()
    if found is None:
        raise NotFound("no_such_user", Sentence("There is no active user {name!r}.", name=user[:150]))
    return found
