"""What became of a target: still there, demolished, split, merged, withdrawn; and what took its place."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from buildings.models import Building, Entrance, Unit
from gisserver.common.access.models import Viewer
from gisserver.common.db import sql

SQL = Path(__file__).parent / "sql"
CURRENT, WITHDRAWN = "current", "withdrawn"
# How the event that ended a target is called for it.
FATES = {"demolish": "demolished", "split": "split", "merge": "merged", "revert": WITHDRAWN}

SUCCEEDED: Mapping[str, Any] = {"building": Building, "entrance": Entrance, "unit": Unit}


def fates(target: str, ids: Iterable[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return for each ended building or unit: how it ended, by which event, and its successors' ids."""
    found = sql.rows(SQL / "fates.sql", target=target, ids=list(ids))
    return {
        row["id"]: {
            "status": FATES.get(row["kind"], "ended"),
            "event": row["event"],
            "successors": row["successors"],
        }
        for row in found
    }


def fate(user: Viewer, target: str, identity: int, valid: Any) -> Mapping[str, Any]:
    """Return what became of one target whose present life is ``valid``; its successors that ``user`` may see."""
    if valid.upper is None:
        return {"status": CURRENT, "ended_at": None, "event": None, "successors": []}
    outcome = fates(target, [identity]).get(identity, {"status": "ended", "event": None, "successors": []})
    heirs = SUCCEEDED[target].objects.visible_to(user).filter(pk__in=outcome["successors"]).values_list("pk", flat=True)
    seen = set(heirs)
    successors = [heir for heir in outcome["successors"] if heir in seen]
    return {**outcome, "successors": successors, "ended_at": valid.upper.isoformat()}


def what_became_of(user: Viewer, building: int, valid: Any) -> dict[str, Any]:
    """Return the same of a building as members of a problem, where ``status`` is the answer's own."""
    outcome = dict(fate(user, "building", building, valid))
    return {"fate": outcome.pop("status"), **outcome}
