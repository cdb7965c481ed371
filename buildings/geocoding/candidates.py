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
from buildings.geocoding.query import Question, misspelt
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
    """Return the names of all divisions, now and before; built anew only when one has been added."""
    [stamp] = sql.rows(SQL / "gazetteer_stamp.sql")
    return _gazetteer(stamp["database"], stamp["versions"], stamp["aliases"])


@lru_cache(maxsize=4)
def _gazetteer(_database: str, _versions: int | None, _aliases: int | None) -> Gazetteer:
    """Return the gazetteer as of the newest version and alias; both tables only grow (law 4)."""
    versions = DivisionVersion.objects.order_by("-valid").values_list("name", "level", "division_id", "parent_id")
    places: dict[int, Place] = {}
    names: list[tuple[str, Place]] = []
    for name, level, division, parent in versions:  # the newest version gives the place its name
        place = places.setdefault(division, Place(Kind(level), name, division, parent))
        names.append((name, place))
    aliases = Address.objects.filter(division__isnull=False).values_list("normalized", "division_id")
    names.extend((text, places[division]) for text, division in aliases if division in places)
    return Gazetteer(names)


def _areas(user: Viewer) -> list[int] | None:
    areas = scope_of(user).areas(Permission.READ)
    return None if areas is None else sorted(areas)


def candidates(
    *, user: Viewer, question: Question, at: datetime | None = None, limit: int = REACH, units: bool = False
) -> list[Candidate]:
    """Return the addresses visible to ``user`` that equal the question or hold one of its telling substrings.

    Addresses of units are searched for substrings only when ``units`` is set: they are many.
    """
    found = sql.rows(
        SQL / "candidates.sql",
        exact=list(question.exact),
        patterns=[f"%{pattern}%" for pattern in question.patterns],
        moment=at or timezone.now(),
        areas=_areas(user),
        limit=limit,
        units=units,
    )
    return [_candidate(row) for row in found]


def candidates_of_many(
    *, user: Viewer, questions: Sequence[Question], at: datetime | None = None, limit: int = 20
) -> list[list[Candidate]]:
    """Return for each question the visible houses that hold its most telling substring; [] for one without any."""
    asked = [(n, f"%{q.patterns[0]}%") for n, q in enumerate(questions) if q.patterns]
    found = sql.rows(
        SQL / "candidates_many.sql",
        numbers=[n for n, _ in asked],
        patterns=[pattern for _, pattern in asked],
        moment=at or timezone.now(),
        areas=_areas(user),
        limit=limit,
    )
    answers: list[list[Candidate]] = [[] for _ in questions]
    for row in found:
        answers[row["n"]].append(_candidate(row))
    return answers


def misspelt_candidates(*, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
    """Return `candidates` for the question with one sign of a name mistaken."""
    varied = misspelt(question)
    return candidates(user=user, question=varied, at=at, limit=3 * REACH) if varied.patterns else []


def unit_candidates(*, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
    """Return `candidates` among the addresses of units, for units whose building has no address of its own."""
    if not question.rooms:
        return []
    return candidates(user=user, question=question, at=at, units=True)


def registered(*, user: Viewer, normalized: Sequence[str], at: datetime | None = None) -> list[Candidate]:
    """Return the addresses visible to ``user`` that are one of the normalized texts."""
    found = sql.rows(SQL / "registered.sql", texts=list(normalized), moment=at or timezone.now(), areas=_areas(user))
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
        standard=row["kind"] == "standard",
    )


def parts(*, buildings: Sequence[int], rooms: Sequence[str], at: datetime | None = None) -> list[Part]:
    """Return the entrances of these (visible) buildings, and their units of these numbers."""
    found = sql.rows(SQL / "parts.sql", buildings=list(buildings), rooms=list(rooms), moment=at or timezone.now())
    return [Part(**row) for row in found]


def described(
    asked: Sequence[tuple[str, int, int]], at: datetime | None = None
) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """Return what is known of (visible) targets, each given as (target, id, building), by (target, id).

    The place is in degrees (WGS84): the entrance's where there is one, else the building's.
    """
    found = sql.rows(
        SQL / "describe.sql",
        targets=[target for target, _, _ in asked],
        ids=[identity for _, identity, _ in asked],
        buildings=[building for _, _, building in asked],
        moment=at or timezone.now(),
    )
    return {(row["target"], row["id"]): row for row in found}


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
