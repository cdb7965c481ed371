"""The names that the database knows: of divisions, and of roads and estates by text, likeness and sound."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from buildings.addresses.parsing import gazetteer_cn
from buildings.addresses.parsing.elements import Gazetteer, Kind, Place
from buildings.addresses.text.pinyin import spelled
from buildings.geocoding.matching.names import likeness
from buildings.models import Address
from gisserver.common.db import sql
from grids.models import DivisionVersion

SQL = Path(__file__).parents[1] / "sql"
NEAR = 40  # a short name has many neighbours (头村); the numbers behind it choose among them
_PATH = re.compile("[省市区县镇乡道]$")  # 坪山区坪山街道六和社区 is the way to a division, no further name of it


def gazetteer() -> Gazetteer:
    """Return the names of all divisions, now and before; built anew only when one has been added."""
    [(database, versions, aliases)] = sql.tuples(SQL / "gazetteer_stamp.sql")
    return _gazetteer(database, versions, aliases)


@lru_cache(maxsize=4)
def _gazetteer(_database: str, _versions: int | None, _aliases: int | None) -> Gazetteer:
    """Return the gazetteer as of the newest version and alias; both tables only grow (law 4)."""
    said = ("name", "level", "division_id", "parent_id", "code")
    places: dict[int, Place] = {}
    names: list[tuple[str, Place]] = []
    beyond: dict[int, tuple[Place, ...]] = {}
    versions = DivisionVersion.objects.order_by("-valid", "id").values_list(*said)
    for name, level, division, parent, code in versions:  # the newest version gives the place its name
        if division not in places and parent is None and name[0] > "\u2e7f":
            beyond[division] = gazetteer_cn.beyond(code)
        place = places.setdefault(division, Place(Kind(level), name, division, parent))
        names.append((name, place))
    aliases = Address.objects.filter(division__isnull=False).order_by("id").values_list("normalized", "division_id")
    known = ((text, places[division]) for text, division in aliases if division in places)
    names.extend((text, place) for text, place in known if not _PATH.search(text.removesuffix(place.name)))
    return Gazetteer(names, beyond)


def known_names(names: Sequence[str]) -> frozenset[str]:
    """Return those of the names that some address holds, now or before."""
    return frozenset(name for (name,) in sql.tuples(SQL / "known_names.sql", names=list(names)))


def near_names(names: Sequence[str]) -> Mapping[str, list[str]]:
    """Return for each name the known ones that may be meant: one sign apart, sounding alike, shorter or longer."""
    near: dict[str, list[str]] = {}
    sounds = [spelled(name)[0] for name in names]
    for row in sql.rows(SQL / "near_names.sql", names=list(names), sounds=sounds):
        if likeness(row["asked"], row["known"]) > 0:
            near.setdefault(row["asked"], []).append(row["known"])
    return {
        asked: sorted(found, key=lambda known: (-likeness(asked, known), known))[:NEAR] for asked, found in near.items()
    }


def spelled_names(spellings: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each spelling (pinyin or initials, no tones) the known names in Han that sound so."""
    found: dict[str, tuple[str, ...]] = {}
    for row in sql.rows(SQL / "spelled.sql", spellings=list(spellings)):
        found[row["spelling"]] = (*found.get(row["spelling"], ()), row["name"])
    return found


def names_beginning(sound: str, *, limit: int) -> tuple[str, ...]:
    """Return known names that begin with ``sound``, or whose pinyin or initials do, the shortest first."""
    return tuple(row["name"] for row in sql.rows(SQL / "names_beginning.sql", sound=sound, limit=limit))
