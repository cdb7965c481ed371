"""The grids of many points for many who ask at once: `GET /api/grids/at`, answered by one statement.

What is not plain, or has no grid that its user may see, Django answers alone (`views.GridAtView`), with the reason.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import orjson
from django.conf import settings
from rest_framework.fields import DateTimeField

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import misplaced, parse_crs, to_survey
from gisserver.common.web.batched import HEADERS, Answer, Environ, noted, owners_of, takes_json

SQL = Path(__file__).parents[1] / "sql"
DOOR = "/api/grids/at"
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?")
_PLAIN = re.compile(rf"lon=({_NUMBER.pattern})&lat=({_NUMBER.pattern})(?:&crs=(\w+))?")
_AT = DateTimeField()


@dataclass(frozen=True, slots=True)
class _Point:
    """A point that one of the requests asks for, and the divisions in which its user reads (None: all)."""

    number: int
    user: int
    x: float
    y: float
    areas: list[int] | None


def grids_of_points(environs: Sequence[Environ], alone: Callable[[Environ], Answer]) -> list[Answer]:
    """Return the answers of `GridAtView` to many requests."""
    began = time.perf_counter()
    points = _points(environs)
    answers = _answers(points, began) if points else {}
    return [answers.get(number) or alone(environ) for number, environ in enumerate(environs)]


def _points(environs: Sequence[Environ]) -> list[_Point]:
    """Return the points of the plain requests whose tokens let them read something."""
    asked = [(number, place, environ) for number, environ in enumerate(environs) if (place := _place(environ))]
    owners = owners_of(environ.get("HTTP_AUTHORIZATION", "") for _, _, environ in asked)
    by_crs: dict[str, list[_Point]] = {}
    for number, (x, y, crs), environ in asked:
        user = owners.get(environ.get("HTTP_AUTHORIZATION", ""))
        if user is not None and (scope := scope_of(user)).may(Permission.READ):
            areas = scope.areas(Permission.READ)
            by_crs.setdefault(crs, []).append(_Point(number, user.pk, x, y, None if areas is None else sorted(areas)))
    return [point for crs, points in by_crs.items() for point in _surveyed(crs, points)]


def _place(environ: Environ) -> tuple[float, float, str] | None:
    """Return the two coordinates and the CRS of a plain request, None for any other."""
    query = environ["QUERY_STRING"]
    if not takes_json(environ):
        return None
    if usual := _PLAIN.fullmatch(query):
        return float(usual[1]), float(usual[2]), usual[3] or "wgs84"
    pairs = parse_qsl(query, keep_blank_values=True)
    found = dict(pairs)
    lon, lat = found.pop("lon", ""), found.pop("lat", "")
    crs = found.pop("crs", "wgs84")
    plain = _NUMBER.fullmatch(lon) and _NUMBER.fullmatch(lat) and not found and len(pairs) <= 3
    return (float(lon), float(lat), crs) if plain and len(pairs) == len(dict(pairs)) else None


def _surveyed(crs: str, points: list[_Point]) -> list[_Point]:
    """Return the points in survey coordinates, without those that can't be taken: Django says why."""
    try:
        declared = parse_crs(crs)
    except Invalid:
        return []
    given = np.array([(point.x, point.y) for point in points])
    taken = np.flatnonzero(misplaced(given, declared, settings.SURVEY_SRID) == None)  # noqa: E711 -- elementwise
    xy = np.round(to_survey(given[taken], declared, settings.SURVEY_SRID), 3).tolist()
    return [replace(points[index], x=x, y=y) for index, (x, y) in zip(taken, xy, strict=True)]


def _answers(points: Sequence[_Point], began: float) -> dict[int, Answer]:
    rows = sql.tuples(
        SQL / "grids_at.sql",
        numbers=[point.number for point in points],
        xs=[point.x for point in points],
        ys=[point.y for point in points],
        areas=[None if point.areas is None else "{" + ",".join(map(str, point.areas)) + "}" for point in points],
        srid=settings.SURVEY_SRID,
        tolerance_m=settings.NEAREST_TOLERANCE_M,
    )
    asking = {point.number: point.user for point in points}
    at = _AT.to_representation(rows[0][-1]) if rows else ""  # of all: they come from one statement
    found = [(number, _body(grid, version, rule, margin_m, at)) for number, grid, version, rule, margin_m, _ in rows]
    askers = [asking[number] for number, _ in found]
    notes = noted(DOOR, "GET", 200, users=askers, seconds=time.perf_counter() - began)
    return {number: (200, [*HEADERS, note], body) for (number, body), note in zip(found, notes, strict=True)}


def _body(grid: str, version: int, rule: str, margin_m: float, at: str) -> bytes:
    answer = {"grid": grid, "version": version, "rule": rule, "margin_m": round(margin_m, 3), "at": at, "reason": None}
    return orjson.dumps(answer)
