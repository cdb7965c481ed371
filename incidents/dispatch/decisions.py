"""Deciding an incident's grid by hand: kept with its reason, and not overridden until the grid ends.

A redraw that changes the grid's borders leaves the decision; one that ends the grid gives the incident to the grid of
its place from then on, with the reason ``decision_ended`` (`incidents/sql/following.sql`): the queue of that name.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Forbidden
from grids.models import holds
from grids.partition_lock import keep_partition
from grids.selectors import grid_by_code
from incidents.dispatch.standing import lock, standing
from incidents.models import OPEN_STATUSES, Assignment, Incident
from incidents.services import reassign_open_incidents

SQL = Path(__file__).parent / "sql"


@transaction.atomic
def withdraw_decision(*, user: User, incident_id: int, reason: str) -> Assignment:
    """Take the decision on an open incident's grid back: it goes to the grid of its place from now on.

    The receipt of that says who has taken it back and why. Raises NotFound, Forbidden also where the place is in a
    community whose incidents the user may not dispatch, or Conflict ``incident_over`` or ``not_decided``. Takes the
    shared partition lock.
    """
    keep_partition()
    lock(user, incident_id)
    row = standing(user=user, incident_id=incident_id)
    _demand_open(user, row, [row.community_id])
    held = Assignment.objects.at().filter(incident_id=incident_id).first()
    if held is None or held.rule != "manual":
        raise Conflict("not_decided", "The incident's grid was not decided by hand: there is nothing to take back.")
    sql.run(
        SQL / "withdraw.sql",
        incident=incident_id,
        occurred_at=row.occurred_at,
        user=user.pk,
        note=reason,
        moment=database_now(),
        tolerance_m=settings.NEAREST_TOLERANCE_M,
    )
    back_in = Incident.objects.values_list("community_id", flat=True).get(pk=incident_id, occurred_at=row.occurred_at)
    _demand_open(user, row, [back_in])
    # For the days on which the partition is planned to change there.
    reassign_open_incidents(ids=[incident_id])
    return Assignment.objects.at().get(incident_id=incident_id)


def _demand_open(user: User, row: Any, communities: list[int | None]) -> None:
    if not holds(user, Permission.DISPATCH_INCIDENTS, communities):
        raise Forbidden("decision_not_yours", "You may not dispatch the incidents of both communities.")
    if row.status not in OPEN_STATUSES:
        raise Conflict("incident_over", "The incident is resolved or closed: it keeps the grid that it had.")


@transaction.atomic
def decide_grid(*, user: User, incident_id: int, grid: str, reason: str) -> Assignment:
    """Give an open incident to the grid of this code from now on, and return the receipt.

    Raises NotFound, Forbidden, or Conflict ``incident_over`` or ``decided_already``. Takes the shared partition lock.
    """
    keep_partition()
    lock(user, incident_id)
    row = standing(user=user, incident_id=incident_id)
    version = grid_by_code(user=user, code=grid)
    _demand_open(user, row, [row.community_id, version.community_id])
    held = Assignment.objects.at().filter(incident_id=incident_id).first()
    if held is not None and held.rule == "manual" and held.grid_id == version.grid_id:
        raise Conflict("decided_already", "This has been decided already; see the receipts for why.")
    sql.run(
        SQL / "decide.sql",
        incident=incident_id,
        occurred_at=row.occurred_at,
        grid=version.grid_id,
        version=version.pk,
        community=version.community_id,
        user=user.pk,
        note=reason,
        moment=database_now(),
    )
    # For the day on which the grid ends, if that is planned.
    reassign_open_incidents(ids=[incident_id])
    return Assignment.objects.at().get(incident_id=incident_id)
