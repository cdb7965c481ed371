"""The ground that a redraw stands on, for who draws on it: its frame, and what stands there and counts."""

from typing import Any

import shapely

from gisserver.common.geo.geometry import to_shapely
from grids import asset_registry
from grids.models import DivisionVersion, Redraw
from grids.redraws.storage.geojson import to_lonlat


def ground_of(redraw: Redraw) -> dict[str, Any]:
    """Return the ``frame`` of a redraw's communities, and the ``things`` on it: a place each, and what it counts for.

    Places are WGS84 longitude and latitude. Nothing says whose a thing is: no name, no code, no id.
    """
    rows = DivisionVersion.objects.at().filter(division__redraws=redraw, geom__isnull=False)
    frame = shapely.union_all([to_shapely(row.geom) for row in rows])
    found = [thing for _kind, own in sorted(asset_registry.on_ground(frame).items()) for thing in own]
    places = shapely.multipoints(shapely.from_wkb([thing.place for thing in found])) if found else None
    drawn = to_lonlat(places)
    where = [] if drawn is None else drawn["coordinates"]
    things = [{"at": at, "counts": thing.counts} for at, thing in zip(where, found, strict=True)]
    return {"frame": to_lonlat(frame), "things": things}
