"""Near-duplicates of an incident, in time, place and text: proposed to the dispatcher, who merges or does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Forbidden, Invalid
from grids.models import holds
from incidents.dispatch.standing import lock, standing
from incidents.models import IS_OPEN, DistinctPair, Incident

SQL = Path(__file__).parent / "sql"
HOURS = 72
METRES = 150
# Below it two incidents have too little in common to be looked at.
LEAST = 0.5
MOST = 20
# How many open incidents one request for pairs looks at.
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Near:
    """An incident that may be the same: how near, and ``score`` from 0 to 1, the product of what speaks for it."""

    id: int
    type: str
    status: str
    occurred_at: datetime
    title: str
    address: str
    distance_m: float | None
    hours_apart: float
    similarity: float
    same_type: bool
    score: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two open incidents that may be the same: ``incident`` was received later, ``other`` would stay."""

    incident: Mapping[str, Any]
    other: Near


def pairs_to_decide(
    user: Viewer, *, community_id: int | None = None, before: int | None = None
) -> tuple[list[Pair], int | None]:
    """Return open incidents that may be duplicates of earlier open ones, the last first, and where to go on.

    Looks at the ``LOOKED_AT`` open incidents before the id ``before`` (default: the last ones), so that a request costs
    the same however many are open; then the next ones follow. Left out are pairs that somebody has told apart, and of
    which the user may not see both.
    """
    rows: Any = Incident.objects.visible_to(user).filter(IS_OPEN, location__isnull=False)
    rows = rows.filter(community_id=community_id) if community_id is not None else rows
    looked = list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[:LOOKED_AT].values("pk"))
    ids = [row["pk"] for row in looked]
    found = sql.rows(SQL / "pairs.sql", ids=ids, hours=HOURS, metres=METRES, least=LEAST, most=MOST) if ids else []
    seen = set(
        Incident.objects.visible_to(user).filter(pk__in=[row["id"] for row in found]).values_list("pk", flat=True)
    )
    # The likeliest that the user sees, whatever lies beside it in other areas.
    likeliest: dict[int, Pair] = {}
    for row in found:
        if row["id"] in seen:
            likeliest.setdefault(row["mine_id"], _pair(row))
    return list(likeliest.values()), ids[-1] if len(ids) == LOOKED_AT else None


def _pair(row: Mapping[str, Any]) -> Pair:
    names = {field.name for field in fields(Near)}
    mine = {name.removeprefix("mine_"): value for name, value in row.items() if name not in names}
    return Pair(mine, Near(**{name: row[name] for name in names}))


@transaction.atomic
def tell_apart(*, user: User, incident_id: int, other: int, reason: str = "") -> DistinctPair:
    """Decide that two incidents are not the same: they are not proposed any more.

    Raises NotFound, Forbidden, Invalid for one and the same, or Conflict ``told_apart_already``.
    """
    first, second = _both(user, incident_id, other)
    row, is_new = DistinctPair.objects.get_or_create(
        first_id=first.pk, second_id=second.pk, withdrawn_at=None,
        defaults={
            "first_occurred_at": first.occurred_at, "second_occurred_at": second.occurred_at,
            "by": user, "reason": reason,
        },
    )  # fmt: skip
    if not is_new:
        raise Conflict("told_apart_already", "That they are not the same has been decided already.")
    return row


@transaction.atomic
def propose_again(*, user: User, incident_id: int, other: int) -> DistinctPair:
    """Take back that two incidents are not the same. Raises NotFound, Forbidden, or Conflict ``not_told_apart``."""
    first, second = _both(user, incident_id, other)
    rows = DistinctPair.objects.filter(first_id=first.pk, second_id=second.pk, withdrawn_at=None)
    row = rows.select_for_update().first()
    if row is None:
        raise Conflict("not_told_apart", "Nobody has decided that they are not the same.")
    row.withdrawn_by, row.withdrawn_at = user, database_now()
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return row


def _both(user: User, *ids: int) -> list[Any]:
    """Return the two incidents in the order of their ids, if the user dispatches both."""
    if len(set(ids)) < len(ids):
        raise Invalid("same_incident", "Two incidents are needed.")
    lock(user, *ids)
    rows = [standing(user=user, incident_id=pk) for pk in sorted(ids)]
    if not holds(user, Permission.DISPATCH_INCIDENTS, [row.community_id for row in rows]):
        raise Forbidden("decision_not_yours", "You may not dispatch the incidents of both communities.")
    return rows


def near_duplicates(*, user: Viewer, incident_id: int) -> Sequence[Near]:
    """Return the visible incidents that may be the same as this one, the likeliest first; raises NotFound.

    Both lie within ``METRES`` or the sum of the radii of accuracy, or have the same address where one has no place, and
    occurred within ``HOURS``. Merged duplicates are left out.
    """
    row = standing(user=user, incident_id=incident_id)
    found = sql.rows(
        SQL / "near_duplicates.sql",
        id=incident_id,
        occurred_at=row.occurred_at,
        hours=HOURS,
        metres=METRES,
        least=LEAST,
    )
    seen = set(
        Incident.objects.visible_to(user).filter(pk__in=[each["id"] for each in found]).values_list("pk", flat=True)
    )
    return [Near(**each) for each in found if each["id"] in seen][:MOST]
