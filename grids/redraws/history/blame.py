"""The history of a border at a place: who drew it, when and why. Derived from the versions of its grids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import Point
from shapely.geometry.base import BaseGeometry

from gisserver.common.access.models import Viewer
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, NotFound, Refused
from gisserver.common.geo.crs import parse_crs, to_survey
from gisserver.common.geo.geometry import to_geos, to_shapely
from gisserver.common.sentences import Sentence
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.borders import Nearest, nearest_edge, other_side, run_of, runs_along, stretch
from grids.editing.geometry.shapes import MM_PER_M, from_polygon, to_polygon
from grids.editing.refusals import EditRefused
from grids.models import GridVersion, Redraw
from grids.redraws.draft.community_draft import take
from grids.redraws.history.replay import INSTANT, drafts_around
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import commands_of
from grids.selectors import grid_at, grids_visible_to

STRETCH_M = 1.0


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a stretch of border: when it began, what drew it, and the grids that it was drawn through."""

    since: datetime
    redraw: Redraw | None
    source: str
    before: Sequence[GridVersion]


def border_at(
    *, user: Viewer, x: float, y: float, crs: str = "wgs84", at: datetime | None = None, within_m: float
) -> dict[str, Any]:
    """Return the border nearest to a place (``x`` east or longitude) at ``at`` (default now), and its history.

    Of what the user may see. Raises Invalid for coordinates that the CRS does not allow, NotFound ``no_border_here``
    when there is none within ``within_m``.
    """
    moment = at or database_now()
    east, north = (float(value) for value in to_survey(np.array([[x, y]]), parse_crs(crs), settings.SURVEY_SRID)[0])
    place = Point(east, north, srid=settings.SURVEY_SRID)
    rows = {row.code: row for row in grids_visible_to(user, moment).filter(geom__dwithin=(place, within_m))}
    shapes = {code: from_polygon(to_shapely(row.geom)) for code, row in rows.items()}
    nearest = nearest_edge(shapes, (east, north))
    if nearest is None or nearest.distance_m > within_m:
        reason = grid_at(user=user, x=x, y=y, crs=crs, at=at).reason
        raise NotFound(
            "no_border_here",
            Sentence("No border of a grid known to you lies within {within_m:g} m.", within_m=within_m),
            reason=reason,
        )
    left = rows[nearest.key]
    own = {code: shape for code, shape in shapes.items() if rows[code].community_id == left.community_id}
    beyond = other_side(own, nearest.edge)
    right = None if beyond is None else rows[beyond]
    line = run_of(own[nearest.key], None if beyond is None else own[beyond], own.values(), nearest.edge)
    return {
        "left": left,
        "right": right,
        "frame": right is None,
        "distance_m": round(nearest.distance_m, 3),
        "point": to_lonlat(shapely.Point(nearest.place)),
        "geometry": to_lonlat(line),
        "at": moment,
        **_history(user, left, right, nearest, moment),
    }


def _history(
    user: Viewer, left: GridVersion, right: GridVersion | None, nearest: Nearest, moment: datetime
) -> dict[str, Any]:
    line = stretch(nearest, STRETCH_M)
    rows = _versions_along(left.community_id, line, moment)
    along = {row.pk: runs_along(to_shapely(row.geom), line) for row in rows}
    since = _since(rows, moment, lambda there: any(along[row.pk] for row in there))
    grids = {left.grid_id, right.grid_id} if right else {left.grid_id}
    met = _since(rows, moment, lambda there: grids <= {row.grid_id for row in there if along[row.pk]})
    origin = _origin(rows, along, since, line)
    seen = origin.redraw is None or Redraw.objects.visible_to(user).filter(pk=origin.redraw.pk).exists()
    command = _command(origin.redraw, left.community_id, line) if origin.redraw is not None and seen else None
    return {
        "since": since,
        "sides_since": met,
        "source": origin.source,
        "redraw": origin.redraw if seen else None,
        "command": command,
        "before": origin.before,
    }


def _versions_along(community_id: int, line: BaseGeometry, moment: datetime) -> list[GridVersion]:
    around = to_geos(shapely.buffer(line, STRETCH_M), settings.SURVEY_SRID)
    rows = GridVersion.objects.filter(
        community_id=community_id, geom__intersects=around, valid__startswith__lte=moment, valid__isempty=False
    )
    return list(rows.select_related("redraw__author").order_by("valid", "code"))


def _there(rows: Sequence[GridVersion], moment: datetime) -> list[GridVersion]:
    return [row for row in rows if row.valid.lower <= moment and (row.valid.upper is None or row.valid.upper > moment)]


def _since(rows: Sequence[GridVersion], moment: datetime, holds: Callable[[Sequence[GridVersion]], bool]) -> datetime:
    """Return the moment since which ``holds`` has been true of the versions valid, without a break until ``moment``."""
    since = moment
    for begins in sorted({row.valid.lower for row in rows}, reverse=True):
        if not holds(_there(rows, begins)):
            break
        since = begins
    return since


def _origin(rows: Sequence[GridVersion], along: Mapping[int, bool], since: datetime, line: BaseGeometry) -> Origin:
    begun = [row for row in rows if row.valid.lower == since and along[row.pk]]
    drawn = next((row for row in begun if row.redraw_id is not None), begun[0] if begun else None)
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    before = [row for row in _there(rows, since - INSTANT) if shapely.intersects(to_shapely(row.geom), middle)]
    return Origin(since, drawn.redraw if drawn else None, drawn.source if drawn else "", before)


def _command(redraw: Redraw, community_id: int, line: BaseGeometry) -> dict[str, Any] | None:
    """Return the number, verb and author of the command that made a line a border, found by replaying the redraw.

    That is the last command since which the line is a border. None where the base is gone, as after an import.
    """
    assert redraw.effective_at is not None  # noqa: S101 -- it has begun a version
    found, there = None, False
    try:
        draft = drafts_around(redraw, redraw.effective_at)[0][community_id]
        for numbered in commands_of(redraw):
            if numbered.community_id == community_id:
                draft = take(draft, numbered.command, numbered.restored).draft
                was, there = there, _is_border(draft.coverage, line)
                found = numbered if there and not was else found
    except (Conflict, Refused, EditRefused):
        return None
    if found is None or not there:
        return None
    row = redraw.commands.select_related("author").get(number=found.number)
    return {"number": row.number, "verb": row.verb, "author": row.author.get_username()}


def _is_border(coverage: Coverage, line: BaseGeometry) -> bool:
    west, south, east, north = (round(value * MM_PER_M) for value in line.bounds)
    keys = coverage.near((west, south, east, north), 10)
    return any(runs_along(to_polygon(coverage[key]), line) for key in keys)
