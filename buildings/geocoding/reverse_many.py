"""Reverse geocoding of many places, by few statements a chunk; the same answers as `reverse` gives singly."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import numpy as np
import shapely
from django.conf import settings

from buildings.geocoding.batch import CHUNK, Status
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register.area_index import Area, GridsAndDivisions
from buildings.geocoding.reverse import nearest
from gisserver.common.access.models import Viewer
from gisserver.common.db.batches import in_pieces
from gisserver.common.db.clock import database_now
from gisserver.common.geo.crs import XY, DeclaredCRS, misplaced, parse_crs, to_survey

BAD_COORDINATES = "bad_coordinates"
T = TypeVar("T")
Place = tuple[float, float] | None


class ReverseResult(NamedTuple):
    """What is at a place: a building within 500 m, else the narrowest division; and the grid of the place itself.

    ``status`` is that of a row: found, not_found, or why its coordinates can't be taken.
    """

    status: str
    target: str = ""
    id: int | None = None
    code: str = ""
    label: str = ""
    distance_m: float | None = None
    grid: str = ""
    division: str = ""


def reverse_many(
    *, user: Viewer, places: Iterable[Place], crs: str = "wgs84", at: datetime | None = None
) -> Iterator[ReverseResult]:
    """Yield the result for each place (east or longitude first, in ``crs``), in order; None is no place.

    Grids and divisions are read once, as of ``at`` (default now). Raises Invalid for an unknown ``crs``.
    """
    rows = reverse_rows(user=user, rows=places, place=lambda place: place, crs=crs, at=at)
    return (result for _, result in rows)


def reverse_rows(
    *, user: Viewer, rows: Iterable[T], place: Callable[[T], Place], crs: str = "wgs84", at: datetime | None = None
) -> Iterator[tuple[T, ReverseResult]]:
    """Yield each row with the result for its ``place``, as `reverse_many`; a few chunks are held in memory."""
    declared, moment = parse_crs(crs), at or database_now()
    areas = store.grids_and_divisions(user=user, at=moment)

    def work(chunk: Sequence[T]) -> list[tuple[T, ReverseResult]]:
        places = [place(row) for row in chunk]
        results = reverse_chunk(user=user, places=places, crs=declared, areas=areas, at=at)
        return list(zip(chunk, results, strict=True))

    return in_pieces(rows, work, size=CHUNK)


def reverse_chunk(
    *, user: Viewer, places: Sequence[Place], crs: DeclaredCRS, areas: GridsAndDivisions, at: datetime | None
) -> list[ReverseResult]:
    """Return the result for each place, in order; it depends on the place alone, not on the others of the chunk."""
    results: list[ReverseResult] = [ReverseResult(BAD_COORDINATES)] * len(places)
    given = [number for number, place in enumerate(places) if place is not None]
    xy = np.array([places[number] for number in given], dtype=np.float64).reshape(-1, 2)
    reasons = misplaced(xy, crs, settings.SURVEY_SRID)
    for position in np.flatnonzero(reasons != None).tolist():  # noqa: E711 -- elementwise
        results[given[position]] = ReverseResult(reasons[position].value)
    good = np.flatnonzero(reasons == None)  # noqa: E711 -- elementwise
    if len(good):
        found = _results(user, to_survey(xy[good], crs, settings.SURVEY_SRID), areas, at)
        for position, one in zip(good.tolist(), found, strict=True):
            results[given[position]] = one
    return results


def _results(user: Viewer, survey: XY, areas: GridsAndDivisions, at: datetime | None) -> Iterator[ReverseResult]:
    near = nearest(user, survey, at)
    grids = areas.grids(shapely.points(np.round(survey, 3)), settings.NEAREST_TOLERANCE_M)
    divisions = areas.divisions(shapely.points(survey))
    for number, (grid, within) in enumerate(zip(grids, divisions, strict=True)):
        division = within[-1].code if within else ""
        row = near.get(number)
        if row is not None:
            yield ReverseResult(
                Status.FOUND,
                "building",
                row.building,
                row.code or "",
                row.label,
                row.distance_m,
                grid,
                division,
            )
        elif within:
            yield _far_from_buildings(within, grid)
        else:
            yield ReverseResult(Status.NOT_FOUND, grid=grid)


def _far_from_buildings(within: tuple[Area, ...], grid: str) -> ReverseResult:
    label = "".join(area.name for area in within)
    return ReverseResult(Status.FOUND, "division", within[-1].id, within[-1].code, label, 0.0, grid, within[-1].code)
