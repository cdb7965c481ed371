"""The extent of a redraw, for the map that it is drawn on: the frame of its communities, and the assets in it."""

from typing import Any

import shapely

from gisserver.common.geo.geometry import to_shapely
from grids import asset_registry
from grids.models import DivisionVersion, Redraw
from grids.redraws.storage.geojson import to_lonlat


def extent_of(redraw: Redraw) -> dict[str, Any]:
    """Return the ``frame`` of a redraw's communities, and the ``things`` in it: a place each, and its counts.

    Places are WGS84 longitude and latitude. Things carry no name, code or id, so they identify nobody.
    """
    rows = DivisionVersion.objects.at().filter(division__redraws=redraw, geom__isnull=False)
    frame = shapely.union_all([to_shapely(row.geom) for row in rows])
    found = [thing for _kind, own in sorted(asset_registry.carried_on(frame).items()) for thing in own]
    places = shapely.multipoints(shapely.from_wkb([thing.place for thing in found])) if found else None
    drawn = to_lonlat(places)
    where = [] if drawn is None else drawn["coordinates"]
    things = [{"at": at, "counts": thing.counts} for at, thing in zip(where, found, strict=True)]
    return {"frame": to_lonlat(frame), "things": things}
