"""What geocoding asks the database: addresses, parts and places of buildings (names: `known_names.py`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from buildings.as_of import tables_at
from buildings.geocoding.matching.query import Question
from buildings.geocoding.matching.rank import Candidate, Part
from buildings.geocoding.register import area_index
from buildings.geocoding.register.area_index import GridsAndDivisions
from buildings.geocoding.register.known_names import near_names
from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.geo.crs import XY

SQL = Path(__file__).parents[1] / "sql"
# Number of the text, or the key; address, normalized address, whether it is standard, target, id, building, community.
RegisteredRow = tuple[Any, str, str, bool, str, int, int, int | None]
LIKENESS = 0.45  # of words, for `<%`: below it a typo in a short name is lost among strangers
REACH = 100
UNDER_A_KEY = 40
HOUSES_NAMED = 5_000


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
        tables=tables_at(at),
        exact=list(question.exact),
        patterns=[f"%{pattern}%" for pattern in question.patterns],
        moment=at or sql.NOW,
        areas=_areas(user),
        limit=limit,
        units=units,
    )
    return [_candidate(row) for row in found]


def keyed(
    *, user: Viewer, keys: Sequence[str], at: datetime | None = None, limit: int = UNDER_A_KEY
) -> Mapping[str, list[Candidate]]:
    """Return for each structural key the visible houses' addresses under it, the shortest first."""
    found = sql.tuples(
        SQL / "keyed.sql",
        tables=tables_at(at),
        keys=list(keys),
        moment=at or sql.NOW,
        areas=_areas(user),
        limit=limit,
    )
    answers: dict[str, list[Candidate]] = {}
    for row in found:
        answers.setdefault(row[0], []).append(registered_candidate(row))
    return answers


