"""A draft that no longer goes on what is current: which command, who came first, and where."""

from typing import Any

import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common.errors import Conflict
from gisserver.common.geometry import to_geos
from grids.models import GridVersion, Redraw
from grids.redraws.coverages import last_ground
from grids.redraws.lonlat import to_lonlat
from grids.redraws.refusing import members
from grids.redraws.sheets import Failure, keys_of, place_of

NEARBY_M = 1.0


def described(redraw: Redraw, failure: Failure) -> dict[str, Any]:
    """Return the failing command's number and verb, its refusal, the place, and the redraws that came first."""
    said = members(failure.refusal)
    place = _place(failure)
    return {
        **said,
        "geometry": to_lonlat(place),
        "command": failure.numbered.number,
        "verb": failure.numbered.command.verb,
        "competing": _competing(redraw, failure, place),
    }


def conflict(redraw: Redraw, failure: Failure) -> Conflict:
    """Return the error for a draft that no longer goes; ``refusal`` is the engine's code."""
    said = described(redraw, failure)
    detail = (
        f"第 {said['command']} 条命令与当前网格冲突:{said.pop('detail')} "
        f"Command {said['command']} contradicts what is current; undo it and draw it again."
    )
    return Conflict("redraw_conflict", detail, refusal=said.pop("code"), **said)


def _place(failure: Failure) -> BaseGeometry | None:
    if failure.refusal.geometry is not None:
        return failure.refusal.geometry
    grid = failure.refusal.data.get("grid")
    ground = last_ground(grid) if isinstance(grid, str) else None
    return place_of(failure.numbered.command) if ground is None else ground


def _competing(redraw: Redraw, failure: Failure, place: BaseGeometry | None) -> list[dict[str, Any]]:
    """Return the redraws published since this command was drawn that changed its grids, or the ground there."""
    drawn_at = redraw.commands.get(number=failure.numbered.number).created_at
    published = GridVersion.objects.filter(
        community_id=failure.numbered.community_id, redraw__effective_at__gte=drawn_at
    ).exclude(redraw=redraw)
    near = published.filter(code__in=keys_of(failure.numbered.command))
    if place is not None:
        around = to_geos(shapely.buffer(place, NEARBY_M), settings.SURVEY_SRID)
        near |= published.filter(geom__intersects=around)
    rows = Redraw.objects.filter(pk__in=near.values("redraw_id")).select_related("author").order_by("pk")
    return [{"redraw": row.pk, "title": row.title, "author": row.author.get_username()} for row in rows]
