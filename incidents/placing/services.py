"""Named changes of how incidents are placed: each begins a version, which nothing rewrites. One transaction each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.dates import recordable
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.validity import DatedQuerySet, since
from gisserver.common.errors import Forbidden, Invalid, Refused
from grids.models import holds
from grids.selectors import grid_by_code
from incidents.models import PlacingOrder, RoadSide
from incidents.placed_by import Member
from incidents.selectors import incident_type


@transaction.atomic
def set_order(
    *,
    user: User,
    members: Sequence[str],
    reason: str,
    type: str = "",
    road_side: bool = False,
    effective_at: datetime | None = None,
) -> PlacingOrder:
    """Let these members say, in their order, where incidents of a type (empty: all) are, from a moment on.

    The default is now. What is on record stays where it is. Raises Forbidden, Invalid, Refused.
    """
    if scope_of(user).areas(Permission.ADMINISTER) is not None:
        raise Forbidden("order_not_yours", "The order of placing is set by who administers the whole deployment.")
    if len(set(members)) < len(members) or not members:
        raise Invalid("bad_order", "An order names each member once, and at least one.")
    moment = _turn(effective_at)
    type_id = incident_type(type) if type else None
    held = PlacingOrder.objects.filter(type_id=type_id)
    _end(held, moment)
    return PlacingOrder.objects.create(
        type_id=type_id, members=[Member(member).value for member in members], road_side=road_side,
        valid=since(moment), set_by=user, reason=reason,
    )  # fmt: skip


@transaction.atomic
def set_road_side(
    *, user: User, grid: str, other: str, width_m: float, reason: str, effective_at: datetime | None = None
) -> RoadSide:
    """Let the road along the border of two grids be ``grid``'s, as far as ``width_m`` into ``other``, from a moment on.

    It takes the place of what was set for the two. Open incidents stay until a redraw moves them. Raises NotFound for
    a grid that is not there at that moment, Forbidden, Invalid, Refused.
    """
    moment = _turn(effective_at)
    mine, theirs = (grid_by_code(user=user, code=code, at=moment) for code in (grid, other))
    if not holds(user, Permission.REVIEW_REDRAW, [mine.community_id, theirs.community_id]):
        raise Forbidden("road_not_yours", "You may not decide on the borders of both communities.")
    if mine.grid_id == theirs.grid_id:
        raise Invalid("bad_road", "A road lies along the border of two grids.")
    both = Q(grid_id=mine.grid_id, other_id=theirs.grid_id) | Q(grid_id=theirs.grid_id, other_id=mine.grid_id)
    _end(RoadSide.objects.filter(both), moment)
    return RoadSide.objects.create(
        grid_id=mine.grid_id, other_id=theirs.grid_id, width_m=width_m, valid=since(moment), set_by=user, reason=reason
    )


def _turn(effective_at: datetime | None) -> datetime:
    """Wait for one's turn; return when the change begins: never in the past, for what was placed names its version."""
    now = take_turn("incidents_placing", "")
    if effective_at is None:
        return now
    if effective_at <= now:
        raise Refused("effective_in_past", "This begins now or later: what has been placed stays as it was.")
    return recordable(effective_at)


def _end(held: DatedQuerySet[Any], moment: datetime) -> None:
    if held.filter(valid__startswith__gte=moment, valid__isempty=False).exists():
        raise Invalid("planned_later", "A later change is on record already: begin this one after it.")
    held.at(moment).end(moment)