def keyed_candidates(*, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
    """Return the visible addresses that are the question word for word, or stand under one of its keys."""
    word_for_word = registered(user=user, normalized=question.exact, at=at)
    under = keyed(user=user, keys=question.keys, at=at) if question.keys else {}
    return [*word_for_word, *(one for found in under.values() for one in found)]


def near_candidates(*, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
    """Return the visible addresses under the question's shorter keys, and under its keys with the names put right."""
    near = near_names(question.names)
    wanted = [*question.shorter_keys, *question.keys_with(near)]
    under = keyed(user=user, keys=wanted, at=at) if wanted else {}
    return [one for found in under.values() for one in found]


def unit_candidates(*, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
    """Return `candidates` among the addresses of units, for units whose building has no address of its own."""
    if not question.rooms:
        return []
    return candidates(user=user, question=question, at=at, units=True)


def registered(*, user: Viewer, normalized: Sequence[str], at: datetime | None = None) -> list[Candidate]:
    """Return the addresses visible to ``user`` that are one of the normalized texts."""
    found = registered_rows(user=user, normalized=normalized, at=at)
    return [registered_candidate(row) for row in found]


def registered_candidate(row: RegisteredRow) -> Candidate:
    """Return the candidate that a registered address is."""
    _, text, normalized, standard, target, identity, building, community = row
    return Candidate(target, identity, building, text, normalized, standard=standard, community=community)


def registered_rows(*, user: Viewer, normalized: Sequence[str], at: datetime | None = None) -> list[RegisteredRow]:
    """Return the rows of `registered`, each with the number (from 1) of the text that it is."""
    return sql.tuples(
        SQL / "registered.sql",
        tables=tables_at(at),
        texts=list(normalized),
        moment=at or sql.NOW,
        areas=_areas(user),
    )


@transaction.atomic
def similar(*, user: Viewer, question: Question, at: datetime | None = None, limit: int = REACH) -> list[Candidate]:
    """Return the visible addresses that resemble the question by trigrams, for names mistyped.

    None where all names asked are known: such a question is mistaken in nothing that trigrams could put right.
    """
    if question.names and question.known.issuperset(question.names):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
    found = sql.rows(
        SQL / "similar.sql",
        tables=tables_at(at),
        core=question.core,
        moment=at or sql.NOW,
        areas=_areas(user),
        limit=limit,
    )
    return [_candidate(row) for row in found]


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(
        target=row["target"],
        id=row["id"],
        building=row["building"],
        text=row["text"],
        normalized=row["normalized"],
        standard=row["kind"] == "standard",
        community=row["community"],
    )


def parts(*, entered: Iterable[int], rooms: Iterable[tuple[int, str]], at: datetime | None = None) -> list[Part]:
    """Return the entrances of the (visible) buildings ``entered``, and the units asked for as (building, number)."""
    asked = list(rooms)
    found = sql.tuples(
        SQL / "parts.sql",
        tables=tables_at(at),
        entered=list(entered),
        buildings=[building for building, _ in asked],
        rooms=[room for _, room in asked],
        moment=at or sql.NOW,
    )
    return [Part(*row) for row in found]


def described(
    asked: Sequence[tuple[str, int, int]], at: datetime | None = None
) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """Return what is known of (visible) targets, each given as (target, id, building), by (target, id).

    The place is in degrees (WGS84): the unit's own where it has one, else the entrance's, else the building's.
    """
    found = sql.looked_up(
        SQL / "describe.sql",
        tables=tables_at(at),
        targets=[target for target, _, _ in asked],
        ids=[identity for _, identity, _ in asked],
        buildings=[building for _, _, building in asked],
        moment=at or sql.NOW,
    )
    return {(row["target"], row["id"]): row for row in found}


def described_many(
    targets: Sequence[str],
    ids: Sequence[int],
    buildings: Sequence[int],
    standards: Sequence[bool],
    at: datetime | None = None,
) -> list[tuple[float, float, str | None, str | None, str | None, str | None, str]]:
    """Return what is known of (visible) targets, each of its building, in order.

    That is: east and north (survey CRS), code, the building's and the unit's standard address, the grid, and whose
    point it is.
    Where ``standards`` is set, because the standard address led there, neither address is asked for.
    """
    return sql.tuples(
        SQL / "describe_many.sql",
        tables=tables_at(at),
        targets=list(targets),
        ids=list(ids),
        buildings=list(buildings),
        standards=list(standards),
        moment=at or sql.NOW,
    )


def divisions(*, user: Viewer, ids: Sequence[int], at: datetime | None = None) -> list[Mapping[str, Any]]:
    """Return those of the divisions that ``user`` may see, with a point inside and the extent (degrees, WGS84)."""
    return sql.rows(SQL / "divisions.sql", ids=list(ids), moment=at or sql.NOW, areas=_areas(user))


def houses_named(
    *, user: Viewer, names: Sequence[str], at: datetime | None = None
) -> list[tuple[str, int | None, float, float]]:
    """Return (name, community, east, north) of each visible building whose address holds one of the names."""
    return sql.tuples(
        SQL / "named.sql",
        tables=tables_at(at),
        names=list(names),
        moment=at or sql.NOW,
        areas=_areas(user),
        limit=HOUSES_NAMED,
    )


def nearest_buildings(
    *, user: Viewer, survey: XY, mercator: XY, stretch: Sequence[float], reach_m: float, at: datetime | None = None
) -> list[tuple[int, int, float, str | None, str]]:
    """Return for places, by their numbers from 1, the visible building nearest to each within ``reach_m`` if any.

    Places are given in the survey CRS and in Web Mercator, with how far the latter stretches a metre. A row holds the
    number, the building's id, its distance in metres (0 inside), its code, and its standard address or else its name.
    """
    return sql.tuples(
        SQL / "reverse.sql",
        tables=tables_at(at),
        east=survey[:, 0].tolist(),
        north=survey[:, 1].tolist(),
        x=mercator[:, 0].tolist(),
        y=mercator[:, 1].tolist(),
        stretch=list(stretch),
        srid=settings.SURVEY_SRID,
        reach_m=reach_m,
        moment=at or sql.NOW,
        areas=_areas(user),
    )


def grids_and_divisions(*, user: Viewer, at: datetime) -> GridsAndDivisions:
    """Return all grids and divisions of a moment, knowing which of them ``user`` may see."""
    return area_index.grids_and_divisions(sql.rows(SQL / "ground.sql", moment=at, areas=_areas(user)))


def containing_many(*, user: Viewer, survey: XY, at: datetime | None = None) -> dict[int, list[Mapping[str, Any]]]:
    """Return by number (from 0) what `containing` says of each of many places in the survey CRS."""
    found = sql.looked_up(
        SQL / "containing_many.sql",
        east=survey[:, 0].tolist(),
        north=survey[:, 1].tolist(),
        srid=settings.SURVEY_SRID,
        moment=at or sql.NOW,
        areas=_areas(user),
    )
    held: dict[int, list[Mapping[str, Any]]] = {}
    for row in found:
        held.setdefault(row["n"] - 1, []).append({name: value for name, value in row.items() if name != "n"})
    return held


def containing(*, user: Viewer, east: float, north: float, at: datetime | None = None) -> list[Mapping[str, Any]]:
    """Return the visible divisions that contain a place in the survey CRS, the widest first."""
    return sql.looked_up(
        SQL / "containing.sql",
        east=east,
        north=north,
        srid=settings.SURVEY_SRID,
        moment=at or sql.NOW,
        areas=_areas(user),
    )
