"""Conflicts: a draft no longer applies to the current partition. Which command, because of which redraw, and where."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import shapely
from django.conf import settings
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from gisserver.common.access.models import Viewer
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Refused
from gisserver.common.geo.geometry import to_geos
from gisserver.common.sentences import Sentence
from grids.models import GridVersion, Redraw
from grids.redraws.draft.community_draft import Failure, replayed
from grids.redraws.storage.errors import members
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import base_moment, commands_of, last_area, load_drafts
from grids.redraws.storage.permissions import UNDER_REVIEW

NEARBY_M = 1.0
_UNSEEN = {"redraw": None, "title": None, "author": None}


class WayOut(StrEnum):
    """How a user resolves a conflict; the stable value of the member ``way_out``."""

    UNDO = "undo"
    """Undo down to the command and draw it again; its author, ``drawn_by``, can."""
    REOPEN = "reopen"
    """Reopen the redraw, review it again, and correct what no longer applies."""
    UNDO_LATER = "undo_later"
    """Undo the command that depends on this one first."""
    PUBLISH_LATER = "publish_later"
    """Take effect at the moment of the plan or later, or have the plan cancelled."""
    CANCEL_THAT = "cancel_that"
    """Have the plan that is based on this one cancelled first."""


_ADVICE = {
    WayOut.UNDO: Sentence("Undo down to it and draw it again."),
    WayOut.REOPEN: Sentence("Reopen the redraw, then undo down to it and draw it again."),
}


def described(redraw: Redraw, failure: Failure, at: datetime | None = None) -> dict[str, Any]:
    """Return the failing command, its refusal and place, the competing redraws, and the way out.

    ``at`` is the moment to whose partition it did not apply, None for now. `seen_by` removes what a user may not see.
    """
    refusal = members(failure.refusal)
    place = _place(failure)
    number = failure.numbered.number
    return {
        **refusal,
        "geometry": to_lonlat(place),
        "command": number,
        "verb": failure.numbered.command.verb,
        "drawn_by": redraw.commands.select_related("author").get(number=number).author.get_username(),
        "competing": _competing(redraw, failure, place, at),
        "way_out": WayOut.REOPEN if redraw.status in UNDER_REVIEW else WayOut.UNDO,
    }


def conflict(redraw: Redraw, failure: Failure, at: datetime | None = None) -> Conflict:
    """Return the error for a draft that no longer applies to the partition at ``at`` (default now).

    ``refusal`` is the engine's code.
    """
    about = described(redraw, failure, at)
    detail = Sentence(
        "Command {command} contradicts what is current: {refusal} {advice}",
        command=about["command"],
        refusal=about.pop("detail"),
        advice=_ADVICE[about["way_out"]],
    )
    return Conflict("redraw_conflict", detail, refusal=about.pop("code"), **about)


def _place(failure: Failure) -> BaseGeometry | None:
    if failure.refusal.geometry is not None:
        return failure.refusal.geometry
    grid = failure.refusal.data.get("grid")
    area = last_area(grid) if isinstance(grid, str) else None
    return failure.numbered.command.place if area is None else area


def _competing(
    redraw: Redraw, failure: Failure, place: BaseGeometry | None, at: datetime | None
) -> list[dict[str, Any]]:
    """Return the redraws that took effect at the first moment to whose partition the command no longer applied.

    Where it never applied, or an import came between, return those that have changed its grids, or the area around
    its place, since it was drawn.
    """
    drawn_at = _drawn_at(redraw, failure)
    published = GridVersion.objects.filter(community_id=failure.numbered.community_id).exclude(redraw=redraw)
    moment = _first_failing_moment(redraw, failure, drawn_at, at or base_moment(redraw) or database_now())
    if moment is None:
        published = published.filter(redraw__effective_at__gte=drawn_at)
        near = published.filter(code__in=failure.numbered.command.grids_named)
        if place is not None:
            around = to_geos(shapely.buffer(place, NEARBY_M), settings.SURVEY_SRID)
            near |= published.filter(geom__intersects=around)
    else:
        near = published.filter(redraw__effective_at=moment)
    rows = Redraw.objects.filter(pk__in=near.values("redraw_id")).select_related("author").order_by("pk")
    return [named(row) for row in rows]


def _drawn_at(redraw: Redraw, failure: Failure) -> datetime:
    """Return when a command was drawn; for one that reverses another, when that one took effect."""
    reversed_one = redraw.reverses
    if failure.numbered.restored is not None and reversed_one is not None and reversed_one.effective_at is not None:
        return reversed_one.effective_at
    return redraw.commands.get(number=failure.numbered.number).created_at


def seen_by(user: Viewer, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a conflict as ``user`` may read them: without redraws that are not visible to the user."""
    competing = about.get("competing", [])
    visible = set(
        Redraw.objects.visible_to(user)
        .filter(pk__in=[each["redraw"] for each in competing])
        .values_list("pk", flat=True)
    )
    cut = {**about, "competing": [each if each["redraw"] in visible else {**each, **_UNSEEN} for each in competing]}
    if about.get("redraw") is not None and about["redraw"] not in visible:
        cut["redraw"] = None
    return cut if "competing" in about else dict(about)


def named(redraw: Redraw) -> dict[str, Any]:
    """Return the members by which an answer names a competing redraw."""
    return {
        "redraw": redraw.pk,
        "title": redraw.title,
        "author": redraw.author.get_username(),
        "effective_at": None if redraw.effective_at is None else timezone.localtime(redraw.effective_at).isoformat(),
    }


def _first_failing_moment(redraw: Redraw, failure: Failure, drawn_at: datetime, at: datetime) -> datetime | None:
    """Return the moment, after the command was drawn and by ``at``, from which it no longer applies; None without one.

    Found by bisection over the moments at which the community changed, replaying the redraw at each.
    """
    community_id = failure.numbered.community_id
    rows = GridVersion.objects.filter(
        community_id=community_id, valid__startswith__gte=drawn_at, valid__startswith__lte=at
    )
    begins: set[datetime] = {span.lower for span in rows.values_list("valid", flat=True)}
    moments = [drawn_at, *sorted(begins)]
    last = failure.numbered.number
    commands = [each for each in commands_of(redraw) if each.community_id == community_id and each.number <= last]

    def applies(moment: datetime) -> bool:
        try:
            return replayed(load_drafts([community_id], moment), commands)[1] is None
        except (Conflict, Refused):
            return False

    if len(moments) == 1 or not applies(moments[0]):
        return None
    good, bad = 0, len(moments) - 1
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if applies(moments[middle]) else (good, middle)
    return moments[bad]
