"""Units of a building that are one door by different spellings, as the geocoder reads them: 102, 102室, 一零二."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from buildings.as_of import tables_at
from buildings.doors import Door, door_of
from buildings.models import Unit
from gisserver.common.db import sql
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

SQL = Path(__file__).parent / "sql"
# Each door is read by Python: so many take seconds.
MAX_UNITS = 200_000
_CHUNK = 2000
Row = Mapping[str, Any]


def demand_few(communities: Sequence[int] | None) -> None:
    """Raise Invalid ``community_needed`` where more than `MAX_UNITS` doors would have to be read."""
    units = Unit.objects.at()
    if communities is not None:
        units = units.filter(building__community_id__in=communities)
    if units[: MAX_UNITS + 1].count() > MAX_UNITS:
        raise Invalid(
            "community_needed",
            Sentence("Name a community: doors are compared among at most {most} units.", most=MAX_UNITS),
        )


def spellings(communities: Sequence[int] | None, at: datetime | None = None) -> list[Row]:
    """Return the units (``community_id``, ``id``, ``building_id``) that are another's door, now or at a moment.

    ``detail`` has all spellings of the door. One building is held in memory at a time.
    """
    now = ("moment",) if at is None else ()
    values: dict[str, Any] = {"communities": None if communities is None else list(communities)}
    if at is not None:
        values["moment"] = at
    text = sql.statement(SQL / "doors.sql", tables_at(at), now)
    units = chain.from_iterable(sql.chunks(text, size=_CHUNK, **values))
    return [case for _, inside in groupby(units, key=itemgetter("building_id")) for case in _of_building(inside)]


def _of_building(units: Iterable[Row]) -> Iterator[Row]:
    """Yield the units of one building that share a door with another one."""
    held: dict[Door, list[Row]] = defaultdict(list)
    for unit in units:
        door = door_of(unit["entrance"], unit["number"])
        if door:
            held[door].append(unit)
    for same in held.values():
        for row in same if len(same) > 1 else ():
            yield {
                "community_id": row["community_id"],
                "id": row["id"],
                "building_id": row["building_id"],
                "detail": ", ".join(f"{one['entrance']} {one['number']}".strip() for one in same),
            }
