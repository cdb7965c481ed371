"""Units of a building that are one door by different spellings, as the geocoder reads them: 102, 102室, 一零二."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from buildings.as_of import tables_at
from buildings.doors import Door, door_of
from gisserver.common.db import sql

SQL = Path(__file__).parent / "sql"


def spellings(communities: Sequence[int] | None, at: datetime | None = None) -> list[Mapping[str, Any]]:
    """Return the units (``community_id``, ``id``, ``building_id``) that are another's door, now or at a moment.

    ``detail`` has all spellings of the door.
    """
    moment = sql.NOW if at is None else at
    values = {"communities": None if communities is None else list(communities), "moment": moment}
    held: dict[tuple[int, Door], list[Mapping[str, Any]]] = defaultdict(list)
    for row in sql.rows(SQL / "doors.sql", tables=tables_at(at), **values):
        door = door_of(row["entrance"], row["number"])
        if door:
            held[row["building_id"], door].append(row)
    return [
        {
            "community_id": row["community_id"],
            "id": row["id"],
            "building_id": row["building_id"],
            "detail": ", ".join(f"{one['entrance']} {one['number']}".strip() for one in same),
        }
        for same in held.values()
        if len(same) > 1
        for row in same
    ]
