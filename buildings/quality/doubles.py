"""What stands twice in the registers: buildings of one reference, entrances and units of one door, equal households."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from buildings.doors import Door, door_of
from buildings.models import Entrance, Target, Unit
from gisserver.common.db import sql

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Doubled:
    """Several rows for one thing: ``ids``, the one that stays first, all in (or, of buildings, being) ``building``."""

    target: Target
    building: int
    ids: Sequence[int]


def doubled_buildings() -> list[Doubled]:
    """Return the buildings that two imports at once have made twice."""
    found = sql.rows(SQL / "doubled_buildings.sql")
    return [Doubled(Target.BUILDING, row["ids"][0], row["ids"]) for row in found]


def doubled_households() -> list[Doubled]:
    """Return the households that stand twice in a unit."""
    found = sql.rows(SQL / "doubled_households.sql")
    return [Doubled(Target.HOUSEHOLD, row["building"], row["ids"]) for row in found]


def doubled_entrances() -> list[Doubled]:
    """Return the entrances of a building that are one by another spelling."""
    held: dict[tuple[int, str], list[int]] = defaultdict(list)
    rows = Entrance.objects.filter(valid__upper_inf=True).order_by("pk").values_list("pk", "building_id", "name")
    for pk, building, name in rows.iterator():
        held[building, door_of(name, "").entrance].append(pk)
    return [Doubled(Target.ENTRANCE, building, ids) for (building, _), ids in held.items() if len(ids) > 1]


def doubled_units() -> list[Doubled]:
    """Return the units of a building that are one door by another spelling; one with a code, or the oldest, stays."""
    held: dict[tuple[int, Door], list[tuple[bool, int]]] = defaultdict(list)
    rows = Unit.objects.filter(valid__upper_inf=True).order_by("building_id", "pk")
    doors = rows.values_list("pk", "building_id", "entrance__name", "number", "codes__id")
    for pk, building, entrance, number, code in doors.iterator():
        door = door_of(entrance or "", number)
        if door:
            held[building, door].append((code is None, pk))
    found = [(key, list(dict.fromkeys(pk for _, pk in sorted(ids)))) for key, ids in held.items()]
    return [Doubled(Target.UNIT, building, ids) for (building, _), ids in found if len(ids) > 1]
