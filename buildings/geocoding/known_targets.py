"""Answers for buildings, entrances, units and divisions that are known by their ids, and not by a text."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from buildings.addresses.text.normalize import normalize
from buildings.geocoding.answers import Answer
from buildings.geocoding.geocoder import answer_of, division_answers
from buildings.geocoding.matching.rank import Candidate, Level, Part, Scored
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from buildings.models import Building, BuildingAsOf, Entrance, EntranceAsOf, Unit, UnitAsOf
from gisserver.common.access.models import Viewer

Key = tuple[str, int]
_TABLES: dict[str, tuple[Any, Any]] = {
    "building": (Building, BuildingAsOf),
    "entrance": (Entrance, EntranceAsOf),
    "unit": (Unit, UnitAsOf),
}


def answers_for(
    *, user: Viewer, targets: Sequence[Key], at: datetime | None = None, elements: bool = True
) -> dict[Key, Answer]:
    """Return the answer that each target is which ``user`` may see at ``at``, by (kind, id), with confidence 1."""
    parts = {key: part for kind in _TABLES for key, part in _parts(user, kind, targets, at)}
    about = store.described([(*key, part.building) for key, part in parts.items()], at) if parts else {}
    names = known_names.gazetteer()
    found: dict[Key, Answer] = {}
    for key in targets:
        if key in about:
            text = about[key]["standard"] or about[key]["name"]
            part = parts[key]
            house = Candidate("building", part.building, part.building, text, normalize(text))
            scored = Scored(house, 1.0, Level(key[0]), (), part=part if key[0] != "building" else None, confidence=1.0)
            found[key] = answer_of(scored, about[key], names if elements else None)
    divisions = [identity for kind, identity in targets if kind == "division"]
    for row in store.divisions(user=user, ids=divisions, at=at) if divisions else []:
        [one] = division_answers([row])
        found["division", one.id] = replace(one, confidence=1.0)
    return found


def _parts(user: Viewer, kind: str, targets: Sequence[Key], at: datetime | None) -> list[tuple[Key, Part]]:
    """Return the visible ones among the targets of a kind, each as a part of its building."""
    ids = [identity for target, identity in targets if target == kind]
    if not ids:
        return []
    manager = _TABLES[kind][0 if at is None else 1].objects
    rows = manager.visible_to(user, at).at(at).filter(pk__in=ids)
    if kind == "building":
        return [((kind, pk), Part(kind, pk, pk, "")) for pk in rows.values_list("pk", flat=True)]
    if kind == "entrance":
        doors_said = rows.values_list("pk", "building_id", "name")
        return [((kind, pk), Part(kind, pk, house, name)) for pk, house, name in doors_said]
    said = list(rows.values_list("pk", "building_id", "entrance_id", "number", "floor"))
    doors = Entrance.objects if at is None else EntranceAsOf.objects.at(at)
    names = dict(doors.filter(pk__in={row[2] for row in said if row[2]}).values_list("pk", "name"))
    return [
        ((kind, pk), Part(kind, pk, house, names.get(door, ""), number, floor))
        for pk, house, door, number, floor in said
    ]
