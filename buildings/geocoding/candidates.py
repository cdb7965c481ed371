"""The only room of geocoding that asks the database: divisions' names, addresses, parts and places of buildings."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from buildings.geocoding.elements import Gazetteer, Kind, Place
from buildings.geocoding.query import Question
from buildings.geocoding.rank import Candidate, Part
from buildings.models import Address
from gisserver.common import sql
from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from grids.models import DivisionVersion

SQL = Path(__file__).parent / "sql"
LIKENESS = 0.45  # of words, for `<%`: below it a typo in a short name is lost among strangers
REACH = 100


def gazetteer() -> Gazetteer:
    """Return the names of all divisions, now and before; built anew only when one has changed."""
    versions = DivisionVersion.objects.order_by("-valid").values_list("name", "level", "division_id", "parent_id")
    named = Address.objects.filter(division__isnull=False).values_list("normalized", "division_id")
    return _gazetteer(tuple(versions), tuple(named))


@lru_cache(maxsize=4)
def _gazetteer(
    versions: tuple[tuple[str, str, int, int | None], ...], named: tuple[tuple[str, int | None], ...]
) -> Gazetteer:
    places: dict[int, Place] = {}
    names: list[tuple[str, Place]] = []
    for name, level, division, parent in versions:  # the newest version gives the place its name
        place = places.setdefault(division, Place(Kind(level), name, division, parent))
        names.append((name, place))
    names.extend((text, places[division]) for text, division in named if division in places)
    return Gazetteer(names)


def _areas(user: Viewer) -> list[int] | None:
    areas = scope_of(user).areas(Permission.READ)
    return None if areas is None else sorted(areas)


def candidates(
    *, user: Viewer, question: Question, at: datetime | None = None, limit: int = REACH
) -> list[Candidate]:
    """Return the addresses visible to ``user`` that equal the question or hold one of its telling substrings."""
    found = sql.rows(
        SQL / "candidates.sql",
        exact=list(question.exact),
        patterns=[f"%{pattern}%" for pattern in question.patterns],
        moment=at or timezone.now(),
        areas=_areas(user),
        limit=limit,
    )
    return [_candidate(row) for row in found]


def registered(*, user: Viewer, normalized: Sequence[str], at: datetime | None = None) -> list[Candidate]:
    """Return the addresses visible to ``user`` that are one of the normalized texts."""
    found = sql.rows(
        SQL / "registered.sql", texts=list(normalized), moment=at or timezone.now(), areas=_areas(user)
    )
    return [_candidate(row) for row in found]


@transaction.atomic
def similar(*, user: Viewer, question: Question, at: datetime | None = None, limit: int = REACH) -> list[Candidate]:
    """Return the visible addresses that resemble the question by trigrams, for names mistyped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
    found = sql.rows(
        SQL / "similar.sql", core=question.core, moment=at or timezone.now(), areas=_areas(user), limit=limit
    )
    return [_candidate(row) for row in found]


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(
        target=row["target"],
        id=row["id"],
        building=row["building"],
        text=row["text"],
        normalized=row["normalized"],
        exact=row["exact"],
    )


def parts(*, buildings: Sequence[int], rooms: Sequence[str], at: datetime | None = None) -> list[Part]:
    """Return the entrances of these (visible) buildings, and their units of these numbers."""
    found = sql.rows(SQL / "parts.sql", buildings=list(buildings), rooms=list(rooms), moment=at or timezone.now())
    return [Part(**row) for row in found]


def described(buildings: Sequence[int], at: datetime | None = None) -> Mapping[int, Mapping[str, Any]]:
    """Return place (degrees, WGS84), extent, code, standard address and grid of these (visible) buildings, by id."""
    found = sql.rows(SQL / "describe.sql", buildings=list(buildings), moment=at or timezone.now())
    return {row["building"]: row for row in found}


def divisions(*, user: Viewer, ids: Sequence[int], at: datetime | None = None) -> list[Mapping[str, Any]]:
    """Return those of the divisions that ``user`` may see, with a point inside and the extent (degrees, WGS84)."""
    return sql.rows(SQL / "divisions.sql", ids=list(ids), moment=at or timezone.now(), areas=_areas(user))


def nearest_building(
    *, user: Viewer, east: float, north: float, lat: float, reach_m: float, at: datetime | None = None
) -> tuple[int, float] | None:
    """Return the visible building nearest to a place in the survey CRS, and its distance in metres (0 inside)."""
    found = sql.rows(
        SQL / "reverse.sql",
        east=east,
        north=north,
        srid=settings.SURVEY_SRID,
        reach_m=reach_m,
        reach_mercator=1.01 * reach_m / math.cos(math.radians(lat)),
        moment=at or timezone.now(),
        areas=_areas(user),
    )
    return (found[0]["building"], found[0]["distance_m"]) if found else None


def containing(*, user: Viewer, east: float, north: float, at: datetime | None = None) -> list[Mapping[str, Any]]:
    """Return the visible divisions that contain a place in the survey CRS, the widest first."""
    return sql.rows(
        SQL / "containing.sql",
        east=east,
        north=north,
        srid=settings.SURVEY_SRID,
        moment=at or timezone.now(),
        areas=_areas(user),
    )
