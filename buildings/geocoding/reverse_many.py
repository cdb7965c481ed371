"""Many places at once: what stands at each, by few statements a chunk; the same answers as `reverse` gives singly."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import numpy as np
import shapely
from django.conf import settings

from buildings.geocoding.batch import CHUNK, Status
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register.area_index import Area, Ground
from buildings.geocoding.reverse import nearest
from gisserver.common.access.models import Viewer
from gisserver.common.db.batches import in_pieces
from gisserver.common.db.clock import database_now
from gisserver.common.geo.crs import XY, DeclaredCRS, misplaced, parse_crs, to_survey

BAD_COORDINATES = "bad_coordinates"
T = TypeVar("T")
Place = tuple[float, float] | None


class Standing(NamedTuple):
    """What stands at a place: a building within 500 m, else the narrowest division; the grid of the place itself.

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
) -> Iterator[Standing]:
    """Yield what stands at each place (east or longitude first, in ``crs``), in order; None is no place.

    Grids and divisions are read once, as of ``at`` (default now). Raises Invalid for an unknown ``crs``.
    """
    rows = reverse_rows(user=user, rows=places, place=lambda place: place, crs=crs, at=at)
    return (standing for _, standing in rows)


def reverse_rows(
    *, user: Viewer, rows: Iterable[T], place: Callable[[T], Place], crs: str = "wgs84", at: datetime | None = None
) -> Iterator[tuple[T, Standing]]:
    """Yield each row with what stands at its ``place``, as `reverse_many`; of a long stream a few chunks are held."""
    declared, moment = parse_crs(crs), at or database_now()
    ground = store.ground_at(user=user, at=moment)

    def work(chunk: Sequence[T]) -> list[tuple[T, Standing]]:
        places = [place(row) for row in chunk]
        standing = reverse_chunk(user=user, places=places, crs=declared, ground=ground, at=at)
        return list(zip(chunk, standing, strict=True))

    return in_pieces(rows, work, size=CHUNK)


def reverse_chunk(
    *, user: Viewer, places: Sequence[Place], crs: DeclaredCRS, ground: Ground, at: datetime | None
) -> list[Standing]:
    """Return what stands at each place, in order: it depends on the place alone, never on its neighbours."""
    standing: list[Standing] = [Standing(BAD_COORDINATES)] * len(places)
    given = [number for number, place in enumerate(places) if place is not None]
    xy = np.array([places[number] for number in given], dtype=np.float64).reshape(-1, 2)
    reasons = misplaced(xy, crs, settings.SURVEY_SRID)
    for position in np.flatnonzero(reasons != None).tolist():  # noqa: E711 -- elementwise
        standing[given[position]] = Standing(reasons[position].value)
    good = np.flatnonzero(reasons == None)  # noqa: E711 -- elementwise
    if len(good):
        found = _standing(user, to_survey(xy[good], crs, settings.SURVEY_SRID), ground, at)
        for position, one in zip(good.tolist(), found, strict=True):
            standing[given[position]] = one
    return standing


def _standing(user: Viewer, survey: XY, ground: Ground, at: datetime | None) -> Iterator[Standing]:
    near = nearest(user, survey, at)
    grids = ground.grids(shapely.points(np.round(survey, 3)), settings.NEAREST_TOLERANCE_M)
    divisions = ground.divisions(shapely.points(survey))
    for number, (grid, said) in enumerate(zip(grids, divisions, strict=True)):
        division = said[-1].code if said else ""
        row = near.get(number)
        if row is not None:
            yield Standing(
                Status.FOUND,
                "building",
                row.building,
                row.code or "",
                row.label,
                row.distance_m,
                grid,
                division,
            )
        elif said:
            yield _far_from_buildings(said, grid)
        else:
            yield Standing(Status.NOT_FOUND, grid=grid)


def _far_from_buildings(said: tuple[Area, ...], grid: str) -> Standing:
    label = "".join(area.name for area in said)
    return Standing(Status.FOUND, "division", said[-1].id, said[-1].code, label, 0.0, grid, said[-1].code)
